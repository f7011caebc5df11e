//! Locking several for the length of a closure.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

/// Takes the locks of a set, calls a closure with what is held, releases them: what `with` of a set returns.
///
/// `A` is the set's future.
///
/// # Cancel safety
/// As of the set's future. The closure is called at once when all the locks are had: it has either run whole
/// or not at all.
///
/// # Panics
/// If polled again after it was ready. A panic of the closure releases the locks.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct WithHeld<A, F> {
    taking: A,
    closure: Option<F>,
}

impl<A, F> WithHeld<A, F> {
    #[doc(hidden)]
    #[inline]
    pub fn new(taking: A, closure: F) -> Self {
        Self { taking, closure: Some(closure) }
    }

    /// True once the closure was called; polling again would panic.
    pub fn is_terminated(&self) -> bool {
        self.closure.is_none()
    }
}

impl<A: Future, R, F: FnOnce(&mut A::Output) -> R> Future for WithHeld<A, F> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R> {
        // SAFETY: `taking` is pinned and never moved out of; `closure` is not pinned. `Self` has no `Drop`,
        // and is `Unpin` only if both are.
        let (taking, closure) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.taking), &mut this.closure)
        };
        let mut held = ready!(taking.poll(context));
        let closure = closure.take().expect("the closure is there until the locks are had");
        Poll::Ready(closure(&mut held))
    }
}

#[cfg(feature = "futures-core")]
impl<A: Future, R, F: FnOnce(&mut A::Output) -> R> futures_core::FusedFuture for WithHeld<A, F> {
    fn is_terminated(&self) -> bool {
        WithHeld::is_terminated(self)
    }
}

impl<A, F> fmt::Debug for WithHeld<A, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithHeld")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
