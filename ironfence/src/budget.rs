//! L1: the budget that tokio gives a task for one poll (feature `tokio`).
//!
//! tokio's locks spend one unit of it for each lock that they hand out. When it is spent, they are pending and
//! the task gives way to others, also if the lock is free. So a loop that awaits nothing but free locks lets
//! others run. One whose lock is held joins the queue even so: what it has not is the right to more work, not
//! its turn. Ours do the same, and outside of tokio's tasks, or without the feature, there is no budget.

use core::task::{Context, Poll};

#[cfg(feature = "tokio")]
mod spent {
    use super::{Context, Poll};
    use tokio::task::coop::{RestoreOnPending, poll_proceed};
    #[cfg(feature = "std")]
    use tokio::task::coop::{Unconstrained, unconstrained};

    /// A unit of the budget. It is given back if it is dropped before the lock is had.
    pub(crate) struct Unit(RestoreOnPending);

    impl Unit {
        #[inline(always)]
        pub(crate) fn spend(self) {
            self.0.made_progress();
        }
    }

    /// Takes a unit of the task's budget. If none is left, the task is woken for its next poll.
    #[inline(always)]
    pub(crate) fn take(context: &mut Context<'_>) -> Poll<Unit> {
        poll_proceed(context).map(Unit)
    }

    /// Polls without a budget: a thread that waits can't give way to other tasks, so nothing would renew it.
    #[cfg(feature = "std")]
    pub(crate) fn without<F>(future: F) -> Unconstrained<F> {
        unconstrained(future)
    }
}

#[cfg(not(feature = "tokio"))]
mod spent {
    use super::{Context, Poll};

    pub(crate) struct Unit;

    impl Unit {
        #[inline(always)]
        pub(crate) fn spend(self) {}
    }

    #[inline(always)]
    pub(crate) fn take(_: &mut Context<'_>) -> Poll<Unit> {
        Poll::Ready(Unit)
    }

    #[cfg(feature = "std")]
    pub(crate) fn without<F>(future: F) -> F {
        future
    }
}

pub(crate) use spent::take;
#[cfg(feature = "std")]
pub(crate) use spent::without;
