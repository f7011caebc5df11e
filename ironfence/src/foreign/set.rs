//! Sets and snapshots of twins with other people's locks.
//!
//! The builder is the one of every twin, with the same slots (see [`order::set`](crate::order::set)).
//! But a lock that is not ours can't be held without its guard, so the future has a *stage* for each
//! field that is asked for: how far it is, and its future or its guard. So it grows with what is asked
//! for, unlike [`SetFuture`](crate::order::set::SetFuture), which knows only a number.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    ops::Deref,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{AsyncMutex, AsyncRwLock};
use crate::{
    order::{
        place::{Field, Start},
        session::{Root, Token},
        set::{Locked, NotAsked, Read, Without, Write},
    },
    watch::Site,
};

/// A set of fields of a twin with other people's locks: the builder. The derive writes it.
///
/// Taken in the order of the fields, each once. That is all it has to keep, so it is safe.
#[doc(hidden)]
pub trait ForeignSet: Sized {
    /// The twin, borrowed.
    type Twin: Copy + Deref<Target: Sized>;

    /// The guards of what was asked for, by the names of the fields.
    type Held;

    /// A stage for each field.
    type Stages;

    fn twin(&self) -> Self::Twin;

    /// Nothing is taken yet.
    fn begin() -> Self::Stages;

    fn poll(
        twin: Self::Twin,
        stages: Pin<&mut Self::Stages>,
        context: &mut Context<'_>,
    ) -> Poll<Self::Held>;

    fn try_now(twin: Self::Twin) -> Option<Self::Held>;

    fn blocking(twin: Self::Twin) -> Self::Held;
}

/// What is asked for one field, of which `L` is a reference to the lock.
#[doc(hidden)]
pub trait Stop<L> {
    /// The guard.
    type Guard;

    /// How far it is with this lock.
    type Stage;

    /// Nothing is done yet.
    fn begin() -> Self::Stage;

    /// Ready when the stage has the guard.
    fn poll(stage: Pin<&mut Self::Stage>, lock: L, context: &mut Context<'_>) -> Poll<()>;

    /// The guard, after `poll` was ready.
    fn take(stage: Pin<&mut Self::Stage>) -> Self::Guard;

    fn try_now(lock: L) -> Option<Self::Guard>;

    fn blocking(lock: L) -> Self::Guard;
}

/// Stages in a row, to be pinned one by one. More than eight are rows of rows.
#[doc(hidden)]
pub trait Stages {
    /// Each of them, pinned.
    type Pinned<'p>
    where
        Self: 'p;

    fn each(self: Pin<&mut Self>) -> Self::Pinned<'_>;
}

macro_rules! stages {
    ($([$($S:ident $number:tt),+])+) => {$(
        impl<$($S),+> Stages for ($($S,)+) {
            type Pinned<'p> = ($(Pin<&'p mut $S>,)+) where Self: 'p;

            #[inline]
            fn each(self: Pin<&mut Self>) -> Self::Pinned<'_> {
                // SAFETY: nothing is moved out of.
                let this = unsafe { self.get_unchecked_mut() };
                // SAFETY: a tuple has no `Drop` and is `Unpin` only if all that is in it is, so
                // that may be pinned as the tuple is.
                ($(unsafe { Pin::new_unchecked(&mut this.$number) },)+)
            }
        }
    )+};
}
stages! {
    [A 0]
    [A 0, B 1]
    [A 0, B 1, C 2]
    [A 0, B 1, C 2, D 3]
    [A 0, B 1, C 2, D 3, E 4]
    [A 0, B 1, C 2, D 3, E 4, F 5]
    [A 0, B 1, C 2, D 3, E 4, F 5, G 6]
    [A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7]
}

/// How far it is with one lock, with `W` to wait for it.
#[doc(hidden)]
#[derive(Debug)]
pub enum Stage<W, G> {
    Before,
    Waiting(W),
    Held(G),
    Taken,
}

