//! Who goes away hands on what it had: its turn, its hold, its watch. The others are polled by nobody but the
//! one that wakes them, so nothing but that hands it on.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use loom::{sync::atomic::Ordering, thread};

use super::{Lock, Lockable, Woken, assert_idle, block_on, explore, poll_once};
use crate::{Mutex, OwnedRwLockUpgradableReadGuard};

/// Polls it with a waker that notes whether it was woken since.
fn poll_noting<F: Future>(future: Pin<&mut F>) -> (Poll<F::Output>, Arc<Woken>) {
    let woken = Arc::new(Woken::default());
    let waker = Waker::from(woken.clone());
    (future.poll(&mut Context::from_waker(&waker)), woken)
}

/// `leaving` and `holding` go at once, and each in its way makes the lock free: then `next`, which sleeps, is woken,
/// and has it.
fn hands_on<N: Future>(
    lock: &impl Lockable,
    holding: impl Sized,
    leaving: impl Send + 'static,
    mut next: Pin<Box<N>>,
) {
    let (polled, woken) = poll_noting(next.as_mut());
    assert!(polled.is_pending(), "somebody holds it");
    let other = thread::spawn(move || drop(leaving));
    drop(holding);
    other.join().expect("no thread panics");
    assert_woken(&woken, "the lock is free, and the next one asleep");
    drop(block_on(next));
    assert_idle(lock);
}

#[track_caller]
fn assert_woken(woken: &Woken, why: &str) {
    assert!(woken.0.load(Ordering::Acquire), "{why}");
}

/// Called before it goes away, or while it does, or not at all.
#[test]
fn one_that_is_called_and_goes_away_passes_its_turn() {
    explore(2, || {
        let mutex = Arc::new(Mutex::new(()));
        let holding = block_on(mutex.clone().lock_owned());
        let mut leaving = Box::pin(mutex.clone().lock_owned());
        assert!(poll_once(leaving.as_mut()).is_pending(), "it is locked");
        let next = Box::pin(mutex.clone().lock_owned());
        hands_on(&*mutex, holding, leaving, next);
    });
}

/// While the reader that it waits for goes, too.
#[test]
fn an_upgrade_that_is_given_up_gives_its_hold_up() {
    explore(2, || {
        let lock = Arc::new(Lock::new(()));
        let reading = block_on(lock.clone().read_owned());
        let upgradable = block_on(lock.clone().upgradable_read_owned());
        let mut upgrade = Box::pin(OwnedRwLockUpgradableReadGuard::upgrade(upgradable));
        assert!(poll_once(upgrade.as_mut()).is_pending(), "somebody reads");
        let next = Box::pin(lock.clone().write_owned());
        hands_on(&*lock, reading, upgrade, next);
    });
}

/// One keeps watch over a silent one; another one, which relies on that or is about to, takes the watch over.
#[test]
fn one_that_keeps_watch_and_goes_away_hands_the_watch_on() {
    explore(2, || {
        let mutex = Arc::new(Mutex::new(()));
        let holding = block_on(mutex.clone().lock_owned());
        let mut silent = Box::pin(mutex.clone().lock_owned());
        assert!(poll_once(silent.as_mut()).is_pending(), "it is locked");
        drop(holding); // the silent one is called
        let mut watching = Box::pin(mutex.clone().lock_owned());
        let mut relying = Box::pin(mutex.clone().lock_owned());
        assert!(poll_once(watching.as_mut()).is_pending(), "it is the silent one's turn");
        let (polled, woken) = poll_noting(relying.as_mut());
        assert!(polled.is_pending(), "it is the silent one's turn");
        assert_woken(&woken, "it looks a second time");
        assert!(poll_once(watching.as_mut()).is_pending(), "it keeps watch from now on");
        let other = thread::spawn(move || drop(watching));
        let (polled, woken) = poll_noting(relying.as_mut());
        assert!(polled.is_pending(), "it is the silent one's turn");
        other.join().expect("no thread panics");
        assert_woken(&woken, "it keeps watch itself, or is woken to do so");
        drop(block_on(relying));
        drop(silent);
        assert_idle(&*mutex);
    });
}
