//! Threads that end, and listeners that do.

use std::{cell::RefCell, sync::Arc, thread};

use ironfence::{Guarded, Mutex, check, task};
use ironfence_tests::{polled::now, watchdog::must_end};

use crate::{nothing_about, quiet};

/// Runs what it holds when the thread ends.
struct AtEnd(RefCell<Option<Box<dyn FnOnce()>>>);

impl Drop for AtEnd {
    fn drop(&mut self) {
        if let Some(work) = self.0.take() {
            work();
        }
    }
}

thread_local! {
    static AT_END: AtEnd = const { AtEnd(RefCell::new(None)) };
}

/// Called before a thread meets the checker, so it outlives what the checker keeps there.
fn at_end(work: impl FnOnce() + 'static) {
    AT_END.with(|it| it.0.replace(Some(Box::new(work))));
}

#[derive(Guarded)]
struct Flushed {
    #[guarded(mutex)]
    lines: u32,
}

#[test]
fn threads_that_flush_at_their_end_are_not_taken_for_one() {
    quiet();
    let log = Arc::new(Flushed { lines: 0 }.into_guarded());
    let at_its_end = |work: fn(&FlushedGuarded)| {
        let log = log.clone();
        thread::spawn(move || {
            at_end(move || work(&log));
            // It meets the checker.
            drop(Mutex::new(0).blocking_lock());
        })
    };
    let holder = at_its_end(|log| {
        let mut lines = log.lines.blocking_lock();
        *lines += 1;
        while !check::waiting().to_string().contains("`Flushed.lines`") {
            thread::yield_now();
        }
    });
    let waiter = at_its_end(|log| {
        while log.lines.try_lock().is_ok() {
            thread::yield_now();
        }
        *log.lines.blocking_lock() += 1;
    });
    must_end(|| {
        holder.join().unwrap();
        waiter.join().unwrap();
    });
    assert_eq!(*now(log.lines.lock()), 2);
    nothing_about("Flushed.");
}

#[test]
fn a_named_task_may_be_polled_while_the_thread_ends() {
    quiet();
    let mutex = Arc::new(Mutex::new(0));
    let thread = thread::spawn({
        let mutex = mutex.clone();
        move || {
            at_end({
                let mutex = mutex.clone();
                move || now(task::named("last words", async { *mutex.lock().await += 1 }))
            });
            now(task::named("first words", async { *mutex.lock().await += 1 }));
        }
    });
    thread.join().unwrap();
    assert_eq!(*now(mutex.lock()), 2);
}
