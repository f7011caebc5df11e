//! Upgradable reads, upgrades, downgrades in all directions, and recursive reads.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ironfence::{
    OwnedRwLockUpgradableReadGuard, RwLock, RwLockUpgradableReadGuard as Upgradable,
    RwLockWriteGuard,
};
use ironfence_tests::{
    hostile::{Call, Hostile},
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

fn assert_free<T>(lock: &RwLock<T>) {
    assert!(lock.try_write().is_ok(), "nothing is left behind");
    assert!(poll_once(lock.upgradable_read()).is_ready(), "nor is the upgradable place");
}

#[test]
fn one_may_upgrade_beside_readers_and_no_writer() {
    let lock = RwLock::new(1);
    let reading = now(lock.read());
    let guard = now(lock.upgradable_read());
    assert_eq!((*guard, *now(lock.read())), (1, 1), "readers come in beside it");
    assert!(lock.try_upgradable_read().is_err(), "there is one such place");
    assert!(poll_once(lock.upgradable_read()).is_pending(), "others wait for it");
    assert!(lock.try_write().is_err(), "nobody writes");
    drop(reading);
    assert!(lock.try_write().is_err(), "nobody writes");
    drop(guard);
    assert_free(&lock);
}

#[test]
fn an_upgrade_waits_for_the_readers_and_lets_no_new_one_in() {
    let lock = RwLock::new(1);
    let reading = now(lock.read());
    let guard = now(lock.upgradable_read());
    let mut upgrade = Polled::queued(Upgradable::upgrade(guard));
    assert!(lock.try_read().is_err(), "a new reader would starve the upgrade");
    let mut reader = Polled::queued(lock.read());
    drop(reading);
    assert!(upgrade.is_woken() && !reader.is_woken(), "the upgrade comes first");
    *upgrade.finish() += 1;
    assert!(reader.is_woken());
    assert_eq!(*reader.finish(), 2);
    assert_free(&lock);
}

/// Where few may read at once, a reader that leaves may let in another one; but not the upgrade.
#[test]
fn an_upgrade_is_woken_by_the_last_reader_and_no_other() {
    let lock = RwLock::with_max_readers(1, 3);
    let readers = [now(lock.read()), now(lock.read())];
    let mut upgrade = Polled::queued(Upgradable::upgrade(now(lock.upgradable_read())));
    let [first, last] = readers;
    drop(first);
    assert!(!upgrade.is_woken(), "one reads still");
    drop(last);
    assert!(upgrade.is_woken());
    drop(upgrade.finish());
    assert_free(&lock);
}

#[test]
fn nobody_writes_between_an_upgradable_read_and_its_upgrade() {
    let lock = RwLock::new(1);
    let guard = now(lock.upgradable_read());
    let mut writer = Polled::queued(lock.write());
    let before = *guard;
    let mut guard = now(Upgradable::upgrade(guard));
    assert_eq!(*guard, before, "the writer in the queue waits");
    *guard += 1;
    drop(guard);
    assert_eq!(*writer.finish(), 2);
    assert_free(&lock);
}

#[test]
fn an_upgrade_goes_before_writers_that_waited_longer() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let guard = now(lock.upgradable_read());
    let mut writer = Polled::queued(lock.write());
    let mut upgrade = Polled::queued(Upgradable::upgrade(guard));
    drop(reading);
    assert!(upgrade.is_woken() && !writer.is_woken(), "the writer could not come in anyway");
    drop(upgrade.finish());
    drop(writer.finish());
    assert_free(&lock);
}

#[test]
fn one_that_was_beaten_to_the_upgradable_place_does_not_stand_before_the_upgrade() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut beaten = Polled::queued(lock.upgradable_read());
    drop(writing);
    let guard = lock.try_upgradable_read().unwrap();
    let reading = lock.try_read().unwrap();
    let mut upgrade = Polled::queued(Upgradable::upgrade(guard));
    assert!(beaten.poll().is_pending(), "its place is taken");
    drop(reading);
    assert!(upgrade.is_woken(), "nobody can come in before the upgrade");
    drop(upgrade.finish());
    drop(beaten.finish());
    assert_free(&lock);
}

#[test]
fn a_silent_writer_keeps_no_upgrade_asleep() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let silent = Polled::queued(lock.write());
    drop(writing);
    let reading = lock.try_read().unwrap();
    let mut upgrade = Polled::queued(Upgradable::upgrade(lock.try_upgradable_read().unwrap()));
    drop(reading);
    assert!(upgrade.is_woken(), "nobody reads");
    drop(upgrade.finish());
    drop(silent);
    assert_free(&lock);
}

