//! A lock that nobody ever passes.

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{Polled, now, outlast};

#[test]
fn a_fifo_mutex_is_had_in_the_order_of_the_first_polls() {
    let mutex = Mutex::fifo(());
    let mut guard = Some(now(mutex.lock()));
    // Made in another order than polled.
    let mut waiting = [(); 6].map(|()| Polled::new(mutex.lock()));
    let order = [3, 0, 5, 1, 4, 2];
    for next in order {
        assert!(waiting[next].poll().is_pending(), "it is locked");
    }
    let mut done = Vec::new();
    while done.len() < order.len() {
        guard = None;
        assert!(mutex.try_lock().is_err(), "somebody waits, so nobody passes");
        for (index, future) in waiting.iter_mut().enumerate().rev() {
            if done.contains(&index) {
                continue;
            }
            // All are polled, called or not.
            if let std::task::Poll::Ready(taken) = future.poll() {
                done.push(index);
                guard = Some(taken);
            }
        }
        assert!(guard.is_some(), "the first one takes it");
    }
    assert_eq!(done, order);
    drop(guard);
    assert!(mutex.try_lock().is_ok(), "nobody waits any more");
}

#[test]
fn nobody_tries_a_fifo_rwlock_that_somebody_waits_for() {
    let lock = RwLock::fifo(());
    let guard = now(lock.write());
    let mut writer = Polled::queued(lock.write());
    drop(guard);
    assert!(lock.try_write().is_err() && lock.try_upgradable_read().is_err());
    assert!(lock.try_read().is_err(), "the writer comes first");
    let mut reader = Polled::queued(lock.read());
    let guard = writer.finish();
    drop(guard);
    assert!(lock.try_write().is_err(), "the reader comes first");
    let reading = reader.finish();
    assert!(lock.try_read().is_ok(), "nobody waits");
    drop(reading);
    assert!(lock.try_write().is_ok(), "nobody waits");
}

#[test]
fn a_silent_waiter_keeps_nobody_out_of_a_fifo_mutex() {
    let mutex = Mutex::fifo(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    assert!(mutex.try_lock().is_err(), "somebody waits");
    drop(outlast(mutex.lock()));
    assert!(mutex.try_lock().is_ok(), "it was given up");
    drop(silent);
}
