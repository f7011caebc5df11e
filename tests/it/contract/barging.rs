//! 5. Barging is bounded.

use ironfence::{Mutex, MutexGuard};
use ironfence_tests::polled::{Polled, now, poll_once};

use super::{MAY_PASS, YIELDS};

/// A waiter that was called, past which as many went as may.
fn passed_by_all_who_may(mutex: &Mutex<()>) -> Polled<impl Future<Output = MutexGuard<'_, ()>>> {
    let guard = now(mutex.lock());
    let waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    waiting
}

#[test]
fn a_polled_waiter_is_passed_by_so_many_and_no_more() {
    let mutex = Mutex::new(());
    let mut waiting = passed_by_all_who_may(&mutex);
    let mut newcomer = Polled::queued(mutex.lock());
    assert!(newcomer.is_woken(), "the newcomer wakes itself: it yields, it does not sleep");
    drop(waiting.finish());
    drop(newcomer.finish());
}

#[test]
fn the_count_goes_on_when_the_waiter_is_beaten() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        let passing = now(mutex.lock());
        assert!(waiting.poll().is_pending(), "polled when woken, and beaten");
        drop(passing);
    }
    assert!(poll_once(mutex.lock()).is_pending(), "the next newcomer yields");
    drop(waiting.finish());
}

#[test]
fn a_newcomer_that_has_yielded_enough_takes_a_lock_that_is_still_free() {
    let mutex = Mutex::new(());
    let waiting = passed_by_all_who_may(&mutex);
    let mut newcomer = Polled::new(mutex.lock());
    for nth in 1..=YIELDS {
        assert!(newcomer.poll().is_pending(), "it yields");
        assert_eq!(newcomer.wakes(), nth, "and has itself polled again");
    }
    drop(newcomer.finish());
    drop(waiting);
}

#[test]
fn a_newcomer_yields_anew_when_somebody_passed_meanwhile() {
    let mutex = Mutex::new(());
    let waiting = passed_by_all_who_may(&mutex);
    let mut newcomer = Polled::new(mutex.lock());
    for _ in 0..YIELDS {
        assert!(newcomer.poll().is_pending(), "it yields");
    }
    drop(mutex.try_lock().unwrap());
    assert!(newcomer.poll().is_pending(), "the waiter was called since: it yields to that call");
    drop(waiting);
    drop(newcomer.finish());
}
