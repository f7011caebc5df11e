//! One program, compiled twice: against tokio's locks and against ours. That it compiles says that
//! changing the `use` line is enough; that its tests pass says that both behave the same.

#[path = "tokio_compat"]
mod on_tokio {
    use tokio::sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}

#[path = "tokio_compat"]
mod on_ironfence {
    use ironfence as sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}

/// What changing the `use` line changes: tokio's locks spend the budget that a task has for one poll,
/// and yield when it is gone. Ours know no runtime; `cooperative` spends it for them.
#[tokio::test]
async fn a_loop_over_a_free_lock_yields_if_the_lock_is_tokios_or_cooperative() {
    use std::pin::pin;

    use futures::poll;
    use tokio::task::{coop::cooperative, yield_now};

    /// Whether so many acquisitions fit into one poll.
    macro_rules! fit_into_one_poll {
        ($lock:expr) => {{
            yield_now().await; // a fresh budget
            let all = pin!(async {
                for _ in 0..1000 {
                    drop($lock.await);
                }
            });
            poll!(all).is_ready()
        }};
    }

    let (ours, theirs, others) =
        (ironfence::Mutex::new(()), tokio::sync::Mutex::new(()), async_lock::Mutex::new(()));
    assert!(!fit_into_one_poll!(theirs.lock()), "tokio's yields");
    assert!(fit_into_one_poll!(others.lock()), "async-lock's does not");
    assert!(fit_into_one_poll!(ours.lock()), "ours does not");
    assert!(!fit_into_one_poll!(cooperative(ours.lock())), "ours does if it is asked to");
}
