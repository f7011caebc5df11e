//! Who is a task, for the lock checker.
//!
//! A lock sees only that it is polled. Whose poll that is, and what else that task does meanwhile,
//! nobody tells it: wakers differ for the branches of one task, and are the same for two tasks. So the
//! checker has a scope of its own: wrap what you spawn, and your `main`, in [`named`] or [`tracked`],
//! on any executor. Wrap a future of its own, too, that one task begins and another one may end: what it
//! holds goes with it then. An executor's `run` is no task: wrap what it runs.
//!
//! All of this exists without the feature `check` too, and does nothing then: no byte, no
//! instruction. So there is nothing to take out for a release.
#![allow(unsafe_code)]

use alloc::borrow::Cow;
use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{guard::Watched, watch::Scope};

/// A future that is a task, or a flow of its own inside one: what [`named`] and [`tracked`] return. With the feature
/// `futures-core` it may be a stream too: `tracked_stream`.
#[must_use = "futures do nothing unless they are awaited or spawned"]
pub struct Tracked<F> {
    /// Before the scope, so that what it holds is dropped first.
    future: F,
    scope: Scope,
}

/// Makes `future` a task that the lock checker knows by `name`.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use ironfence::{Mutex, task};
/// use std::sync::Arc;
///
/// let balance = Arc::new(Mutex::new(1));
/// let settle = task::named("settle", {
///     let balance = balance.clone();
///     async move { *balance.lock().await += 1 }
/// });
/// tokio::spawn(settle).await.unwrap();
/// assert_eq!(*balance.lock().await, 2);
/// # }
/// ```
#[cfg_attr(feature = "check", track_caller)]
pub fn named<F: Future>(name: impl Into<Cow<'static, str>>, future: F) -> Tracked<F> {
    Tracked { future, scope: Scope::named(name) }
}

/// Makes `future` a task that the lock checker knows by the place where this is called.
///
/// Inside of another one it is a flow of its own: wrap the branches of a `FuturesUnordered` in it, to
/// have them told apart.
///
/// [`named`] has an example.
#[cfg_attr(feature = "check", track_caller)]
pub fn tracked<F: Future>(future: F) -> Tracked<F> {
    Tracked { future, scope: Scope::unnamed() }
}

/// Makes `stream` a flow of its own: what it holds while it has yielded an item is its own, and not the task's that
/// polls it. Feature `futures-core`.
///
/// A stream may keep a guard over a `yield`. If the task polls another one then, the checker can't know whether it
/// will come back to the first one while the second waits (as `select` and `merge` do), or waits for
/// the second alone. So it takes both for one flow, in which an order is seen, unless each is wrapped in this.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::{future::poll_fn, pin::{Pin, pin}, task::{Context, Poll}};
/// use futures_core::Stream;
/// use ironfence::task;
///
/// struct Odd(u32);
///
/// impl Stream for Odd {
///     type Item = u32;
///     fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<u32>> {
///         self.0 += 2;
///         Poll::Ready(Some(self.0))
///     }
/// }
///
/// let mut odd = pin!(task::tracked_stream(Odd(1)));
/// assert_eq!(poll_fn(|context| odd.as_mut().poll_next(context)).await, Some(3));
/// # }
/// ```
#[cfg(feature = "futures-core")]
#[cfg_attr(feature = "check", track_caller)]
pub fn tracked_stream<S: futures_core::Stream>(stream: S) -> Tracked<S> {
    Tracked { future: stream, scope: Scope::unnamed() }
}

/// Tells the checker that this guard, which another task took, is the current task's now.
///
/// Guards may be sent to other tasks; the checker sees that only when it is told. The sender calls
/// [`disown`] before, the receiver this.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::Arc;
/// use ironfence::{Mutex, task};
///
/// let lock = Arc::new(Mutex::new(1));
/// let mut guard = lock.clone().lock_owned().await;
/// task::disown(&mut guard);
/// let other = tokio::spawn(async move {
///     task::adopt(&mut guard);
///     *guard += 1;
/// });
/// other.await.unwrap();
/// assert_eq!(*lock.lock().await, 2);
/// # }
/// ```
pub fn adopt<G: Watched>(guard: &mut G) {
    guard.watched().adopt();
}

/// Tells the checker that the current task is about to send this guard away, so that it may wait for
/// the same lock without waiting for itself. [`adopt`] has an example.
pub fn disown<G: Watched>(guard: &mut G) {
    guard.watched().disown();
}

impl<F> Tracked<F> {
    #[cfg(feature = "check")]
    pub(crate) fn in_scope(future: F, scope: Scope) -> Self {
        Self { future, scope }
    }
}

impl<F: Future> Future for Tracked<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        // SAFETY: `future` is pinned and never moved out; the scope is not pinned. `Self` has no
        // `Drop`, and is `Unpin` only if the future is.
        let (future, scope) = unsafe {
            let Self { future, scope } = self.get_unchecked_mut();
            (Pin::new_unchecked(future), scope)
        };
        scope.poll(future, context)
    }
}

#[cfg(feature = "futures-core")]
impl<S: futures_core::Stream> futures_core::Stream for Tracked<S> {
    type Item = S::Item;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<S::Item>> {
        // SAFETY: as in `poll`.
        let (mut stream, scope) = unsafe {
            let Self { future, scope } = self.get_unchecked_mut();
            (Pin::new_unchecked(future), scope)
        };
        let next = core::pin::pin!(core::future::poll_fn(|context: &mut Context<'_>| {
            stream.as_mut().poll_next(context)
        }));
        scope.poll(next, context)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.future.size_hint()
    }
}

impl<F> fmt::Debug for Tracked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tracked").finish_non_exhaustive()
    }
}
