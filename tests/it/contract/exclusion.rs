//! 1. and 10. A guard that is alone is alone, and a panic gives it back.

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{now, poll_once};

#[test]
fn an_exclusive_guard_is_alone() {
    let lock = RwLock::new(());
    let guard = now(lock.write());
    assert!(poll_once(lock.read()).is_pending(), "nobody reads beside a writer");
    assert!(poll_once(lock.write()).is_pending(), "nobody writes beside a writer");
    assert!(lock.try_read().is_err() && lock.try_write().is_err(), "trying doesn't help");
    drop(guard);
    let guard = now(lock.read());
    assert!(lock.try_read().is_ok(), "readers share");
    assert!(poll_once(lock.write()).is_pending(), "nobody writes beside a reader");
    drop(guard);
    assert!(lock.try_write().is_ok(), "all were released");
}

#[test]
fn counters_are_exact_under_tasks_and_threads() {
    const TASKS: usize = 8;
    const ROUNDS: usize = 2_000;
    let lock = Arc::new(RwLock::new(0_usize));
    let reads = Arc::new(AtomicUsize::new(0));
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(
        async {
            let mut tasks = tokio::task::JoinSet::new();
            for task in 0..TASKS {
                let (lock, reads) = (lock.clone(), reads.clone());
                tasks.spawn(async move {
                    for round in 0..ROUNDS {
                        if round % 4 == 0 {
                            let before = *lock.read().await;
                            reads.fetch_add(1, Ordering::Relaxed);
                            assert!(
                                before <= TASKS * ROUNDS + ROUNDS,
                                "a reader sees no torn value"
                            );
                        }
                        let mut guard = lock.write().await;
                        let before = *guard;
                        if (task + round) % 16 == 0 {
                            tokio::task::yield_now().await;
                        }
                        *guard = before + 1;
                    }
                });
            }
            let thread = std::thread::spawn({
                let lock = lock.clone();
                move || (0..ROUNDS).for_each(|_| *lock.blocking_write() += 1)
            });
            while let Some(task) = tasks.join_next().await {
                task.unwrap();
            }
            thread.join().unwrap();
        },
    );
    assert_eq!(*now(lock.read()), (TASKS + 1) * ROUNDS, "no increment is lost");
    assert_eq!(reads.load(Ordering::Relaxed), TASKS * ROUNDS / 4, "every reader came in");
}

#[test]
fn a_panic_while_a_guard_is_held_releases_the_lock() {
    let mutex = Arc::new(Mutex::new(1));
    let lock = RwLock::new((1, 2));
    let panics = |work: &mut dyn FnMut()| {
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "it panics");
    };
    panics(&mut || {
        let _guard = now(mutex.lock());
        panic!("in the section");
    });
    panics(&mut || {
        let _guard = now(mutex.clone().lock_owned());
        panic!("in the section");
    });
    panics(&mut || _ = now(mutex.with(|_| panic!("in the closure"))));
    assert!(mutex.try_lock().is_ok(), "the mutex is free");
    panics(&mut || _ = ironfence::RwLockReadGuard::map(now(lock.read()), |_| -> &i32 { panic!() }));
    panics(&mut || {
        _ = ironfence::RwLockWriteGuard::split(now(lock.write()), |_| -> (&mut i32, &mut i32) {
            panic!("while it is split")
        });
    });
    panics(&mut || {
        _ = ironfence::RwLockWriteGuard::downgrade_map(now(lock.write()), |_| -> &i32 { panic!() });
    });
    assert!(lock.try_write().is_ok(), "the rwlock is free");
}

/// Debug never waits.
#[test]
fn debug_shows_the_value_or_that_it_is_locked() {
    let mutex = Mutex::new(1);
    let lock = RwLock::new(1);
    let shown = || format!("{mutex:?} {lock:?}");
    assert_eq!(shown(), "Mutex { data: 1 } RwLock { data: 1 }");
    let guards = (now(mutex.lock()), now(lock.read()));
    assert_eq!(shown(), "Mutex { data: <locked> } RwLock { data: 1 }");
    assert_eq!(format!("{:?} {}", guards.0, guards.1), "1 1", "guards show as their values");
    drop(guards);
    let _guard = now(lock.write());
    assert_eq!(shown(), "Mutex { data: 1 } RwLock { data: <locked> }");
}

fn _futures_are_send<'a>(mutex: &'a Mutex<u8>) -> impl Future + Send + use<'a> {
    mutex.with(|value| *value += 1)
}
