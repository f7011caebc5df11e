//! Tests of the statistics, a module a topic. One process has one set of counts, and the tests run side by side in it:
//! each has structs of its own, and looks at these alone. Holds are timed in all of them.

mod counts;
mod holds;
mod shown;
mod waits;

use std::time::Duration;

use ironfence::stats::{self, Class};
use ironfence_tests::polled::Polled;

/// What is counted of the locks of this name.
#[track_caller]
fn class(name: &str) -> Class {
    let snapshot = stats::snapshot();
    let class = snapshot.class(name);
    class.unwrap_or_else(|| panic!("nothing is counted of {name}")).clone()
}

/// Lets some time pass, so that what lasts meanwhile has lasted for at least so long.
fn pass(millis: u64) -> Duration {
    let time = Duration::from_millis(millis);
    std::thread::sleep(time);
    time
}

/// A future that waits.
#[track_caller]
fn waiting<F: Future>(future: F) -> Polled<F> {
    Polled::queued(future)
}
