//! Many tasks at once, on three executors.

use std::{
    future::Future,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Runs `count` tasks, made by their numbers, on four threads of tokio.
pub fn on_tokio<F: Future<Output = ()> + Send + 'static>(count: u64, task: impl Fn(u64) -> F) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).build().unwrap();
    runtime.block_on(async {
        let tasks: Vec<_> = (0..count).map(|number| tokio::spawn(task(number))).collect();
        for task in tasks {
            task.await.unwrap();
        }
    });
}

/// The same on four threads of smol.
pub fn on_smol<F: Future<Output = ()> + Send + 'static>(count: u64, task: impl Fn(u64) -> F) {
    let executor = smol::Executor::new();
    let (running, stopped) = smol::channel::bounded::<()>(1);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| smol::block_on(executor.run(stopped.recv())));
        }
        let tasks: Vec<_> = (0..count).map(|number| executor.spawn(task(number))).collect();
        smol::block_on(async {
            for task in tasks {
                task.await;
            }
        });
        drop(running);
    });
}

/// The same on sixteen threads, each of which waits for one task after the other.
pub fn on_threads<F: Future<Output = ()>>(count: u64, task: impl Fn(u64) -> F + Sync) {
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Relaxed);
                    if number >= count {
                        break;
                    }
                    smol::block_on(task(number));
                }
            });
        }
    });
}
