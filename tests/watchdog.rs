//! A limit of time for a test that would hang if the rule it states were broken.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::mpsc,
    thread,
    time::Duration,
};

/// Long enough for the slowest machine: it passes only if something hangs.
const LIMIT: Duration = Duration::from_secs(60);

/// Runs `work` on a thread of its own and fails if it does not end.
#[track_caller]
pub fn must_end<R: Send + 'static>(work: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, waiting) = mpsc::channel();
    thread::spawn(move || done.send(catch_unwind(AssertUnwindSafe(work))));
    match waiting.recv_timeout(LIMIT) {
        Ok(Ok(result)) => result,
        Ok(Err(panic)) => resume_unwind(panic),
        Err(_) => panic!("it hangs: not done after {LIMIT:?}"),
    }
}
