//! Sessions: one lock after the other, forwards through the fields of one twin.
//!
//! A session is a token that goes by value. Its type says which field it took last ([`place`]), so
//! that going backwards does not compile. It holds no lock; the guards do. What makes the order hold
//! is that there is one token at a time: each step takes it and gives the next one, and a reborrowed
//! one, with all the guards that were got by it, is gone before the first can be used again. So a
//! token is neither `Clone` nor `Copy`.
//!
//! The token of a nested twin keeps where it came from by address and type alone, under one lifetime
//! for all: if it had a ready outer token in it, `inner.reborrow().leave()` would give that out while
//! `inner` lives on.
//!
//! [`place`]: super::place
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    ptr::NonNull,
    task::{Context, Poll, ready},
};

use super::place::Start;

/// What a session is made of: a twin, borrowed as `R` says, the field that was taken last, and what
/// the twin is nested in.
#[doc(hidden)]
pub struct Token<R, P, O> {
    twin: R,
    place: PhantomData<fn() -> P>,
    outer: O,
}

/// A session of a twin that was entered from no other one.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
#[derive(Clone, Copy, Debug)]
pub struct Root(());

/// A session of a twin that is nested in the field `F` of a `T`; `O` is what that is nested in.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Outer<T, F, O> {
    /// Lives as long as the borrow of the inner twin, which is a part of it.
    twin: NonNull<T>,
    field: PhantomData<fn() -> F>,
    outer: O,
}

// SAFETY: it stands for a `&T`, which it becomes again; hence `T: Sync`, or else a `Cell` in the
// outer twin would be shared.
unsafe impl<T: Sync, F, O: Send> Send for Outer<T, F, O> {}
// SAFETY: as above; `&Outer` gives nothing.
unsafe impl<T: Sync, F, O: Sync> Sync for Outer<T, F, O> {}

impl<'a, T> Token<&'a T, Start, Root> {
    #[inline]
    pub fn new(twin: &'a T) -> Self {
        Self { twin, place: PhantomData, outer: Root(()) }
    }
}

impl<'a, T, P, O> Token<&'a T, P, O> {
    #[inline]
    pub fn twin(&self) -> &'a T {
        self.twin
    }

    /// The token after a further step.
    #[inline]
    pub fn next<F>(self) -> Token<&'a T, F, O> {
        Token { twin: self.twin, place: PhantomData, outer: self.outer }
    }

    /// The token of the twin that is nested in the field `F`, which is at `inner`.
    #[inline]
    pub fn enter<F, U>(
        self,
        inner: impl FnOnce(&'a T) -> &'a U,
    ) -> Token<&'a U, Start, Outer<T, F, O>> {
        let outer = Outer { twin: self.twin.into(), field: PhantomData, outer: self.outer };
        Token { twin: inner(self.twin), place: PhantomData, outer }
    }
}

impl<T, P, O: Nesting> Token<&T, P, O> {
    /// A token for as long as this one is borrowed.
    #[inline]
    pub fn reborrow(&mut self) -> Token<&T, P, O> {
        self.again()
    }

    /// A second token beside this one: only for [`both`].
    #[inline]
    pub fn again(&self) -> Token<&T, P, O> {
        Token { twin: self.twin, place: PhantomData, outer: self.outer.again() }
    }
}

impl<'a, U, P, T, F, O> Token<&'a U, P, Outer<T, F, O>> {
    /// The outer token, after the field that was entered.
    #[inline]
    pub fn leave(self) -> Token<&'a T, F, O>
    where
        T: 'a,
    {
        let Outer { twin, outer, .. } = self.outer;
        // SAFETY: the pointer is from the reference that `enter` was called with. That had the
        // lifetime of the token, which can only have become shorter since.
        let twin = unsafe { twin.as_ref() };
        Token { twin, place: PhantomData, outer }
    }
}

/// What a session is nested in. Sealed: not nameable from outside.
pub trait Nesting {
    #[doc(hidden)]
    fn again(&self) -> Self;
}

impl Nesting for Root {
    #[inline]
    fn again(&self) -> Self {
        *self
    }
}

impl<T, F, O: Nesting> Nesting for Outer<T, F, O> {
    #[inline]
    fn again(&self) -> Self {
        Self { twin: self.twin, field: PhantomData, outer: self.outer.again() }
    }
}

