//! Locking several for the length of a closure. How it is called is kept beside it, as in `crate::with`, and for what
//! is said there.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::with::{Call, Same};

/// Takes the locks of a set, calls a closure with what is held, releases them: what `with` of a set returns.
///
/// `A` is the set's future, `F` the closure, `R` what it returns.
///
/// # Cancel safety
/// As of the set's future. The closure is called at once when all the locks are had: it has either run whole
/// or not at all.
///
/// # Panics
/// If polled again after it was ready. A panic of the closure releases the locks.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct WithHeld<A, F, R> {
    taking: A,
    closure: Option<F>,
    call: Call<F, R>,
    /// Invariant: the type stays the one that `call` was made for.
    types: Same<A>,
}

/// # Safety
/// The pointer leads to a `T`, which is used by nobody else.
unsafe fn call<T, R, F: FnOnce(&mut T) -> R>(closure: F, held: *mut ()) -> R {
    // SAFETY: the caller's contract.
    closure(unsafe { &mut *held.cast::<T>() })
}

impl<A, F, R> WithHeld<A, F, R> {
    #[doc(hidden)]
    #[inline]
    pub fn new(taking: A, closure: F) -> Self
    where
        A: Future,
        F: FnOnce(&mut A::Output) -> R,
    {
        let call = call::<A::Output, R, F>;
        Self { taking, closure: Some(closure), call, types: PhantomData }
    }

    /// True once the closure was called; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.closure.is_none()
    }
}

impl<A: Future, F, R> Future for WithHeld<A, F, R> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<R> {
        // SAFETY: `taking` is pinned and never moved out of; the others are not pinned. `Self` has no `Drop`,
        // and is `Unpin` only if they are.
        let (taking, closure, call) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.taking), &mut this.closure, this.call)
        };
        let mut held = ready!(taking.poll(context));
        let closure = closure.take().expect("the closure is there until the locks are had");
        // SAFETY: `new` made `call` for an `A::Output`, with the same `A`: `Self` is invariant in it. That is what is
        // here, and it is used by nobody else until `call` is over.
        Poll::Ready(unsafe { call(closure, (&raw mut held).cast()) })
    }
}

#[cfg(feature = "futures-core")]
impl<A: Future, F, R> futures_core::FusedFuture for WithHeld<A, F, R> {
    fn is_terminated(&self) -> bool {
        WithHeld::is_terminated(self)
    }
}

impl<A, F, R> fmt::Debug for WithHeld<A, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithHeld")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
