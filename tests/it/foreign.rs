//! Other people's locks behind our traits: the laws that all of them keep, and tokio's futures,
//! which have no names of their own.

use std::{
    cell::Cell,
    marker::PhantomPinned,
    mem::{size_of, size_of_val},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::Arc,
};

use ironfence::{
    AsyncMutex, AsyncRwLock,
    futures::{TokioLock, TokioRead, TokioWrite},
};
use ironfence_tests::{
    hostile::{Call, Hostile},
    polled::{Polled, now},
    watchdog::must_end,
};

use super::traits::{Facts, Otherwise as _, Probe, facts};

/// The laws of a mutex.
fn mutex_laws<M: AsyncMutex<Value = u32>>() {
    let mutex = M::new(1);
    *now(mutex.lock()) += 1;
    {
        let guard = mutex.try_lock().expect("it is free");
        assert!(mutex.try_lock().is_none(), "one at a time");
        let mut first = Polled::queued(mutex.lock());
        let second = Polled::queued(mutex.lock());
        let third = Polled::queued(mutex.lock());
        drop(guard);
        assert!(first.is_woken(), "a release wakes the one in front");
        drop(first.finish());
        assert!(second.is_woken(), "the next is woken");
        drop(second);
        assert!(third.is_woken(), "whoever goes passes its turn on");
        drop(third);
    }
    assert_eq!(*mutex.blocking_lock(), 2);
    assert_eq!(mutex.into_inner(), 2);
}

/// The laws of an rwlock.
fn rwlock_laws<L: AsyncRwLock<Value = u32>>() {
    let lock = L::new(1);
    *now(lock.write()) += 1;
    {
        let (one, other) = (now(lock.read()), lock.try_read().expect("readers share it"));
        assert_eq!((*one, *other), (2, 2));
        assert!(lock.try_write().is_none(), "a writer is alone");
        let mut writer = Polled::queued(lock.write());
        let mut reader = Polled::queued(lock.read());
        drop((one, other));
        assert!(writer.is_woken(), "the last reader wakes the writer");
        let written = writer.finish();
        assert!(lock.try_read().is_none(), "nobody reads what is written");
        drop(written);
        assert!(reader.is_woken(), "a release wakes the reader");
        drop(reader.finish());
    }
    assert_eq!(*lock.blocking_read(), 2);
    *lock.blocking_write() += 1;
    assert_eq!(lock.into_inner(), 3);
}

#[test]
fn every_mutex_keeps_the_laws() {
    mutex_laws::<ironfence::Mutex<u32>>();
    mutex_laws::<tokio::sync::Mutex<u32>>();
    mutex_laws::<async_lock::Mutex<u32>>();
}

#[test]
fn every_rwlock_keeps_the_laws() {
    rwlock_laws::<ironfence::RwLock<u32>>();
    rwlock_laws::<tokio::sync::RwLock<u32>>();
    rwlock_laws::<async_lock::RwLock<u32>>();
}

/// Adds to a counter from tasks that move between threads.
async fn count_in_tasks<M>() -> u32
where
    M: for<'a> AsyncMutex<Value = u32, Guard<'a>: Send, Lock<'a>: Send> + Send + Sync + 'static,
{
    const TASKS: u32 = 16;
    const TURNS: u32 = 50;
    let mutex = Arc::new(M::new(0));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let mutex = mutex.clone();
            tokio::spawn(async move {
                for _ in 0..TURNS {
                    let mut count = mutex.lock().await;
                    let seen = *count;
                    tokio::task::yield_now().await;
                    *count = seen + 1;
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let count = *mutex.lock().await;
    assert_eq!(count, TASKS * TURNS, "no update is lost");
    count
}

#[test]
fn code_that_is_generic_over_the_lock_runs_in_spawned_tasks() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            let counts = (
                count_in_tasks::<ironfence::Mutex<u32>>().await,
                count_in_tasks::<tokio::sync::Mutex<u32>>().await,
                count_in_tasks::<async_lock::Mutex<u32>>().await,
            );
            assert!(counts.0 == counts.1 && counts.1 == counts.2);
        });
    });
}

