//! Other people's locks behind our traits: the laws that all of them keep, and tokio's futures,
//! which have no names of their own.

use std::{
    cell::Cell,
    future::Future,
    marker::PhantomPinned,
    mem::{size_of, size_of_val},
    panic::{AssertUnwindSafe, catch_unwind},
    rc::Rc,
    sync::Arc,
};

use ironfence::{
    AsyncMutex, AsyncRwLock,
    foreign::{lock, lock_all, lock_pair, read, write},
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

/// The laws of locks that are taken together, whose futures must be `Send` as well.
fn together_laws<L>()
where
    L: for<'a> AsyncRwLock<
            Value = u32,
            ReadGuard<'a>: Send,
            WriteGuard<'a>: Send,
            Read<'a>: Send,
            Write<'a>: Send,
        > + Send
        + Sync,
{
    fn is_send<F: Future + Send>(future: F) -> F {
        future
    }
    let locks = [0, 1, 2].map(L::new);
    let [low, middle, high] = &locks;
    assert!(now(lock_pair(read(low), read(low))).is_err(), "reading twice can hang, too");
    assert!(now(lock_all([write(low), write(high), write(low)])).is_err());
    assert!(low.try_write().is_some() && high.try_write().is_some(), "and nothing is taken");

    let (one, other) = now(is_send(lock_pair(write(high), read(low)))).expect("two locks");
    assert_eq!((*one, *other), (2, 0), "the guards come as they were asked for");
    drop((one, other));
    let all = now(is_send(lock_all(vec![read(high), read(low), read(middle)]))).expect("three");
    assert_eq!(all.iter().map(|guard| **guard).collect::<Vec<_>>(), [2, 0, 1]);
    drop(all);

    let held = now(middle.write());
    let mut all = Polled::queued(lock_all([write(high), write(middle), write(low)]));
    assert!(low.try_read().is_none(), "what lies before is taken while it waits");
    assert!(high.try_read().is_some(), "what lies behind is not");
    let pair = Polled::queued(lock_pair(write(middle), write(low)));
    drop(held);
    let guards = all.finish().expect("three locks");
    assert_eq!(guards.map(|guard| *guard), [2, 1, 0]);
    drop(pair);

    let held = now(high.read());
    let half_way = Polled::queued(lock_all([write(high), write(low), write(middle)]));
    assert!(low.try_read().is_none() && middle.try_read().is_none());
    drop(half_way);
    assert!(low.try_write().is_some() && middle.try_write().is_some(), "all is given back");
    drop(held);
}

#[test]
fn locks_of_every_library_are_taken_together_in_one_order() {
    together_laws::<ironfence::RwLock<u32>>();
    together_laws::<tokio::sync::RwLock<u32>>();
    together_laws::<async_lock::RwLock<u32>>();
}

#[test]
fn a_pair_may_be_of_two_libraries_and_of_a_mutex_and_an_rwlock() {
    let (ours, theirs) = (ironfence::Mutex::new(1), tokio::sync::RwLock::new(2));
    let (mut one, two) = now(lock_pair(lock(&ours), read(&theirs))).expect("two locks");
    *one += *two;
    drop((one, two));
    assert_eq!(ours.into_inner(), 3);
}

#[test]
fn tasks_that_take_the_same_locks_of_tokio_in_contrary_spelling_all_end() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            let locks = Arc::new([0, 0].map(tokio::sync::Mutex::new));
            let tasks = (0..8).map(|number| {
                let locks = locks.clone();
                tokio::spawn(async move {
                    let (mine, other) = (&locks[number % 2], &locks[(number + 1) % 2]);
                    for _ in 0..1000 {
                        let (mut one, mut two) =
                            lock_pair(lock(mine), lock(other)).await.expect("two locks");
                        *one += 1;
                        tokio::task::yield_now().await;
                        *two += 1;
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            assert_eq!(*locks[0].lock().await + *locks[1].lock().await, 16_000);
        });
    });
}
