//! L3: locking for the length of a closure.
//!
//! An `async` closure does not do, as what it returns borrows from its argument. The compiler says so with the line of
//! the bound on the closure, so at its end that line says what to write (in `mutex`, `rwlock` and `arc_field`). That
//! it says so once, where `with` is called, and not once more where it is awaited, is because no impl of [`With`] has
//! that bound: how the closure is called is kept beside it.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    mem::ManuallyDrop,
    ops::DerefMut as _,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    acquiring::{Acquiring, GuardOf},
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
///
/// [`Mutex::with`](crate::Mutex::with) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct With<H: Whole, M: Mode<Held: Guards>, F, R> {
    acquiring: Acquiring<H, M>,
    closure: Option<F>,
    call: Call<F, R>,
    /// Invariant: the types stay those that `call` was made for.
    types: Same<(H, M)>,
}

/// How a closure is called with what the pointer leads to. (A type of its own for that, `GuardOf<H, M>`, would be one
/// that the compiler can't look through where it asks if a task is `Send`.)
///
/// # Safety
/// The pointer leads to what the function was made for, which is the caller's, who has it no longer.
pub(crate) type Call<F, R> = unsafe fn(F, *mut ()) -> R;

/// Keeps `T` from being taken for a sub- or supertype.
pub(crate) type Same<T> = PhantomData<fn(T) -> T>;

/// # Safety
/// The pointer leads to a `G`, which is the caller's, who has it no longer.
unsafe fn call<G: CallWith<F>, F>(closure: F, guard: *mut ()) -> G::Output {
    // SAFETY: the caller's contract.
    unsafe { guard.cast::<G>().read() }.call(closure)
}

impl<H: Whole, M: Mode<Held: Guards>, F, R> With<H, M, F, R> {
    pub(crate) fn new(acquiring: Acquiring<H, M>, closure: F) -> Self
    where
        GuardOf<H, M>: CallWith<F, Output = R>,
    {
        let call = call::<GuardOf<H, M>, F>;
        Self { acquiring, closure: Some(closure), call, types: PhantomData }
    }

    /// True once the closure was called; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.closure.is_none()
    }
}

/// A guard that a closure is called with.
pub(crate) trait CallWith<F> {
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

impl<H: Whole, M: Mode<Held: Guards>, F, R> Future for With<H, M, F, R> {
    type Output = R;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: `acquiring` is pinned and never moved out of; the others are not pinned. `Self` has
        // no `Drop`, and as `Acquiring` is not `Unpin`, neither is `Self`.
        let (acquiring, closure, call) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.acquiring), &mut this.closure, this.call)
        };
        let guard = ready!(acquiring.poll(context));
        let closure = closure.take().expect("the closure is there until the lock is had");
        let mut guard = ManuallyDrop::new(guard);
        // SAFETY: `new` made `call` for a `GuardOf<H, M>`, with the same `H` and `M`: `Self` is invariant in both.
        // That is what is here, and it is not used again.
        Poll::Ready(unsafe { call(closure, (&raw mut guard).cast()) })
    }
}

#[cfg(feature = "futures-core")]
impl<H: Whole, M: Mode<Held: Guards>, F, R> futures_core::FusedFuture for With<H, M, F, R> {
    fn is_terminated(&self) -> bool {
        With::is_terminated(self)
    }
}

impl<H: Whole, M: Mode<Held: Guards>, F, R> fmt::Debug for With<H, M, F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("With").field("is_terminated", &self.is_terminated()).finish_non_exhaustive()
    }
}
