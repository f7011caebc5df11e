//! 5. First come, first served, and barging is bounded.
//!
//! Whether newcomers may pass at all is up to what spinning has shown, so a lock whose futures one
//! thread polls by hand is strict. The bound of 31 passes is tested on the steps of the state, in the
//! library.

use std::sync::{Arc, Barrier};

use ironfence::Mutex;
use ironfence_tests::{
    polled::{Polled, now},
    watchdog::must_end,
};

#[test]
fn a_called_waiter_is_passed_by_no_newcomer() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    let mut newcomer = Polled::queued(mutex.lock());
    assert_eq!(newcomer.wakes(), 1, "the newcomer wakes itself: it keeps watch, it does not sleep");
    assert!(newcomer.poll().is_pending(), "the other one still comes first");
    assert_eq!(newcomer.wakes(), 2, "and it goes on watching");
    let guard = waiting.finish();
    assert!(newcomer.poll().is_pending(), "the lock is held");
    assert_eq!(newcomer.wakes(), 2, "now it sleeps");
    drop(guard);
    assert_eq!(newcomer.wakes(), 3, "until it is called");
    drop(newcomer.finish());
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_waiter_that_is_beaten_keeps_its_place() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    for nth in 1..=100 {
        assert_eq!(waiting.wakes(), nth, "each release calls it");
        let passing = mutex.try_lock().expect("one that can't wait takes a free lock");
        assert!(waiting.poll().is_pending(), "polled when woken, and beaten");
        drop(passing);
    }
    let mut newcomer = Polled::queued(mutex.lock());
    assert!(!behind.is_woken(), "the first one is in front");
    drop(waiting.finish());
    drop(behind.finish());
    drop(newcomer.finish());
}

#[test]
fn one_newcomer_keeps_watch_and_the_others_sleep() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    let mut newcomers = [(); 5].map(|()| Polled::queued(mutex.lock()));
    // Each is polled as often as it was woken, as by an executor, in turn.
    let mut polls = [1; 5];
    for _ in 0..10 {
        for (newcomer, polls) in newcomers.iter_mut().zip(&mut polls) {
            if newcomer.wakes() >= *polls {
                assert!(newcomer.poll().is_pending(), "the other one comes first");
                *polls += 1;
            }
        }
    }
    let awake = newcomers.iter().zip(polls).filter(|(it, polls)| it.wakes() >= *polls).count();
    assert_eq!(awake, 1, "one keeps waking itself: {polls:?}");
    drop(waiting.finish());
    for newcomer in &mut newcomers {
        drop(newcomer.finish()); // in the order they came
    }
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

/// Where barging pays it is allowed: two threads that do little else, with two tasks each.
#[test]
fn a_storm_of_short_sections_on_two_threads_ends() {
    const ROUNDS: u32 = 50_000;
    must_end(|| {
        let mutex = Arc::new(Mutex::new(0));
        let start = Arc::new(Barrier::new(2));
        let threads = [(); 2].map(|()| {
            let (mutex, start) = (mutex.clone(), start.clone());
            std::thread::spawn(move || {
                start.wait();
                smol::block_on(async {
                    let tasks = [(); 2].map(|()| async {
                        for _ in 0..ROUNDS {
                            *mutex.lock().await += 1;
                        }
                    });
                    futures::future::join_all(tasks).await;
                });
            })
        });
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(*now(mutex.lock()), 4 * ROUNDS, "all had their turns");
    });
}
