//! 9. Any executor, and threads.

use std::sync::Arc;

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{Polled, now};

#[test]
fn threads_wait_beside_tasks() {
    ironfence_tests::watchdog::must_end(|| {
        let mutex = Arc::new(Mutex::new(0));
        let guard = now(mutex.lock());
        let mut task = Polled::queued(mutex.lock());
        let threads = [(); 3].map(|()| {
            let mutex = mutex.clone();
            std::thread::spawn(move || *mutex.blocking_lock() += 1)
        });
        drop(guard);
        *task.finish() += 1;
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(*now(mutex.lock()), 4, "all had their turn");
    });
}

#[test]
fn blocking_does_not_panic_inside_a_runtime() {
    let mutex = Arc::new(Mutex::new(0));
    let lock = Arc::new(RwLock::new(0));
    let work = async {
        *mutex.blocking_lock() += 1;
        *mutex.clone().blocking_lock_owned() += 1;
        let read = *lock.blocking_read();
        *lock.blocking_write() += read + 1;
        *lock.clone().blocking_write_owned() += 1;
        assert_eq!((*mutex.blocking_lock(), *lock.clone().blocking_read_owned()), (2, 2));
        Ok::<_, std::convert::Infallible>(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(work).unwrap();
}

#[test]
fn the_same_tasks_end_on_tokio_smol_and_futures() {
    async fn work() -> u32 {
        let lock = Arc::new(RwLock::new(0));
        let tasks = (0..4).map(|_| {
            let lock = lock.clone();
            async move {
                for _ in 0..100 {
                    let mut guard = lock.write().await;
                    let before = *guard;
                    smol::future::yield_now().await;
                    *guard = before + 1;
                }
            }
        });
        futures::future::join_all(tasks).await;
        *lock.read().await
    }
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(tokio.block_on(work()), 400, "tokio");
    assert_eq!(smol::block_on(work()), 400, "smol");
    assert_eq!(futures::executor::block_on(work()), 400, "futures");
}