#[test]
fn an_upgrade_that_is_dropped_releases_the_upgradable_hold() {
    let lock = RwLock::new(());
    drop(Upgradable::upgrade(now(lock.upgradable_read())));
    assert_free(&lock);

    let reading = now(lock.read());
    let upgrade = Polled::queued(Upgradable::upgrade(now(lock.upgradable_read())));
    let mut reader = Polled::queued(lock.read());
    let mut upgradable = Polled::queued(lock.upgradable_read());
    drop(upgrade);
    assert!(reader.is_woken() && upgradable.is_woken(), "whom it kept out comes in");
    drop((reader.finish(), upgradable.finish(), reading));
    assert_free(&lock);

    let reading = now(lock.read());
    let upgrade = Polled::queued(Upgradable::upgrade(now(lock.upgradable_read())));
    let mut writer = Polled::queued(lock.write());
    drop(reading);
    assert!(upgrade.is_woken() && !writer.is_woken());
    drop(upgrade);
    assert!(writer.is_woken(), "also if it was woken");
    drop(writer.finish());
    assert_free(&lock);
}

#[test]
fn an_upgrade_dropped_by_a_panicking_waker_releases_too() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let hostile = Hostile::new(|call| assert!(call != Call::Drop, "panics in drop"));
    let mut upgrade = Polled::new(Upgradable::upgrade(now(lock.upgradable_read())));
    let waker = hostile.waker();
    assert!(upgrade.poll_with(&waker).is_pending(), "somebody reads");
    assert!(catch_unwind(AssertUnwindSafe(|| drop(upgrade))).is_err(), "the waker panics");
    hostile.calm();
    drop((waker, reading));
    assert_free(&lock);
}

#[test]
fn trying_to_upgrade_gives_the_guard_back() {
    let lock = RwLock::new(1);
    let reading = now(lock.read());
    let guard = Upgradable::try_upgrade(now(lock.upgradable_read())).expect_err("somebody reads");
    drop(reading);
    let mut guard = Upgradable::try_upgrade(guard).expect("nobody reads");
    *guard += 1;
    drop(guard);
    assert_free(&lock);
}

#[test]
fn downgrades_go_in_all_directions() {
    let lock = RwLock::new(1);
    let writing = now(lock.write());
    let mut waiting = [Polled::queued(lock.read()), Polled::queued(lock.read())];
    let upgradable = RwLockWriteGuard::downgrade_to_upgradable(writing);
    let readers = waiting.each_mut().map(Polled::finish);
    let mut second = Polled::queued(lock.upgradable_read());
    let reading = Upgradable::downgrade(upgradable);
    assert!(second.is_woken(), "the place is free");
    let second = second.finish();
    assert_eq!(*reading + *second, 2);
    drop((readers, reading));
    let one = Upgradable::map(second, |value| value);
    assert!(lock.try_upgradable_read().is_ok(), "a mapped guard only reads");
    drop(one);
    assert_free(&lock);
}

#[test]
fn readers_and_one_upgradable_in_front_come_in_together() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut reader = Polled::queued(lock.read());
    let mut upgradable = Polled::queued(lock.upgradable_read());
    let mut behind = Polled::queued(lock.read());
    let second = Polled::queued(lock.upgradable_read());
    drop(writing);
    assert!(reader.is_woken() && upgradable.is_woken() && behind.is_woken());
    assert!(!second.is_woken(), "its place is not free");
    let guards = (reader.finish(), upgradable.finish(), behind.finish());
    drop(second);
    drop(guards);
    assert_free(&lock);
}

#[test]
fn a_recursive_read_does_not_wait_for_a_writer_that_waits() {
    let lock = RwLock::new(1);
    let outer = now(lock.read());
    let mut writer = Polled::queued(lock.write());
    assert!(poll_once(lock.read()).is_pending(), "an ordinary reader waits");
    assert_eq!(*now(lock.read_recursive()), *outer);
    assert!(lock.try_read_recursive().is_ok() && lock.try_read().is_err());
    drop(outer);
    let writing = writer.finish();
    let mut reader = Polled::queued(lock.read_recursive());
    drop(writing);
    assert_eq!(*reader.finish(), 1, "it waits for one who writes");
    assert_free(&lock);
}

#[test]
fn owned_and_blocking_forms_do_the_same() {
    must_end(|| {
        let lock = Arc::new(RwLock::new(1));
        *now(OwnedRwLockUpgradableReadGuard::upgrade(now(lock.clone().upgradable_read_owned()))) +=
            1;
        *Upgradable::blocking_upgrade(lock.blocking_upgradable_read()) += 1;
        let guard = lock.clone().blocking_upgradable_read_owned();
        assert!(Arc::ptr_eq(OwnedRwLockUpgradableReadGuard::rwlock(&guard), &lock));
        assert!(lock.clone().try_upgradable_read_owned().is_err());
        let threads = [(); 4].map(|()| {
            let lock = lock.clone();
            std::thread::spawn(move || {
                for _ in 0..1000 {
                    let guard = lock.blocking_upgradable_read();
                    let before = *guard;
                    *Upgradable::blocking_upgrade(guard) = before + 1;
                    drop(lock.blocking_read());
                }
            })
        });
        drop(guard);
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(*now(lock.read()), 4003, "nobody writes between a read and its upgrade");
        assert_free(&lock);
    });
}
