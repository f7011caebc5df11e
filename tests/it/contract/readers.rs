//! 6. Readers and writers.

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{Polled, now, outlast, poll_once};

#[test]
fn readers_do_not_starve_a_writer() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let mut writer = Polled::queued(lock.write());
    let mut reader = Polled::queued(lock.read());
    assert!(lock.try_read().is_err(), "nor does trying go past the writer");
    drop(reading);
    assert!(writer.is_woken() && !reader.is_woken());
    drop(writer.finish());
    assert!(reader.is_woken());
    drop(reader.finish());
}

#[test]
fn a_release_admits_all_the_readers_in_front() {
    // More than are woken in one critical section.
    const READERS: usize = 100;
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut readers: Vec<_> = (0..READERS).map(|_| Polled::queued(lock.read())).collect();
    let mut writer = Polled::queued(lock.write());
    let mut later = Polled::queued(lock.read());
    drop(writing);
    assert!(readers.iter().all(Polled::is_woken), "all readers in front are woken");
    assert!(!writer.is_woken() && !later.is_woken(), "and nobody else");
    let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
    assert!(!writer.is_woken(), "they all read");
    drop(guards);
    assert!(writer.is_woken(), "the last of them wakes the writer");
    drop(writer.finish());
    drop(later.finish());
}

#[test]
fn a_release_admits_all_the_readers_in_front_however_many() {
    for count in [1, 2, 31, 32, 33, 64, 65, 100] {
        let lock = RwLock::new(());
        let guard = now(lock.write());
        let mut readers: Vec<_> = (0..count).map(|_| Polled::queued(lock.read())).collect();
        let mut writer = Polled::queued(lock.write());
        drop(guard);
        assert!(readers.iter().all(Polled::is_woken), "{count} come in together");
        assert!(!writer.is_woken(), "it comes after the readers");
        let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
        drop(guards);
        drop(writer.finish());
        assert!(lock.try_write().is_ok(), "nothing is left behind");
    }
}

#[test]
fn a_downgrade_admits_the_readers_in_front() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut reader = Polled::queued(lock.read());
    let mut writer = Polled::queued(lock.write());
    let reading = writing.downgrade();
    assert!(reader.is_woken() && !writer.is_woken());
    drop((reader.finish(), reading));
    drop(writer.finish());
}

#[test]
fn a_reader_beaten_by_a_writer_still_comes_in_with_the_others() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut readers = [(); 3].map(|()| Polled::queued(lock.read()));
    drop(writing);
    let passing = lock.try_write().unwrap();
    assert!(readers[0].poll().is_pending(), "a writer went past");
    drop(passing);
    let last = readers[2].finish();
    assert_eq!(readers[0].wakes(), 2, "one who reads lets in who sleeps in front");
    drop((readers[0].finish(), readers[1].finish(), last));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_limit_of_readers_is_kept_and_used() {
    let lock = RwLock::with_max_readers((), 2);
    let (one, two) = (now(lock.read()), now(lock.read()));
    assert!(lock.try_read().is_err(), "two is the limit");
    let mut waiting = [(); 3].map(|()| Polled::queued(lock.read()));
    drop(one);
    assert!(waiting[0].is_woken() && !waiting[1].is_woken(), "one place, one is woken");
    drop(two);
    let first = waiting[0].finish();
    assert!(waiting[1].is_woken(), "the second place is used too");
    let second = waiting[1].finish();
    assert!(waiting[2].poll().is_pending(), "two is the limit");
    drop((first, second));
    drop(waiting[2].finish());
}

#[test]
fn a_great_limit_of_readers_calls_no_more_than_it_admits() {
    let lock = RwLock::with_max_readers((), 40);
    let writing = now(lock.write());
    let mut readers: Vec<_> = (0..200).map(|_| Polled::queued(lock.read())).collect();
    drop(writing);
    let mut guards = Vec::new();
    for reader in readers.iter_mut().take(40) {
        assert!(reader.is_woken(), "they are called in order");
        guards.push(reader.finish());
    }
    let called = readers.iter().filter(|reader| reader.is_woken()).count();
    assert_eq!(called, 40, "and no more of them");
}

#[test]
#[should_panic(expected = "with 0 readers")]
fn a_lock_that_nobody_may_read_is_refused() {
    _ = RwLock::with_max_readers((), 0);
}

#[test]
fn a_silent_waiter_keeps_no_reader_from_others_who_read() {
    for passes in [0, 1, 10, 100] {
        let lock = RwLock::new(());
        let guard = now(lock.write());
        let silent = Polled::queued(lock.write());
        drop(guard);
        for _ in 0..passes {
            drop(lock.try_write().unwrap());
        }
        let reading = outlast(lock.read());
        assert!(lock.try_read().is_ok(), "after {passes} passes: trying comes in");
        assert!(poll_once(lock.read()).is_ready(), "after {passes} passes: waiting comes in");
        drop((reading, silent));
        assert!(lock.try_write().is_ok(), "nothing is left behind");
    }
}

#[test]
fn all_who_fall_asleep_behind_a_silent_waiter_are_woken_one_after_the_other() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    let mut others = [(); 4].map(|()| Polled::queued(mutex.lock()));
    drop(passing);
    let (given_up, others) = others.split_first_mut().unwrap();
    assert!(given_up.is_woken());
    *given_up = Polled::new(mutex.lock());
    for other in others {
        assert!(other.is_woken(), "by the one before, or by its going away");
        drop(other.finish());
    }
    drop(silent);
}

#[test]
fn a_reader_joins_those_that_were_called_while_nobody_sleeps() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut called = Polled::queued(lock.read());
    drop(writing);
    assert!(called.is_woken());
    let joining = now(lock.read());
    let trying = lock.try_read().expect("another reader keeps no reader out");
    drop((called.finish(), joining, trying));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_reader_joins_those_that_were_called_once_the_writer_behind_them_has_given_up() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut called = Polled::queued(lock.read());
    let behind = Polled::queued(lock.write());
    drop(writing);
    assert!(called.is_woken());
    drop(behind);
    drop((now(lock.read()), called.finish()));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_reader_does_not_pass_a_writer_that_sleeps_behind_called_readers() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut called = Polled::queued(lock.read());
    let mut writer = Polled::queued(lock.write());
    drop(writing);
    let mut reader = Polled::queued(lock.read());
    drop(called.finish());
    assert!(writer.is_woken(), "it came before the last reader");
    assert!(reader.poll().is_pending());
    drop(writer.finish());
    drop(reader.finish());
}

/// A task that has the upgradable place and reads would wait for itself otherwise.
#[test]
fn a_reader_does_not_wait_behind_those_who_want_the_upgradable_place() {
    let lock = RwLock::new(());
    let upgradable = now(lock.upgradable_read());
    let mut second = Polled::queued(lock.upgradable_read());
    let reading = now(lock.read());
    let trying = lock.try_read().expect("it would be let in beside them");
    assert!(!second.is_woken(), "its place is not free");
    drop((upgradable, reading, trying));
    drop(second.finish());
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_writer_that_gives_up_lets_in_readers_behind_those_who_want_the_upgradable_place() {
    let lock = RwLock::new(());
    let upgradable = now(lock.upgradable_read());
    let mut second = Polled::queued(lock.upgradable_read());
    let writer = Polled::queued(lock.write());
    let mut reader = Polled::queued(lock.read());
    assert!(lock.try_read().is_err(), "nobody starves the writer");
    drop(writer);
    assert!(reader.is_woken() && !second.is_woken(), "the upgradable place is not free");
    drop(reader.finish());
    drop(upgradable);
    drop(second.finish());
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}
