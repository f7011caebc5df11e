//! What can be seen of a lock without taking it.

use std::sync::Arc;

use ironfence::{ExclusiveGuard, Mutex, RwLock, UpgradableGuard};
use ironfence_tests::polled::{Polled, now};

/// Held at all, held alone, by how many readers.
fn seen(lock: &RwLock<(u8, u8)>) -> (bool, bool, usize) {
    (lock.is_locked(), lock.is_locked_exclusive(), lock.reader_count())
}

#[test]
fn a_mutex_is_seen_locked_while_a_guard_or_a_part_of_one_is_there() {
    let mutex = Arc::new(Mutex::new((1, 2)));
    assert!(!mutex.is_locked());
    let guard = now(mutex.clone().lock_owned());
    assert!(mutex.is_locked());
    let waiting = Polled::queued(mutex.lock());
    let (one, other) = ExclusiveGuard::split(guard, |both| (&mut both.0, &mut both.1));
    drop(one);
    assert!(mutex.is_locked(), "a part is left");
    drop(other);
    assert!(!mutex.is_locked(), "the one that was woken has not taken it");
    drop(waiting);
    assert!(!mutex.is_locked());
}

#[test]
fn an_rwlock_is_seen_as_it_is_held() {
    let lock = Arc::new(RwLock::new((1, 2)));
    assert_eq!(seen(&lock), (false, false, 0));
    let reading = now(lock.read());
    assert_eq!(seen(&lock), (true, false, 1));
    let upgradable = now(lock.upgradable_read());
    assert_eq!(seen(&lock), (true, false, 2));
    let again = now(lock.clone().read_recursive_owned());
    assert_eq!(seen(&lock), (true, false, 3));
    let mut upgrade = Polled::queued(UpgradableGuard::upgrade(upgradable));
    assert_eq!(seen(&lock), (true, false, 3), "it reads until it writes");
    drop((reading, again));
    assert_eq!(seen(&lock), (true, false, 1));
    let writing = upgrade.finish();
    assert_eq!(seen(&lock), (true, true, 0));
    let (one, other) = ExclusiveGuard::split(writing, |both| (&mut both.0, &mut both.1));
    assert_eq!(seen(&lock), (true, true, 0), "parts are no readers");
    drop((one, other));
    let reading = ExclusiveGuard::downgrade(now(lock.write()));
    assert_eq!(seen(&lock), (true, false, 1));
    drop(reading);
    assert_eq!(seen(&lock), (false, false, 0));
}

#[test]
fn an_owned_recursive_read_passes_a_writer_that_waits() {
    let lock = Arc::new(RwLock::new((1, 2)));
    let outer = now(lock.clone().read_owned());
    let mut writer = Polled::queued(lock.write());
    assert!(lock.clone().try_read_owned().is_err(), "the writer comes first");
    let inner = (
        now(lock.clone().read_recursive_owned()),
        lock.clone().try_read_recursive_owned().unwrap(),
    );
    assert_eq!(*inner.0, *outer);
    drop(lock.clone());
    drop((outer, inner));
    drop(writer.finish());
    let writing = now(lock.write());
    assert!(lock.clone().try_read_recursive_owned().is_err(), "somebody writes");
    let mut reader = Polled::queued(lock.clone().read_recursive_owned());
    drop(writing);
    drop(reader.finish());
}
