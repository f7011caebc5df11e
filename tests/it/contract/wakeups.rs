//! 2. and 3. No lost wake-up; a future may be dropped at any point.

use std::sync::Arc;

use ironfence::{Mutex, RwLock, RwLockWriteGuard};
use ironfence_tests::polled::{Polled, now};

#[test]
fn a_future_does_nothing_before_its_first_poll() {
    let mutex = Mutex::new(());
    let unpolled = mutex.lock();
    assert!(mutex.try_lock().is_ok(), "an unpolled future holds nothing");
    drop(unpolled);
    assert!(mutex.try_lock().is_ok(), "nor does a dropped one");
    let guard = now(mutex.lock());
    let waiters = [(); 2].map(|()| Polled::queued(mutex.lock()));
    drop(guard);
    drop(mutex.lock());
    assert!(waiters[0].is_woken() && !waiters[1].is_woken(), "dropping it calls nobody");
}

#[test]
fn a_release_wakes_the_waiter_in_front() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    let second = Polled::queued(mutex.lock());
    drop(guard);
    assert!(first.is_woken(), "the first is woken");
    assert!(!second.is_woken(), "the second waits for the first");
    drop(first.finish());
    assert!(second.is_woken(), "the second is woken by the first");
}

#[test]
fn a_queued_future_may_be_dropped() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let second = Polled::queued(mutex.lock());
    let mut third = Polled::queued(mutex.lock());
    drop(second);
    drop(first);
    drop(guard);
    assert!(third.is_woken(), "who is still in the queue is woken");
    drop(third.finish());
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_queued_future_that_is_dropped_while_another_holds_wakes_nobody() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiters = [(); 4].map(|()| Some(Polled::queued(mutex.lock())));
    let is_woken = |waiters: &[Option<Polled<_>>], nth: usize| {
        waiters[nth].as_ref().is_some_and(Polled::is_woken)
    };
    drop(waiters[2].take());
    assert!(!is_woken(&waiters, 0) && !is_woken(&waiters, 1), "the lock is held as before");
    drop(guard);
    assert!(is_woken(&waiters, 0));
    // Nor where somebody has passed the one that was called.
    let passing = mutex.try_lock().unwrap();
    drop(waiters[3].take());
    drop(passing);
    assert!(!is_woken(&waiters, 1), "it is the turn of the one that was called");
    drop(waiters[0].take());
    assert!(is_woken(&waiters, 1));
}

#[test]
fn a_woken_future_that_is_dropped_passes_its_turn_on() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    assert!(first.is_woken() && !second.is_woken(), "the first is woken");
    drop(first);
    assert!(second.is_woken(), "its turn is the second's");
    drop(second.finish());
}

#[test]
fn a_woken_future_that_is_dropped_while_another_holds_wakes_nobody_in_vain() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    drop(first);
    assert!(!second.is_woken(), "the lock is held again");
    drop(passing);
    assert!(second.is_woken(), "now it is free");
    drop(second.finish());
}

#[test]
fn a_writer_that_is_dropped_lets_in_the_readers_it_kept_out() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let writer = Polled::queued(lock.write());
    let mut readers = [Polled::queued(lock.read()), Polled::queued(lock.read())];
    drop(writer);
    assert!(readers.iter().all(Polled::is_woken), "both readers are woken");
    let guards = readers.each_mut().map(Polled::finish);
    assert!(lock.try_write().is_err());
    drop((guards, reading));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

/// A writer that has gone away is no reason for a reader to wait, whatever was held when it went.
#[test]
fn one_that_gave_up_keeps_no_reader_out() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    drop(Polled::queued(lock.write()));
    drop((now(lock.read()), reading));

    let writing = now(lock.write());
    drop([Polled::queued(lock.read()), Polled::queued(lock.read())]);
    let reading = RwLockWriteGuard::downgrade(writing);
    drop((now(lock.read()), reading));

    let writing = now(lock.write());
    drop(Polled::queued(lock.write()));
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writing);
    drop((now(lock.read()), upgradable));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn the_last_waker_is_the_one_that_is_woken() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    let newer = Polled::new(std::future::ready(()));
    assert_eq!(waiting.wakers(), 2, "the queue holds one waker");
    let wakes = Arc::new(ironfence_tests::polled::Wakes::default());
    assert!(waiting.poll_with(&wakes.clone().into()).is_pending());
    assert_eq!(waiting.wakers(), 1, "the old waker is dropped");
    assert_eq!(Arc::strong_count(&wakes), 2, "the queue holds the new one");
    drop(guard);
    assert!(!waiting.is_woken(), "the old waker is not woken");
    assert_eq!(Arc::strong_count(&wakes), 1, "the new one was woken, and consumed");
    drop((waiting, newer));
}

#[test]
fn polling_again_keeps_one_waker() {
    let mutex = Mutex::new(());
    let _guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    for _ in 0..3 {
        assert!(waiting.poll().is_pending());
        assert_eq!(waiting.wakers(), 2, "one in the queue, one in the task");
    }
}

#[test]
#[should_panic(expected = "polled after completion")]
fn polling_after_the_end_panics() {
    let mutex = Mutex::new(());
    let mut future = Polled::new(mutex.lock());
    drop(future.finish());
    _ = future.poll();
}

#[test]
fn a_future_knows_that_it_has_ended() {
    let mutex = Mutex::new(());
    let mut future = Box::pin(mutex.lock());
    assert!(!future.is_terminated());
    drop(now(future.as_mut()));
    assert!(future.is_terminated(), "ready means terminated");
    let mut with = Box::pin(mutex.with(|()| 1));
    assert!(!with.is_terminated());
    assert_eq!(now(with.as_mut()), 1);
    assert!(with.is_terminated());
}
