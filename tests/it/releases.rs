//! A waker that panics while locks are released keeps no other of them held and nobody else asleep, in
//! whatever form they were taken together. With `std` and without: `tests/bare` runs this file too, so
//! here one waker panics at a time, which is what is promised without.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use ironfence_tests::{
    hostile::{Call, Hostile},
    polled::{Polled, now},
};

use crate::{
    Guarded,
    subject::{
        Mutex, RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard, foreign, futures::Lock,
        lock_all, lock_pair,
    },
};

/// A lock of the set tests, and one that waits for it.
type Waiting<'a> = Polled<Lock<'a, u32>>;

fn hostile() -> Arc<Hostile> {
    Hostile::new(|call| assert!(call != Call::Wake, "a waker panics"))
}

/// Does what releases locks, which makes the hostile waker panic.
fn panics(release: impl FnOnce()) {
    let panic = catch_unwind(AssertUnwindSafe(release)).expect_err("the waker's panic goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"a waker panics"), "it is the waker's own");
}

/// Somebody waits for each lock, for one of them with a hostile waker.
fn wait_for_each<'a, const N: usize>(locks: [&'a Mutex<u32>; N], bad: usize) -> [Waiting<'a>; N] {
    let mut number = 0;
    locks.map(|lock| {
        let mut waiting = Polled::new(lock.lock());
        let polled = match number == bad {
            true => waiting.poll_with(&hostile().waker()),
            false => waiting.poll(),
        };
        assert!(polled.is_pending(), "lock {number} is held");
        number += 1;
        waiting
    })
}

