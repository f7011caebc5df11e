//! Who goes away, beside all else that may happen at once.

use std::pin::pin;

use loom::{sync::Arc, thread};

use super::{
    Lock, assert_idle, downgrade_twice, explore, give_up_reading, give_up_upgrading,
    give_up_writing, on_threads, on_threads_with, poll_once, read, upgrade, write,
};
use crate::{Mutex, OwnedRwLockWriteGuard, RwLock, block::block_on};

/// As [`on_threads`], of a mutex.
fn on_a_mutex<const N: usize>(threads: [fn(&Mutex<()>); N]) {
    explore(N, move || {
        let mutex = Arc::new(Mutex::new(()));
        let handles: Vec<_> = threads[1..]
            .iter()
            .map(|&run| {
                let mutex = mutex.clone();
                thread::spawn(move || run(&mutex))
            })
            .collect();
        threads[0](&mutex);
        for handle in handles {
            handle.join().expect("no thread panics");
        }
        assert_idle(&*mutex);
    });
}

fn lock(mutex: &Mutex<()>) {
    drop(block_on(mutex.lock()));
}

fn try_lock(mutex: &Mutex<()>) {
    drop(mutex.try_lock());
}

fn give_up(mutex: &Mutex<()>) {
    drop(poll_once(pin!(mutex.lock())));
}

/// Polled, asleep or not, and once more by chance before it goes.
fn give_up_after_a_second_poll(mutex: &Mutex<()>) {
    let mut waiting = pin!(mutex.lock());
    if poll_once(waiting.as_mut()).is_pending() {
        drop(poll_once(waiting.as_mut()));
    }
}

#[test]
fn one_who_leaves_a_mutex_wakes_the_next() {
    on_a_mutex([lock, lock, give_up]);
    on_a_mutex([lock, lock, give_up_after_a_second_poll]);
}

#[test]
fn one_leaves_a_mutex_and_one_tries_it() {
    on_a_mutex([lock, try_lock, give_up]);
}

#[test]
fn two_leave_a_mutex() {
    on_a_mutex([lock, give_up, give_up_after_a_second_poll]);
}

#[test]
fn an_upgrade_beside_a_downgrade_and_one_that_is_given_up() {
    on_threads([upgrade, downgrade_twice, give_up_upgrading]);
}

#[test]
fn an_upgrade_beside_a_reader_and_a_writer_that_leaves() {
    on_threads([upgrade, read, give_up_writing]);
}

#[test]
fn a_reader_that_leaves_a_limit_of_one_makes_place() {
    on_threads_with(|| RwLock::with_max_readers((), 1), [read, read, give_up_reading]);
}

#[test]
fn a_reader_that_leaves_a_limit_of_one_lets_the_writer_in() {
    on_threads_with(|| RwLock::with_max_readers((), 1), [read, write, give_up_reading]);
}

/// The main thread has one of the two places, and the others come one after the other to the second.
#[test]
fn a_reader_that_leaves_a_limit_of_two_makes_place() {
    explore(3, || {
        let lock = Arc::new(Lock::with_max_readers((), 2));
        let holding = block_on(lock.read());
        let others: [fn(&Lock); 2] = [read, give_up_reading];
        let others = others.map(|run| {
            let lock = lock.clone();
            thread::spawn(move || run(&lock))
        });
        drop(block_on(lock.read()));
        drop(holding);
        for other in others {
            other.join().expect("no thread panics");
        }
        assert_idle(&*lock);
    });
}

/// Two threads have a part each, and somebody sleeps: the last part calls that one.
#[test]
fn the_last_part_calls_who_waits() {
    explore(3, || {
        let lock = std::sync::Arc::new(RwLock::new((0, 0)));
        let guard = block_on(lock.clone().write_owned());
        let (mut one, mut other) =
            OwnedRwLockWriteGuard::split(guard, |pair| (&mut pair.0, &mut pair.1));
        let part = thread::spawn(move || *one += 1);
        let waiting = thread::spawn({
            let lock = lock.clone();
            move || assert_eq!(*block_on(lock.read()), (1, 1), "it comes after both parts")
        });
        *other += 1;
        drop(other);
        part.join().expect("no thread panics");
        waiting.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

/// Some readers are called, two in one critical section under loom; the bearer of the call is the second.
/// Whichever goes away, the others come in, and are in together.
fn one_of_them_goes_away(count: usize, which: usize) {
    explore(2, move || {
        let lock = std::sync::Arc::new(Lock::new(()));
        let writing = block_on(lock.clone().write_owned());
        let mut readers: Vec<_> = (0..count).map(|_| Box::pin(lock.clone().read_owned())).collect();
        for reader in &mut readers {
            assert!(poll_once(reader.as_mut()).is_pending(), "somebody writes");
        }
        let leaving = readers.remove(which);
        let leaving = thread::spawn(move || drop(leaving));
        drop(writing);
        let guards: Vec<_> = readers.into_iter().map(block_on).collect();
        leaving.join().expect("no thread panics");
        drop(guards);
        assert_idle(&*lock);
    });
}

#[test]
fn the_first_of_a_batch_of_readers_goes_away() {
    one_of_them_goes_away(2, 0);
}

#[test]
fn the_bearer_in_a_batch_of_readers_goes_away() {
    one_of_them_goes_away(2, 1);
}

#[test]
fn the_last_reader_behind_a_batch_goes_away() {
    one_of_them_goes_away(3, 2);
}
