//! Groups of locks of several libraries: requests of every shape, in the one order that is everybody's.

use ironfence::{
    Mutex,
    foreign::{self, lock},
};
use ironfence_tests::polled::{Polled, now};

// Order

#[test]
fn a_lock_of_ours_is_taken_level_by_level_as_in_groups_of_ours() {
    // By their addresses it would be the other way round.
    let [high, low] = &[Mutex::at_level(0, 1), Mutex::new(1)];
    let held = now(low.lock());
    let ours = Polled::queued(ironfence::lock_pair(high, low));
    assert!(high.try_lock().is_ok(), "a group of ours begins with the lower level");
    let pair = Polled::queued(foreign::lock_pair(lock(high), lock(low)));
    assert!(high.try_lock().is_ok(), "so does a pair by the traits");
    let all = Polled::queued(foreign::lock_all([lock(high), lock(low)]));
    assert!(high.try_lock().is_ok(), "so do any number of them");
    drop((held, ours, pair, all));
}