impl<W: Future> Stage<W, W::Output> {
    /// Gets the guard by what `wait` returns.
    fn poll(
        mut self: Pin<&mut Self>,
        wait: impl FnOnce() -> W,
        context: &mut Context<'_>,
    ) -> Poll<()> {
        if matches!(*self, Self::Before) {
            self.set(Self::Waiting(wait()));
        }
        // SAFETY: only what is waited for is pinned. It is not moved out of: it is dropped where it
        // is, by `set`. `Self` has no `Drop`, and is `Unpin` only if that is.
        let waiting = match unsafe { self.as_mut().get_unchecked_mut() } {
            Self::Held(_) => return Poll::Ready(()),
            // SAFETY: as above.
            Self::Waiting(waiting) => unsafe { Pin::new_unchecked(waiting) },
            Self::Before | Self::Taken => unreachable!("`ForeignFuture` has seen to it"),
        };
        let guard = ready!(waiting.poll(context));
        self.set(Self::Held(guard));
        Poll::Ready(())
    }

    fn take(mut self: Pin<&mut Self>) -> W::Output {
        assert!(matches!(*self, Self::Held(_)), "a guard is taken once, and when there is one");
        // SAFETY: there is a guard, which is not pinned, and so no future that is.
        let this = unsafe { self.as_mut().get_unchecked_mut() };
        match core::mem::replace(this, Self::Taken) {
            Self::Held(guard) => guard,
            _ => unreachable!("asserted above"),
        }
    }
}

impl<F: Field, L> Stop<L> for NotAsked<F> {
    type Guard = Without<F>;
    type Stage = ();

    fn begin() {}

    fn poll(_: Pin<&mut ()>, _: L, _: &mut Context<'_>) -> Poll<()> {
        Poll::Ready(())
    }

    fn take(_: Pin<&mut ()>) -> Without<F> {
        NotAsked::new()
    }

    fn try_now(_: L) -> Option<Without<F>> {
        Some(NotAsked::new())
    }

    fn blocking(_: L) -> Without<F> {
        NotAsked::new()
    }
}

/// The slots that are one lock, wanted in one way.
macro_rules! stops {
    ($($Slot:ident: $Lock:ident => $Guard:ident, $Waiting:ident, $wait:ident, $try:ident, $blocking:ident;)+) => {$(
        impl<'a, F, L: $Lock> Stop<&'a L> for $Slot<F> {
            type Guard = L::$Guard<'a>;
            type Stage = Stage<L::$Waiting<'a>, L::$Guard<'a>>;

            fn begin() -> Self::Stage {
                Stage::Before
            }

            fn poll(stage: Pin<&mut Self::Stage>, lock: &'a L, context: &mut Context<'_>) -> Poll<()> {
                stage.poll(|| lock.$wait(), context)
            }

            fn take(stage: Pin<&mut Self::Stage>) -> Self::Guard {
                stage.take()
            }

            fn try_now(lock: &'a L) -> Option<Self::Guard> {
                lock.$try()
            }

            #[cfg(feature = "std")]
            fn blocking(lock: &'a L) -> Self::Guard {
                lock.$blocking()
            }

            #[cfg(not(feature = "std"))]
            fn blocking(_: &'a L) -> Self::Guard {
                unreachable!("`BlockingForeignSet` is not implemented")
            }
        }
    )+};
}
stops! {
    Read: AsyncRwLock => ReadGuard, Read, read, try_read, blocking_read;
    Write: AsyncRwLock => WriteGuard, Write, write, try_write, blocking_write;
    Locked: AsyncMutex => Guard, Lock, lock, try_lock, blocking_lock;
}

/// Takes the locks of a set whose twin has other people's locks, in the order in which the fields are
/// declared, and ends in their guards: what awaiting `bank.locks()..` comes to then.
///
/// `S` is the builder, `T` how far it is with each lock.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point, if the futures of the
/// locks may: it releases the locks that it has. These it holds while it waits for the next: poll it
/// to its end, or drop it.
///
/// # Panics
/// If polled again after it was ready.
///
/// [the derive](derive@crate::Guarded#other-peoples-locks) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct ForeignFuture<S, T> {
    set: S,
    stages: T,
    is_done: bool,
    site: Site,
}

impl<S: ForeignSet<Stages = T>, T> ForeignFuture<S, T> {
    #[doc(hidden)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(set: S) -> Self {
        Self { set, stages: S::begin(), is_done: false, site: Site::here().in_order().nth(0) }
    }
}

impl<S, T> ForeignFuture<S, T> {
    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.is_done
    }
}

