//! Nobody passes a waiter because another one went away.

use ironfence::Mutex;
use ironfence_tests::polled::{Polled, now, poll_once};

#[test]
fn a_newcomer_that_gives_up_at_once_calls_nobody_beside_the_one_whose_turn_it_is() {
    let mutex = Mutex::fifo(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    assert!(poll_once(mutex.lock()).is_pending());
    assert!(!second.is_woken(), "the first one was called a moment ago");
    assert!(second.poll().is_pending(), "nobody passes");
    drop(first.finish());
}

#[test]
fn a_watch_that_is_given_up_lets_nobody_pass() {
    let mutex = Mutex::fifo(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    let mut watching = Polled::queued(mutex.lock());
    _ = watching.poll();
    drop(watching);
    assert!(second.poll().is_pending(), "nobody passes");
    drop(first.finish());
}
