//! Readers of a biased lock, and who ends the bias. The table of the models has two groups of two slots, and a
//! slot has room for two marks.
//!
//! `cargo test --release -p ironfence-loom --features biased` runs these, and all the other models with locks
//! that become biased whenever somebody reads and nobody else is there. Without the fence between a reader's mark
//! and its second look at the state (`store_load_fence`) the first of these fails.

use std::{
    pin::pin,
    sync::{Arc, Mutex as StdMutex},
};

use loom::thread;

use super::{
    Lock, assert_idle, downgrade, explore, give_up_reading, give_up_writing, on_threads_with,
    poll_once, read, read_recursively, try_write, upgrade, write,
};
use crate::{OwnedRwLockReadGuard, block::block_on, raw::handle::Lockable};

/// A lock that is biased, and free.
fn biased() -> Lock {
    let lock = Lock::new(());
    read(&lock);
    assert!(lock.raw().state().is_biased());
    lock
}

/// A guard that may be dropped by another thread.
fn read_owned(lock: &Arc<Lock>) -> OwnedRwLockReadGuard<()> {
    block_on(lock.clone().read_owned())
}

/// One thread gives the guard up, another one reads, this one writes.
fn given_up_by_another_thread(
    lock: &Arc<Lock>,
    guard: OwnedRwLockReadGuard<()>,
    writes: impl FnOnce(),
) {
    let giving_up = thread::spawn(move || drop(guard));
    let reading = thread::spawn({
        let lock = lock.clone();
        move || read(&lock)
    });
    writes();
    giving_up.join().expect("no thread panics");
    reading.join().expect("no thread panics");
    assert_idle(&**lock);
}

#[test]
fn a_reader_marks_itself_while_a_writer_ends_the_bias() {
    on_threads_with(biased, [read, write]);
}

/// The thread gets its number, and by it its slot, while the slots are looked into.
#[test]
fn a_reader_on_a_new_thread_marks_itself_while_a_writer_ends_the_bias() {
    on_threads_with(biased, [write, read]);
}

#[test]
fn two_readers_mark_themselves_while_a_writer_ends_the_bias() {
    on_threads_with(biased, [read, read, write]);
}

#[test]
fn a_reader_comes_again_while_a_writer_ends_the_bias() {
    on_threads_with(biased, [|lock| (read(lock), read(lock)).0, write]);
}

#[test]
fn two_writers_end_the_bias_beside_a_reader() {
    on_threads_with(biased, [read, write, write]);
}

#[test]
fn one_that_tries_ends_the_bias_beside_a_reader() {
    on_threads_with(biased, [read_recursively, try_write, read]);
}

#[test]
fn an_upgrade_ends_the_bias_beside_a_reader() {
    on_threads_with(biased, [read, upgrade]);
}

#[test]
fn a_downgraded_hold_is_given_up_beside_marks() {
    on_threads_with(biased, [read, downgrade, write]);
}

#[test]
fn a_writer_that_gives_up_leaves_readers_that_were_marked() {
    on_threads_with(biased, [read, give_up_writing, write]);
    on_threads_with(biased, [give_up_reading, give_up_writing, write]);
}

#[test]
fn readers_that_were_marked_wake_the_writer_when_they_leave() {
    explore(2, || {
        let lock = Arc::new(biased());
        // More than there is room for in the slot.
        let readers = [read_owned(&lock), read_owned(&lock), read_owned(&lock)];
        let writing = thread::spawn({
            let lock = lock.clone();
            move || write(&lock)
        });
        drop(readers);
        writing.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_marked_guard_is_given_up_by_another_thread() {
    explore(3, || {
        let lock = Arc::new(biased());
        let guard = read_owned(&lock);
        given_up_by_another_thread(&lock, guard, || write(&lock));
    });
}

#[test]
fn guards_are_given_up_where_others_were_made() {
    explore(2, || {
        let lock = Arc::new(biased());
        let mine = read_owned(&lock);
        let there = Arc::new(StdMutex::new(None));
        let other = thread::spawn({
            let (lock, there) = (lock.clone(), there.clone());
            move || {
                *there.lock().expect("no thread panics") = Some(read_owned(&lock));
                drop(mine);
                read(&lock);
            }
        });
        let here = read_owned(&lock);
        try_write(&lock);
        drop(here);
        other.join().expect("no thread panics");
        drop(there);
        write(&lock);
        assert_idle(&*lock);
    });
}

#[test]
fn a_hold_that_was_counted_is_given_up_while_a_bias_begins_and_ends() {
    explore(3, || {
        let lock = Arc::new(Lock::new(()));
        // Counted: it was no read at first.
        let guard = block_on(lock.clone().write_owned()).downgrade();
        given_up_by_another_thread(&lock, guard, || write(&lock));
    });
}

#[test]
fn a_late_mark_in_a_group_of_another_lock_is_none_of_that_lock() {
    explore(2, || {
        // One of the two groups is taken: so both locks have the other one, in turn.
        let (keeping, first, second) = (biased(), Arc::new(biased()), Arc::new(Lock::new(())));
        let reading = thread::spawn({
            let first = first.clone();
            move || read(&first)
        });
        write(&first);
        read(&second);
        let guard = read_owned(&second);
        assert!(second.try_write().is_err(), "somebody reads");
        drop(guard);
        write(&second);
        reading.join().expect("no thread panics");
        assert_idle(&*first);
        assert_idle(&*second);
        drop(keeping);
    });
}

#[test]
fn a_writer_sleeps_until_the_last_marked_reader_has_left() {
    explore(2, || {
        let lock = Arc::new(biased());
        let guard = read_owned(&lock);
        let mut waiting = pin!(lock.write());
        assert!(poll_once(waiting.as_mut()).is_pending(), "somebody reads");
        given_up_by_another_thread(&lock, guard, || drop(block_on(waiting)));
    });
}

#[test]
fn a_lock_that_is_dropped_biased_gives_its_group_back() {
    explore(2, || {
        let lock = loom::sync::Arc::new(biased());
        let other = thread::spawn({
            let lock = lock.clone();
            move || read(&lock)
        });
        write(&lock);
        read(&lock);
        drop(lock);
        other.join().expect("no thread panics");
        // There are two groups.
        drop((biased(), biased()));
    });
}