#[test]
fn the_futures_of_tokio_take_no_more_than_their_size_and_a_little() {
    use tokio::sync::{Mutex, RwLock};
    let (mutex, lock) = (Mutex::new(0_u64), RwLock::new(0_u64));
    for (name, ours, theirs) in [
        ("lock", size_of::<TokioLock<'_, u64>>(), size_of_val(&mutex.lock())),
        ("read", size_of::<TokioRead<'_, u64>>(), size_of_val(&lock.read())),
        ("write", size_of::<TokioWrite<'_, u64>>(), size_of_val(&lock.write())),
    ] {
        assert_eq!(
            ours,
            theirs + 2 * size_of::<usize>(),
            "`{name}` is the future and two functions"
        );
    }
    #[cfg(target_pointer_width = "64")]
    for (name, size, limit) in [
        ("lock", size_of::<TokioLock<'_, u64>>(), 136),
        ("read", size_of::<TokioRead<'_, u64>>(), 112),
        ("write", size_of::<TokioWrite<'_, u64>>(), 112),
    ] {
        assert!(size <= limit, "`{name}` has {size} bytes, and {limit} is the limit");
    }
}

/// Our futures of tokio's locks may go wherever tokio's own may, and nowhere else.
#[test]
fn the_futures_of_tokio_are_send_exactly_where_its_own_are() {
    macro_rules! same {
        ($($Value:ty),*) => {$(
            for (name, ours, theirs) in [
                (
                    "lock",
                    facts!(Probe::<TokioLock<'static, $Value>>::NEW),
                    facts!(Probe::future(|lock: &'static tokio::sync::Mutex<$Value>| lock.lock())),
                ),
                (
                    "read",
                    facts!(Probe::<TokioRead<'static, $Value>>::NEW),
                    facts!(Probe::future(|lock: &'static tokio::sync::RwLock<$Value>| lock.read())),
                ),
                (
                    "write",
                    facts!(Probe::<TokioWrite<'static, $Value>>::NEW),
                    facts!(Probe::future(|lock: &'static tokio::sync::RwLock<$Value>| lock.write())),
                ),
            ] {
                assert_eq!(ours, theirs, "`{name}` of {}", stringify!($Value));
            }
        )*};
    }
    same!(u32, Cell<u32>, Rc<u32>, std::sync::MutexGuard<'static, u32>, PhantomPinned);
    let ours = facts!(Probe::<TokioLock<'static, u32>>::NEW);
    assert_eq!(ours, Facts { send: true, sync: true, unpin: false }, "the oracle says something");
}

#[test]
fn a_future_of_tokio_whose_poll_panics_is_dropped_like_any_other() {
    let mutex = tokio::sync::Mutex::new(1);
    let guard = now(AsyncMutex::lock(&mutex));
    let hostile = Hostile::new(|call| assert_ne!(call, Call::Clone, "as told"));
    let mut future = Polled::new(AsyncMutex::lock(&mutex));
    let waker = hostile.waker();
    let poll = catch_unwind(AssertUnwindSafe(|| future.poll_with(&waker)));
    assert!(poll.is_err(), "the waker's panic comes through");
    hostile.calm();
    drop(future);
    drop(waker);
    assert_eq!(hostile.alive(), 0, "no waker is left behind");
    drop(guard);
    assert_eq!(*now(AsyncMutex::lock(&mutex)), 1, "the lock is as it was");
}

#[test]
fn a_future_of_tokio_may_be_moved_before_it_is_polled() {
    let mutex = tokio::sync::Mutex::new(1);
    let futures: Vec<_> = (0..100).map(|_| AsyncMutex::lock(&mutex)).collect();
    for future in futures {
        assert_eq!(*now(future), 1);
    }
}
