//! Who only reads is not kept out by those who wait for the upgradable place.

use ironfence::{RwLock, RwLockUpgradableReadGuard as Upgradable};
use ironfence_tests::polled::{Polled, now};

/// How many readers may come in, one while the other is still there, before a writer that waits.
const READERS: usize = 100;

#[test]
fn a_reader_comes_in_beside_the_upgradable_one_for_whose_place_another_waits() {
    let lock = RwLock::new(1);
    let upgradable = now(lock.upgradable_read());
    let mut second = Polled::queued(lock.upgradable_read());
    assert_eq!(*lock.try_read().expect("both would be let in beside it"), 1);
    let reading = now(lock.read());
    assert!(second.poll().is_pending(), "its place is taken");
    assert_eq!(*now(lock.read()), 1, "also after the other was polled again");
    drop(upgradable);
    assert!(second.is_woken(), "whoever reads keeps nobody from that place");
    drop((second.finish(), reading));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_reader_comes_in_while_several_wait_for_the_upgradable_place() {
    let lock = RwLock::new(());
    let upgradable = now(lock.upgradable_read());
    let waiting = [(); 3].map(|()| Polled::queued(lock.upgradable_read()));
    let readers = [(); 3].map(|()| now(lock.read()));
    drop(upgradable);
    for mut waiting in waiting {
        assert!(waiting.is_woken(), "one after the other");
        drop(waiting.finish());
    }
    drop(readers);
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn the_upgrade_is_not_kept_waiting_by_readers_that_came_past() {
    let lock = RwLock::new(1);
    let upgradable = now(lock.upgradable_read());
    let second = Polled::queued(lock.upgradable_read());
    let reading = now(lock.read());
    let mut upgrade = Polled::queued(Upgradable::upgrade(upgradable));
    assert!(lock.try_read().is_err(), "a new reader would starve the upgrade");
    drop(reading);
    *upgrade.finish() += 1;
    drop(second);
    assert_eq!(*now(lock.read()), 2);
}

/// Readers come, one while the last is still there, and a writer waits behind (or before) one that
/// waits for the upgradable place.
#[test]
fn a_writer_is_not_starved_by_readers_that_come_past() {
    for writer_is_first in [false, true] {
        let lock = RwLock::new(());
        let upgradable = now(lock.upgradable_read());
        let mut reading = now(lock.read());
        let (mut writer, second);
        if writer_is_first {
            writer = Polled::queued(lock.write());
            second = Polled::queued(lock.upgradable_read());
        } else {
            second = Polled::queued(lock.upgradable_read());
            writer = Polled::queued(lock.write());
        }
        let mut count = 0;
        while let Ok(next) = lock.try_read() {
            reading = next;
            count += 1;
            assert!(count <= READERS, "readers come in for ever: the writer starves");
        }
        drop((reading, upgradable, second));
        assert!(writer.is_woken(), "nobody is before it");
        drop(writer.finish());
    }
}
