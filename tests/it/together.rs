//! `lock_pair` and `lock_all`: locks of different values, taken together.

use std::{sync::Arc, task::Poll, time::Duration};

use ironfence::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
    SameLock, lock_all, lock_pair,
};
use ironfence_tests::{
    allocations::allocations,
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

/// Three mutexes in the order of their addresses.
fn three() -> [Mutex<u32>; 3] {
    [1, 2, 3].map(Mutex::new)
}

// What may be asked for

#[test]
fn any_lock_future_is_a_request_and_the_guards_come_as_asked() {
    let mutex = Mutex::new(1);
    let lock = RwLock::new(2);
    let (write, guard): (RwLockWriteGuard<'_, i32>, MutexGuard<'_, i32>) =
        now(lock_pair(lock.write(), mutex.lock())).unwrap();
    assert_eq!((*write, *guard), (2, 1), "results come in the order asked");
    drop((guard, write));
    let (guard, read): (MutexGuard<'_, i32>, RwLockReadGuard<'_, i32>) =
        now(lock_pair(&mutex, lock.read())).unwrap();
    assert_eq!((*guard, *read), (1, 2), "a reference to a mutex is a request");
    drop((guard, read));
    let (upgradable, _guard): (RwLockUpgradableReadGuard<'_, i32>, _) =
        now(lock_pair(lock.upgradable_read(), &mutex)).unwrap();
    assert!(lock.try_read().is_ok() && lock.try_write().is_err(), "it is held upgradable");
    *now(RwLockUpgradableReadGuard::upgrade(upgradable)) += 1;
    assert_eq!(lock.try_read().as_deref(), Ok(&3), "and released after all that");
}

#[test]
fn owned_futures_are_requests_too_and_their_guards_keep_the_locks_alive() {
    let (mutex, lock) = (Arc::new(Mutex::new(1)), Arc::new(RwLock::new(2)));
    let (a, b) = now(lock_pair(lock.clone().read_owned(), mutex.clone().lock_owned())).unwrap();
    drop((mutex, lock));
    assert_eq!((*a, *b), (2, 1), "the guards own what they guard");
}

#[test]
fn tuples_arrays_and_vectors_of_locks_give_tuples_arrays_and_vectors_of_guards() {
    let all = [0, 1, 2, 3, 4, 5, 6, 7].map(Mutex::new);
    let [a, b, c, d, e, f, g, h] = &all;
    let (h, g, f, e, d, c, b, a) = now(lock_all((h, g, f, e, d, c, b, a))).unwrap();
    assert_eq!([*a, *b, *c, *d, *e, *f, *g, *h], [0, 1, 2, 3, 4, 5, 6, 7], "each is its own");
    drop((a, b, c, d, e, f, g, h));
    let [last, first] = now(lock_all([&all[7], &all[0]])).unwrap();
    assert_eq!((*first, *last), (0, 7), "an array keeps its order");
    drop((first, last));
    let guards = now(lock_all(all.iter().rev().collect::<Vec<_>>())).unwrap();
    let values: Vec<_> = guards.iter().map(|guard| **guard).collect();
    assert_eq!(values, [7, 6, 5, 4, 3, 2, 1, 0], "a vector keeps its order");
}

#[test]
fn no_locks_at_all_are_had_at_once() {
    assert!(now(lock_all::<[&Mutex<()>; 0]>([])).is_ok());
    assert_eq!(now(lock_all(Vec::<&Mutex<()>>::new())).unwrap().len(), 0);
}

#[test]
fn locks_of_values_without_a_size_known_are_taken() {
    let words: Arc<RwLock<[u8]>> = Arc::new(RwLock::new([1, 2, 3]));
    let text: &Mutex<dyn std::fmt::Debug + Send> = &Mutex::new("text");
    let (text, words) = now(lock_pair(text, words.write())).unwrap();
    assert_eq!((words.len(), format!("{text:?}")), (3, "\"text\"".to_owned()));
}

// In which order

#[test]
fn locks_are_taken_in_the_order_of_their_addresses_however_they_are_named() {
    let locks = three();
    let held = now(locks[1].lock());
    let waiting = Polled::queued(lock_all([&locks[2], &locks[1], &locks[0]]));
    assert!(locks[0].try_lock().is_err(), "the one before is taken");
    assert!(locks[2].try_lock().is_ok(), "the one behind is not, though it was named first");
    drop((waiting, held));
}

#[test]
fn it_waits_at_one_lock_after_the_other() {
    let locks = three();
    let [first, second, third] = locks.each_ref().map(|lock| now(lock.lock()));
    let mut waiting = Polled::queued(lock_all((&locks[1], locks[2].lock(), &locks[0])));
    drop(third);
    assert!(!waiting.is_woken(), "it waits for the first");
    drop(first);
    assert!(waiting.is_woken(), "the release wakes it");
    assert!(waiting.poll().is_pending(), "the second is held");
    assert!(locks[0].try_lock().is_err(), "it came further");
    drop(second);
    assert!(waiting.finish().is_ok());
    assert!(locks.iter().all(|lock| lock.try_lock().is_ok()), "all are released");
}

#[test]
fn guards_are_dropped_in_any_order() {
    for order in [[0, 1, 2], [2, 1, 0], [1, 0, 2]] {
        let locks = three();
        let mut guards =
            now(lock_all([&locks[2], &locks[1], &locks[0]])).unwrap().map(Option::Some);
        for place in order {
            assert!(locks[2 - place].try_lock().is_err(), "held until its guard is dropped");
            guards[place] = None;
            assert!(locks[2 - place].try_lock().is_ok(), "released with its guard");
        }
    }
}

// The same lock

#[test]
fn the_same_lock_twice_is_an_error_at_once_in_whatever_way_it_is_wanted() {
    let (mutex, lock) = (Arc::new(Mutex::new(1)), RwLock::new(2));
    assert!(matches!(now(lock_pair(&*mutex, mutex.lock())), Err(SameLock { .. })));
    assert!(matches!(now(lock_pair(lock.read(), lock.write())), Err(SameLock { .. })));
    assert!(matches!(now(lock_pair(lock.read(), lock.read())), Err(SameLock { .. })));
    assert!(now(lock_pair(mutex.clone().lock_owned(), mutex.clone().lock_owned())).is_err());
    assert!(now(lock_all((lock.read(), &*mutex, lock.upgradable_read()))).is_err());
    let others = three();
    let [a, b, c] = &others;
    assert!(now(lock_all([a, b, c, a])).is_err(), "also far from each other");
    assert!(now(lock_all(vec![c, b, a, b])).is_err());
    assert!(others.iter().all(|lock| lock.try_lock().is_ok()), "nothing was taken");
    assert!(mutex.try_lock().is_ok() && lock.try_write().is_ok(), "nothing was taken");
    assert!(lock_pair(a, a).try_now().is_err(), "nor is it tried");
    assert!(lock_pair(a, a).blocking().is_err(), "nor waited for with a thread");
}

#[test]
fn the_error_says_what_it_is() {
    let lock = Mutex::new(());
    let error = now(lock_pair(&lock, &lock)).unwrap_err();
    assert!(error.to_string().contains("same lock"), "{error}");
}

#[test]
fn an_error_is_the_end_of_the_future() {
    let lock = Mutex::new(());
    let mut both = Box::pin(lock_pair(&lock, &lock));
    assert!(!both.is_terminated());
    assert!(now(both.as_mut()).is_err());
    assert!(both.is_terminated());
}

// Not waiting, and waiting with a thread

#[test]
fn trying_takes_all_or_nothing() {
    let locks = three();
    let [a, b, c] = &locks;
    let held = now(c.lock());
    assert!(lock_all([c, a, b]).try_now().unwrap().is_none(), "one is held");
    assert!(a.try_lock().is_ok() && b.try_lock().is_ok(), "so none is taken");
    drop(held);
    let guards = lock_all([c, a, b]).try_now().unwrap().expect("all are free");
    assert!(locks.iter().all(|lock| lock.try_lock().is_err()), "all are taken");
    drop(guards);
}

#[test]
fn a_thread_waits_for_several_locks() {
    must_end(|| {
        let locks = Arc::new(three());
        let held = now(locks[1].lock());
        let thread = std::thread::spawn({
            let locks = locks.clone();
            move || {
                let [b, a] = lock_all([&locks[1], &locks[0]]).blocking().unwrap();
                *a + *b
            }
        });
        drop(held);
        assert_eq!(thread.join().unwrap(), 3);
    });
}

// Cancellation

#[test]
fn a_future_that_is_never_polled_takes_nothing() {
    let locks = three();
    let future = lock_all(locks.each_ref());
    assert!(locks[0].try_lock().is_ok(), "nothing happens before the first poll");
    drop(future);
}

#[test]
fn one_that_is_dropped_halfway_releases_what_it_took() {
    let locks = three();
    let held = now(locks[2].lock());
    let waiting = Polled::queued(lock_all(locks.each_ref()));
    let mut behind = Polled::queued(locks[0].lock());
    drop(waiting);
    assert!(behind.is_woken(), "who waits for the first is woken");
    drop(behind.finish());
    assert!(locks[1].try_lock().is_ok(), "the second is released");
    drop(held);
    assert!(locks[2].try_lock().is_ok(), "the last was not taken");
}

#[test]
fn one_that_is_dropped_when_it_was_woken_passes_the_wake_up_on() {
    let locks = three();
    let held = now(locks[1].lock());
    let waiting = Polled::queued(lock_pair(&locks[1], &locks[0]));
    let mut behind = Polled::queued(locks[1].lock());
    drop(held);
    assert!(waiting.is_woken());
    drop(waiting);
    assert!(behind.is_woken(), "its turn is the next one's");
    drop(behind.finish());
}

/// Why the docs say to poll it to its end or to drop it: what it holds half-way is held.
#[test]
fn one_that_is_left_halfway_keeps_what_it_took() {
    let locks = three();
    let held = now(locks[1].lock());
    let waiting = Polled::queued(lock_pair(&locks[1], &locks[0]));
    drop(held);
    assert!(matches!(poll_once(locks[0].lock()), Poll::Pending), "it holds the first");
    assert!(locks[1].try_lock().is_ok(), "but not the one that it waits for");
    drop(waiting);
    assert!(locks[0].try_lock().is_ok());
}

// Costs

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated_for_tuples_and_arrays() {
    let locks = three();
    let rwlock = RwLock::new(());
    let count = allocations(|| {
        drop(now(lock_pair(&locks[1], rwlock.read())));
        drop(now(lock_all((&locks[1], &locks[0], rwlock.write()))));
        drop(now(lock_all([&locks[2], &locks[1], &locks[0]])));
        drop(lock_pair(&locks[1], &locks[2]).try_now());
    });
    assert_eq!(count, 0, "uncontended");
    let held = now(locks[1].lock());
    let mut waiting = Box::pin(lock_all([&locks[2], &locks[1], &locks[0]]));
    let count = allocations(|| {
        assert!(poll_once(waiting.as_mut()).is_pending());
        drop(held);
        drop(now(waiting.as_mut()));
    });
    assert_eq!(count, 0, "contended");
}

// In spawned tasks

async fn move_money(from: &Mutex<u32>, to: &RwLock<u32>) {
    let (mut from, mut to) = lock_pair(from, to.write()).await.unwrap();
    *from -= 1;
    tokio::task::yield_now().await;
    *to += 1;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_is_used_across_awaits_in_spawned_tasks() {
    let locks: Arc<[Mutex<u32>; 3]> = Arc::new([9, 9, 9].map(Mutex::new));
    let other = Arc::new(RwLock::new(0));
    let mut tasks = Vec::new();
    for round in 0..6 {
        let (locks, other) = (locks.clone(), other.clone());
        tasks.push(tokio::spawn(async move {
            move_money(&locks[round % 3], &other).await;
            // An array of borrowed locks, inside a timeout, across an await.
            let refs: [&Mutex<u32>; 2] = [&locks[round % 3], &locks[(round + 1) % 3]];
            let two = tokio::time::timeout(Duration::from_secs(60), lock_all(refs));
            let [mut a, mut b] = two.await.unwrap().unwrap();
            tokio::task::yield_now().await;
            std::mem::swap(&mut *a, &mut *b);
            drop((a, b));
            let all: Vec<_> = locks.iter().map(Mutex::lock).collect();
            let guards = lock_all(all).await.unwrap();
            tokio::task::yield_now().await;
            assert!(guards.iter().map(|guard| **guard).sum::<u32>() <= 27);
            drop(guards);
            let (mut to, from) = lock_pair(other.clone().write_owned(), &locks[0]).await.unwrap();
            tokio::task::yield_now().await;
            *to += u32::from(*from > 27);
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*other.read().await, 6);
    let all = lock_all(locks.each_ref()).await.unwrap();
    assert_eq!(all.iter().map(|guard| **guard).sum::<u32>(), 21);
}