/// Each lock is free, and those who waited were woken, but for the one whose waker panicked.
fn assert_released<const N: usize>(locks: [&Mutex<u32>; N], waiting: [Waiting<'_>; N], bad: usize) {
    for (number, (lock, waiting)) in locks.iter().zip(&waiting).enumerate() {
        assert!(lock.try_lock().is_ok(), "{bad} panicked: lock {number} is released");
        assert_eq!(waiting.is_woken(), number != bad, "{bad} panicked: {number} is woken");
    }
    drop(waiting);
    assert!(locks.iter().all(|lock| lock.try_lock().is_ok()), "the locks are in order");
}

#[derive(Guarded, Default)]
#[guarded(crate = crate::subject)]
struct Bank {
    #[guarded(mutex)]
    first: u32,
    #[guarded(mutex)]
    second: u32,
    #[guarded(nested)]
    inner: Inner,
    #[guarded(mutex)]
    last: u32,
}

#[derive(Guarded, Default)]
#[guarded(crate = crate::subject)]
struct Inner(#[guarded(mutex)] u32);

fn bank() -> BankGuarded {
    Bank::default().into_guarded()
}

impl BankGuarded {
    fn locks_before_the_last(&self) -> [&Mutex<u32>; 3] {
        [&self.first, &self.second, &self.inner.0]
    }
}

#[test]
fn a_set_that_is_dropped_half_way_releases_all_that_it_took() {
    for bad in 0..3 {
        let bank = bank();
        let held = now(bank.last.lock());
        let taking = Polled::queued(
            bank.locks()
                .lock_first()
                .lock_second()
                .inner(|inner| inner.lock_0())
                .lock_last()
                .into_future(),
        );
        let waiting = wait_for_each(bank.locks_before_the_last(), bad);
        panics(|| drop(taking));
        assert_released(bank.locks_before_the_last(), waiting, bad);
        drop(held);
        assert!(bank.last.try_lock().is_ok(), "the one that it waited for is left");
    }
}

#[test]
fn the_guards_of_a_set_are_all_released() {
    for bad in 0..3 {
        let bank = bank();
        let held = now(bank
            .locks()
            .lock_first()
            .lock_second()
            .inner(|inner| inner.lock_0())
            .lock_last()
            .into_future());
        let waiting = wait_for_each(bank.locks_before_the_last(), bad);
        panics(|| drop(held));
        assert_released(bank.locks_before_the_last(), waiting, bad);
        assert!(bank.last.try_lock().is_ok(), "the last is released");
    }
}

#[test]
fn a_set_whose_wait_ends_in_a_panic_releases_what_it_took() {
    #[derive(Guarded, Default)]
    #[guarded(crate = crate::subject)]
    struct Rates {
        #[guarded(mutex)]
        first: u32,
        #[guarded(rwlock)]
        last: u32,
    }
    let rates = Rates::default().into_guarded();
    let reading = now(rates.last.read());
    let taking = Polled::queued(rates.locks().lock_first().write_last().into_future());
    // The writer of the set keeps the reader behind it out, and calls it when it goes away.
    let mut reader = Polled::new(rates.last.read());
    assert!(reader.poll_with(&hostile().waker()).is_pending(), "a writer waits before it");
    let waiting = Polled::queued(rates.first.lock());
    panics(|| drop(taking));
    assert!(rates.first.try_lock().is_ok() && waiting.is_woken(), "the first is released");
    drop((reading, reader));
    assert!(rates.last.try_write().is_ok(), "the last is in order");
}

#[test]
fn a_pair_that_is_dropped_half_way_releases_what_it_took() {
    let locks: [Mutex<u32>; 2] = Default::default();
    let held = now(locks[1].lock());
    let taking = Polled::queued(lock_pair(&locks[1], &locks[0]));
    let waiting = wait_for_each([&locks[0]], 0);
    panics(|| drop(taking));
    assert_released([&locks[0]], waiting, 0);
    drop(held);
}

#[test]
fn many_locks_that_are_dropped_half_way_are_all_released() {
    for bad in 0..4 {
        let locks: [Mutex<u32>; 5] = Default::default();
        let [a, b, c, d, last] = locks.each_ref();
        let before = [a, b, c, d];
        let held = now(last.lock());
        let as_array = Polled::queued(lock_all([last, a, d, b, c]));
        let waiting = wait_for_each(before, bad);
        panics(|| drop(as_array));
        assert_released(before, waiting, bad);
        let as_tuple = Polled::queued(lock_all((c, d.lock(), last, a, b)));
        let waiting = wait_for_each(before, bad);
        panics(|| drop(as_tuple));
        assert_released(before, waiting, bad);
        let as_vec = Polled::queued(lock_all(vec![d, c, b, a, last]));
        let waiting = wait_for_each(before, bad);
        panics(|| drop(as_vec));
        assert_released(before, waiting, bad);
        drop(held);
    }
}

#[test]
fn the_guards_of_many_locks_are_all_released() {
    for bad in 0..3 {
        let locks: [Mutex<u32>; 3] = Default::default();
        let all = locks.each_ref();
        let [a, b, c] = all;
        let as_array = now(lock_all(all)).unwrap();
        let waiting = wait_for_each(all, bad);
        panics(|| drop(as_array));
        assert_released(all, waiting, bad);
        let as_tuple = now(lock_all((c, b, a))).unwrap();
        let waiting = wait_for_each(all, bad);
        panics(|| drop(as_tuple));
        assert_released(all, waiting, bad);
        let as_vec = now(lock_all(vec![b, a, c])).unwrap();
        let waiting = wait_for_each(all, bad);
        panics(|| drop(as_vec));
        assert_released(all, waiting, bad);
    }
}

#[test]
fn other_peoples_locks_are_all_released() {
    for bad in 0..3 {
        let locks: [Mutex<u32>; 4] = Default::default();
        let [a, b, c, last] = locks.each_ref();
        let before = [a, b, c];
        let requests = |all: [_; 4]| foreign::lock_all(all.map(|lock| foreign::lock(lock)));
        let held = now(last.lock());
        let taking = Polled::queued(requests([last, a, c, b]));
        let waiting = wait_for_each(before, bad);
        panics(|| drop(taking));
        assert_released(before, waiting, bad);
        drop(held);
        let guards = now(requests([c, last, b, a])).unwrap();
        let waiting = wait_for_each(before, bad);
        panics(|| drop(guards));
        assert_released(before, waiting, bad);
    }
}

#[derive(Guarded, Default)]
#[guarded(crate = crate::subject)]
struct Foreign {
    #[guarded(mutex, with = crate::subject::Mutex)]
    first: u32,
    #[guarded(mutex, with = crate::subject::Mutex)]
    second: u32,
    #[guarded(mutex, with = crate::subject::Mutex)]
    last: u32,
}

#[test]
fn a_set_of_other_peoples_locks_releases_them_all() {
    for bad in 0..2 {
        let twin = Foreign::default().into_guarded();
        let before = [&twin.first, &twin.second];
        let held = now(twin.last.lock());
        let taking =
            Polled::queued(twin.locks().lock_first().lock_second().lock_last().into_future());
        let waiting = wait_for_each(before, bad);
        panics(|| drop(taking));
        assert_released(before, waiting, bad);
        drop(held);
        let guards = now(twin.locks().lock_first().lock_second().lock_last().into_future());
        let waiting = wait_for_each(before, bad);
        panics(|| drop(guards));
        assert_released(before, waiting, bad);
    }
}

#[test]
fn what_a_session_took_is_all_released() {
    for bad in 0..3 {
        let bank = bank();
        let held = now(bank.last.lock());
        let walk = async {
            let (_first, session) = bank.session().lock_first().await;
            let (_second, session) = session.lock_second().await;
            let (_inner, session) = session.inner().lock_0().await;
            let (_last, _session) = session.leave().lock_last().await;
        };
        let taking = Polled::queued(walk);
        let waiting = wait_for_each(bank.locks_before_the_last(), bad);
        panics(|| drop(taking));
        assert_released(bank.locks_before_the_last(), waiting, bad);
        drop(held);
    }
}

#[test]
fn a_snapshot_that_is_dropped_half_way_releases_all_that_it_took() {
    #[derive(Guarded, Default, Clone)]
    #[guarded(crate = crate::subject)]
    struct Copied {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
        #[guarded(mutex)]
        last: u32,
    }
    for bad in 0..2 {
        let twin = Copied::default().into_guarded();
        let before = [&twin.first, &twin.second];
        let held = now(twin.last.lock());
        let mut taking = Polled::queued(twin.snapshot());
        let waiting = wait_for_each(before, bad);
        drop(held);
        panics(|| drop(taking.poll()));
        assert_released(before, waiting, bad);
        assert!(twin.last.try_lock().is_ok(), "the last is released");
    }
}

/// What can't be copied, if it is told so.
#[derive(Default)]
struct Rare(Arc<AtomicBool>);

impl Clone for Rare {
    fn clone(&self) -> Self {
        assert!(!self.0.load(Ordering::SeqCst), "there is one of these");
        Self(self.0.clone())
    }
}

#[test]
fn a_clone_that_panics_in_a_snapshot_releases_all_locks() {
    #[derive(Guarded, Default, Clone)]
    #[guarded(crate = crate::subject)]
    struct Copied {
        #[guarded(mutex)]
        first: u32,
        #[guarded(rwlock)]
        rare: Rare,
        #[guarded(mutex)]
        last: u32,
    }
    let twin = Copied::default().into_guarded();
    let held = now(twin.last.lock());
    let mut taking = Polled::queued(twin.snapshot());
    let waiting = Polled::queued(twin.first.lock());
    drop(held);
    now(twin.rare.read()).0.store(true, Ordering::SeqCst);
    assert!(catch_unwind(AssertUnwindSafe(|| drop(taking.poll()))).is_err(), "the clone panics");
    assert!(twin.first.try_lock().is_ok() && waiting.is_woken(), "the first is released");
    assert!(twin.rare.try_write().is_ok(), "the one with what can't be copied is released");
    assert!(twin.last.try_lock().is_ok(), "the last is released");
}

#[test]
fn all_readers_are_woken_though_one_panics() {
    // The last of a batch, the first of the next one, and one whose batch is not full.
    for bad in [0, 1, 30, 31, 32, 63, 64, 65, 98, 99] {
        let lock = RwLock::new(0);
        let writing = now(lock.write());
        let mut readers: Vec<_> = (0..100).map(|_| Polled::new(lock.read())).collect();
        for (number, reader) in readers.iter_mut().enumerate() {
            let polled = match number == bad {
                true => reader.poll_with(&hostile().waker()),
                false => reader.poll(),
            };
            assert!(polled.is_pending(), "somebody writes");
        }
        panics(|| drop(writing));
        for (number, reader) in readers.iter().enumerate() {
            assert_eq!(reader.is_woken(), number != bad, "{bad} panicked: {number} is woken");
        }
        let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
        drop(guards);
        assert!(lock.try_write().is_ok(), "the lock is in order");
    }
}

#[test]
fn readers_behind_a_writer_that_goes_away_are_all_woken_though_one_panics() {
    let lock = RwLock::new(0);
    let reading = now(lock.read());
    let writer = Polled::queued(lock.write());
    let mut first = Polled::new(lock.read());
    assert!(first.poll_with(&hostile().waker()).is_pending(), "a writer waits before it");
    let others: Vec<_> = (0..70).map(|_| Polled::queued(lock.read())).collect();
    panics(|| drop(writer));
    assert!(others.iter().all(Polled::is_woken), "all others are woken");
    drop((reading, first, others));
    assert!(lock.try_write().is_ok(), "the lock is in order");
}

#[test]
fn a_hold_that_is_weakened_while_a_waker_panics_is_released() {
    /// Weakens the hold while somebody waits who may come in then.
    fn assert_released<G, W, F: Future>(
        lock: &RwLock<u32>,
        strong: G,
        waiting: F,
        weaken: impl FnOnce(G) -> W,
    ) {
        let mut waiting = Polled::new(waiting);
        assert!(waiting.poll_with(&hostile().waker()).is_pending(), "the lock is held");
        panics(|| drop(weaken(strong)));
        drop(waiting);
        assert!(lock.try_write().is_ok(), "nothing is held");
    }
    let lock = &RwLock::new(0);
    let write = now(lock.write());
    assert_released(lock, write, lock.read(), RwLockWriteGuard::downgrade);
    let write = now(lock.write());
    assert_released(lock, write, lock.read(), RwLockWriteGuard::downgrade_to_upgradable);
    let upgradable = now(lock.upgradable_read());
    let other = lock.upgradable_read();
    assert_released(lock, upgradable, other, RwLockUpgradableReadGuard::downgrade);
}

#[test]
fn an_upgrade_that_goes_away_while_a_waker_panics_is_released() {
    let lock = RwLock::new(0);
    let reading = now(lock.read());
    let upgrading = Polled::queued(RwLockUpgradableReadGuard::upgrade(now(lock.upgradable_read())));
    let mut behind = Polled::new(lock.read());
    assert!(behind.poll_with(&hostile().waker()).is_pending(), "one who upgrades is before it");
    let last = Polled::queued(lock.upgradable_read());
    panics(|| drop(upgrading));
    assert!(last.is_woken(), "both who may come in are called");
    assert!(lock.try_upgradable_read().is_ok(), "the upgradable hold is given up");
    drop((reading, behind, last));
    assert!(lock.try_write().is_ok(), "the lock is in order");
}