impl<S: ForeignSet<Stages = T>, T> Future for ForeignFuture<S, T> {
    type Output = S::Held;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<S::Held> {
        // SAFETY: `stages` is pinned and never moved out of; the others are not pinned, and `Self` has
        // no `Drop` and is `Unpin` only if `stages` is.
        let (twin, stages, is_done, site) = unsafe {
            let this = self.get_unchecked_mut();
            let stages = Pin::new_unchecked(&mut this.stages);
            (this.set.twin(), stages, &mut this.is_done, &mut this.site)
        };
        assert!(!*is_done, "a future of several locks was polled after completion");
        site.begin_set(&*twin);
        let held = ready!(site.cover(|| S::poll(twin, stages, context)));
        *is_done = true;
        Poll::Ready(held)
    }
}

#[cfg(feature = "futures-core")]
impl<S: ForeignSet<Stages = T>, T> futures_core::FusedFuture for ForeignFuture<S, T> {
    fn is_terminated(&self) -> bool {
        self.is_done
    }
}

/// Takes all the locks of a twin with other people's locks, copies the values, and releases the locks:
/// what its `snapshot` returns.
///
/// `F` takes the locks, `W` is the twin, `C` copies.
///
/// # Cancel safety
/// As for [`ForeignFuture`].
///
/// # Panics
/// If polled again after it was ready. If a `clone` panics, all locks are released.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct ForeignSnapshot<F, W, C> {
    taking: F,
    twin: W,
    copy: C,
}

impl<F, W, C> ForeignSnapshot<F, W, C> {
    #[doc(hidden)]
    pub fn new(taking: F, twin: W, copy: C) -> Self {
        Self { taking, twin, copy }
    }
}

impl<S, T, W, C> ForeignSnapshot<ForeignFuture<S, T>, W, C> {
    /// True once the copy was handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_done
    }
}

#[cfg(feature = "futures-core")]
impl<S, T, W: Copy, H, P> futures_core::FusedFuture
    for ForeignSnapshot<ForeignFuture<S, T>, W, fn(W, H) -> P>
where
    S: ForeignSet<Stages = T, Held = H>,
{
    fn is_terminated(&self) -> bool {
        self.taking.is_done
    }
}

impl<F: Future<Output = H>, W: Copy, H, P> Future for ForeignSnapshot<F, W, fn(W, H) -> P> {
    type Output = P;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<P> {
        // SAFETY: `taking` is pinned and never moved out of; the others are not pinned, and `Self` has
        // no `Drop` and is `Unpin` only if `taking` is.
        let (taking, twin, copy) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.taking), this.twin, this.copy)
        };
        Poll::Ready(copy(twin, ready!(taking.poll(context))))
    }
}

impl<S, T> fmt::Debug for ForeignFuture<S, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignFuture")
            .field("is_terminated", &self.is_done)
            .finish_non_exhaustive()
    }
}

impl<F, W, C> fmt::Debug for ForeignSnapshot<F, W, C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignSnapshot").finish_non_exhaustive()
    }
}

/// A twin that can be copied, of which `H` is held: all of it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a snapshot: some of its fields are not `Clone`"
)]
pub trait CopyForeign<H> {
    type Plain;

    fn copy(&self, held: H) -> Self::Plain;
}

/// A set that can be waited for with a thread. Without the feature `std` there is none.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`blocking` waits with a thread, for which `ironfence` needs its feature `std`"
)]
pub trait BlockingForeignSet: ForeignSet {
    #[cfg_attr(feature = "check", track_caller)]
    fn wait(self) -> Self::Held;
}

#[cfg(feature = "std")]
impl<S: ForeignSet> BlockingForeignSet for S {
    #[cfg_attr(feature = "check", track_caller)]
    fn wait(self) -> S::Held {
        let mut site = Site::here().in_order().nth(0);
        site.begin_set(&*self.twin());
        site.cover(|| S::blocking(self.twin()))
    }
}

/// A session of a twin with other people's locks.
#[doc(hidden)]
#[cfg_attr(feature = "check", track_caller)]
pub fn foreign_session<T>(twin: &T) -> Token<&T, Start, Root> {
    Site::here().begin_session(twin, 0);
    Token::new(twin)
}

/// The guards, if none of the locks has to be waited for; else none is taken.
#[doc(hidden)]
#[cfg_attr(feature = "check", track_caller)]
pub fn try_foreign<S: ForeignSet>(set: S) -> Option<S::Held> {
    Site::here().cover(|| S::try_now(set.twin()))
}