/// Waits for the next lock of a session and ends in its guard and the session after it.
///
/// `A` is the lock future, `S` the session.
///
/// # Cancel safety
/// As of the lock future; see [`Acquiring`](crate::Acquiring). The session is gone if it is dropped:
/// [`reborrow`](derive@crate::Guarded#several-locks) it before, to go on with it.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Step<A, S> {
    acquiring: A,
    session: Option<S>,
}

impl<A, S> Step<A, S> {
    #[doc(hidden)]
    #[inline]
    pub fn new(acquiring: A, session: S) -> Self {
        Self { acquiring, session: Some(session) }
    }

    /// True once the guard was handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.session.is_none()
    }
}

impl<A: Future, S> Future for Step<A, S> {
    type Output = (A::Output, S);

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: `acquiring` is pinned and never moved out of; `session` is not pinned. `Self` has
        // no `Drop`, and is `Unpin` only if both are.
        let (acquiring, session) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.acquiring), &mut this.session)
        };
        let guard = ready!(acquiring.poll(context));
        Poll::Ready((guard, session.take().expect("the session is there until the lock is had")))
    }
}

#[cfg(feature = "futures-core")]
impl<A: Future, S> futures_core::FusedFuture for Step<A, S> {
    fn is_terminated(&self) -> bool {
        Step::is_terminated(self)
    }
}

impl<A, S> fmt::Debug for Step<A, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Step").field("is_terminated", &self.is_terminated()).finish_non_exhaustive()
    }
}

/// Two branches of a session, polled in turn, so that neither waits for what the other one holds unpolled: what
/// `both` returns.
///
/// `A` ends in an `X`, `B` in a `Y`. `'s` is as long as the session is not used otherwise.
///
/// # Cancel safety
/// It does nothing before it is first polled. If it is dropped, so are both branches.
///
/// # Panics
/// If polled again after it was ready.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
#[must_use = "the branches do nothing until they are awaited"]
pub struct Both<'s, A, B, X, Y> {
    session: PhantomData<&'s mut ()>,
    a: A,
    b: B,
    first: Option<X>,
    second: Option<Y>,
    has_ended: bool,
}

impl<A: Future<Output = X>, B: Future<Output = Y>, X, Y> Both<'_, A, B, X, Y> {
    #[doc(hidden)]
    #[inline]
    pub fn new(a: A, b: B) -> Self {
        Self { session: PhantomData, a, b, first: None, second: None, has_ended: false }
    }

    /// True once both results were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.has_ended
    }
}

impl<A: Future<Output = X>, B: Future<Output = Y>, X, Y> Future for Both<'_, A, B, X, Y> {
    type Output = (X, Y);

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<(X, Y)> {
        // SAFETY: `a` and `b` are pinned and never moved out of; the others are not pinned. `Self` has
        // no `Drop`, and is `Unpin` only if all are.
        let (a, b, first, second, has_ended) = unsafe {
            let this = self.get_unchecked_mut();
            let (a, b) = (Pin::new_unchecked(&mut this.a), Pin::new_unchecked(&mut this.b));
            (a, b, &mut this.first, &mut this.second, &mut this.has_ended)
        };
        assert!(!*has_ended, "the branches of a session were polled after completion");
        poll_once(a, first, context);
        poll_once(b, second, context);
        if first.is_none() || second.is_none() {
            return Poll::Pending;
        }
        *has_ended = true;
        Poll::Ready(first.take().zip(second.take()).expect("both are there"))
    }
}

#[cfg(feature = "futures-core")]
impl<A: Future<Output = X>, B: Future<Output = Y>, X, Y> futures_core::FusedFuture
    for Both<'_, A, B, X, Y>
{
    fn is_terminated(&self) -> bool {
        Both::is_terminated(self)
    }
}

impl<A, B, X, Y> fmt::Debug for Both<'_, A, B, X, Y> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Both").field("is_terminated", &self.has_ended).finish_non_exhaustive()
    }
}

/// Polls a future that has not ended yet.
fn poll_once<F: Future>(
    future: Pin<&mut F>,
    output: &mut Option<F::Output>,
    context: &mut Context<'_>,
) {
    if output.is_none() {
        if let Poll::Ready(ready) = future.poll(context) {
            *output = Some(ready);
        }
    }
}
