//! 4. The lock never belongs to a future that nobody polls.

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{Polled, now, poll_once};

use super::{MAY_PASS, UNTIL_SILENT};

#[test]
fn a_released_lock_is_free_although_a_waiter_was_woken() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    drop(now(mutex.lock()));
    drop(mutex.try_lock().expect("a free lock can be tried"));
    drop(mutex.blocking_lock());
    drop(waiting.finish());
}

#[test]
fn a_queued_waiter_that_is_polled_takes_a_free_lock_woken_or_not() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let front = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    assert!(front.is_woken() && !behind.is_woken());
    drop(behind.finish());
    drop(front);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_free_rwlock_takes_newcomers_of_both_kinds_past_a_woken_writer() {
    let lock = RwLock::new(());
    let guard = now(lock.write());
    let mut waiting = Polled::queued(lock.write());
    drop(guard);
    let reading = now(lock.read());
    assert!(waiting.poll().is_pending(), "a reader went past");
    drop(reading);
    drop(now(lock.write()));
    drop(waiting.finish());
}

#[test]
fn a_silent_waiter_keeps_nobody_asleep() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    assert!(silent.is_woken() && !behind.is_woken(), "the front is woken and does not answer");
    for _ in 0..MAY_PASS + UNTIL_SILENT {
        drop(mutex.try_lock().expect("the silent one keeps nobody out"));
    }
    assert!(behind.is_woken(), "after so many releases the next is woken");
    drop(behind.finish());
    assert!(poll_once(mutex.lock()).is_ready(), "nobody has to yield to the silent one any more");
    drop(silent);
}

#[test]
fn one_that_falls_asleep_after_the_silent_one_was_woken_is_woken_by_the_next_release() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    let passing = now(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(passing);
    assert!(behind.is_woken(), "no further release is needed");
    drop(behind.finish());
    drop(silent);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn one_that_is_polled_in_its_stead_is_woken_by_the_next_release() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut other = Polled::queued(mutex.lock());
    drop(guard);
    let passing = now(mutex.lock());
    assert!(
        other.poll().is_pending(),
        "its task was woken for the silent one, and somebody passed"
    );
    drop(passing);
    assert!(other.is_woken(), "no further release is needed");
    drop(other.finish());
    drop(silent);
}

#[test]
fn the_passes_of_one_that_gave_up_are_not_counted_for_the_next() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    assert!(first.poll().is_pending(), "somebody passed");
    drop(first);
    let mut second = Polled::queued(mutex.lock());
    drop(passing);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    assert!(poll_once(mutex.lock()).is_pending(), "now one yields");
    drop(second.finish());
}

#[test]
fn a_silent_waiter_that_nobody_waits_behind_is_yielded_to_now_and_then() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut silent = Polled::queued(mutex.lock());
    drop(guard);
    let mut yields = 0;
    for _ in 0..10 * MAY_PASS {
        let mut newcomer = Polled::new(mutex.lock());
        while newcomer.poll().is_pending() {
            assert!(newcomer.is_woken(), "it yields, and does not sleep");
            yields += 1;
        }
    }
    assert!(yields > 0, "the silent one may be waiting for its worker");
    assert!(yields < 10 * MAY_PASS / 2, "most are not kept waiting: {yields}");
    assert_eq!(silent.wakes(), 1, "it was woken once");
    drop(silent.finish());
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_silent_waiter_that_wakes_up_late_keeps_its_place() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut late = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    let behind = Polled::queued(mutex.lock());
    assert!(late.poll().is_pending(), "the lock is held");
    drop(passing);
    assert_eq!(late.wakes(), 2, "it is in front again");
    assert!(!behind.is_woken());
    drop(late.finish());
}
