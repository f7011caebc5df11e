//! L3: locking for the length of a closure.
//!
//! An `async` closure does not do, as what it returns borrows from its argument. The compiler says so with the line of
//! the bound on the closure, so at its end that line says what to write (in `mutex`, `rwlock` and `arc_field`).
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    ops::DerefMut as _,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    acquiring::Acquiring,
    guard::{ExclusiveGuard, Guards, SharedGuard},
    raw::{
        handle::{Handle, Whole},
        mode::Mode,
    },
};

/// Locks, calls a closure with the value, unlocks: what `with`, `with_read` and `with_write` return.
///
/// # Cancel safety
/// The closure is called at once when the lock is had: it has either run whole or not at all.
///
/// # Panics
/// If polled again after it was ready. A panic of the closure releases the lock.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct With<H: Whole, M: Mode<Held: Guards>, F> {
    acquiring: Acquiring<H, M>,
    closure: Option<F>,
}

impl<H: Whole, M: Mode<Held: Guards>, F> With<H, M, F> {
    pub(crate) fn new(acquiring: Acquiring<H, M>, closure: F) -> Self {
        Self { acquiring, closure: Some(closure) }
    }

    /// True once the closure was called; polling again would panic.
    pub fn is_terminated(&self) -> bool {
        self.closure.is_none()
    }
}

/// A guard that a closure is called with. Sealed: not nameable from outside.
pub trait CallWith<F> {
    /// What the closure returns.
    type Output;

    #[doc(hidden)]
    fn call(self, closure: F) -> Self::Output;
}

impl<H: Handle, T: ?Sized, R, F: FnOnce(&mut T) -> R> CallWith<F> for ExclusiveGuard<H, T> {
    type Output = R;

    fn call(mut self, closure: F) -> R {
        closure(self.deref_mut())
    }
}

impl<H: Handle, T: ?Sized, R, F: FnOnce(&T) -> R> CallWith<F> for SharedGuard<H, T> {
    type Output = R;

    fn call(self, closure: F) -> R {
        closure(&self)
    }
}

impl<H: Whole, M: Mode<Held: Guards<Guard<H>: CallWith<F>>>, F> Future for With<H, M, F> {
    type Output = <<M::Held as Guards>::Guard<H> as CallWith<F>>::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: `acquiring` is pinned and never moved out of; `closure` is not pinned. `Self` has
        // no `Drop`, and as `Acquiring` is not `Unpin`, neither is `Self`.
        let (acquiring, closure) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.acquiring), &mut this.closure)
        };
        let guard = ready!(acquiring.poll(context));
        let closure = closure.take().expect("the closure is there until the lock is had");
        Poll::Ready(guard.call(closure))
    }
}

#[cfg(feature = "futures-core")]
impl<H: Whole, M: Mode<Held: Guards<Guard<H>: CallWith<F>>>, F> futures_core::FusedFuture
    for With<H, M, F>
{
    fn is_terminated(&self) -> bool {
        With::is_terminated(self)
    }
}

impl<H: Whole, M: Mode<Held: Guards>, F> fmt::Debug for With<H, M, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("is_terminated", &self.is_terminated()).finish_non_exhaustive()
    }
}
