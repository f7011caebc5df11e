//! Sets and snapshots of twins with other people's locks.
//!
//! The builder is the one of every twin, with the same slots (see [`order::set`](crate::order::set)).
//! But a lock that is not ours can't be held without its guard. So what a set comes to is a row of requests, one
//! for each field, which is taken as a group is: by [`Taking`]. So its future grows with what is asked for, unlike
//! [`SetFuture`](crate::order::set::SetFuture), which knows only a number.
#![allow(unsafe_code)]

use core::{
    convert::Infallible,
    fmt,
    future::{Future, Pending},
    ops::Deref,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{
    AsyncMutex, AsyncRwLock,
    request::{Group, Place, Request, ToLock, ToRead, ToWrite, Wanted},
    taking::Taking,
};
use crate::{
    order::{
        leaves::Gather,
        place::{Field, Start},
        session::{Root, Token},
        set::{Locked, NotAsked, Read, Without, Write},
    },
    watch::Site,
};

/// A set of fields of a twin with other people's locks: the builder. The derive writes it.
///
/// It is safe: one that lies costs a deadlock.
#[doc(hidden)]
pub trait ForeignSet: Sized {
    /// The twin, borrowed.
    type Twin: Copy + Deref<Target: Sized>;

    /// The guards of what was asked for, by the names of the fields.
    type Held;

    /// A request for each field.
    type Row: Request;

    fn twin(&self) -> Self::Twin;

    fn row(twin: Self::Twin) -> Self::Row;

    fn held(guards: <Self::Row as Request>::Guards) -> Self::Held;

    fn try_now(twin: Self::Twin) -> Option<Self::Held>;

    fn blocking(twin: Self::Twin) -> Self::Held;
}

/// What is asked for one field, of which `L` is a reference to the lock.
#[doc(hidden)]
pub trait Stop<L> {
    /// The guard.
    type Guard;

    /// It, among others.
    type Request: Request<Guards = Self::Guard>;

    fn request(lock: L) -> Self::Request;

    fn try_now(lock: L) -> Option<Self::Guard>;

    fn blocking(lock: L) -> Self::Guard;
}

impl<F: Field, L> Stop<L> for NotAsked<F> {
    type Guard = Without<F>;
    type Request = Self;

    fn request(_: L) -> Self {
        Self::new()
    }

    fn try_now(_: L) -> Option<Without<F>> {
        Some(NotAsked::new())
    }

    fn blocking(_: L) -> Without<F> {
        NotAsked::new()
    }
}

impl<F: Field> Request for NotAsked<F> {
    type Guards = Without<F>;
    type Wanted = Nothing;
    type Room = ();

    fn wanted(self) -> Nothing {
        Nothing
    }

    fn guards(_: Nothing) -> Without<F> {
        NotAsked::new()
    }
}

/// No lock at all. Sealed: not nameable from outside.
#[derive(Debug)]
pub struct Nothing;

impl Wanted for Nothing {
    type Guard = Infallible;
    type Waiting = Pending<Infallible>;

    fn gather(&mut self, _: &mut Gather<'_, Place>) {}

    fn wait(&mut self, _: u32, _: &mut Group) -> Pending<Infallible> {
        unreachable!("there is no lock that has a number")
    }

    fn keep(&mut self, _: u32, guard: Infallible) {
        match guard {}
    }
}

/// The slots that are one lock, wanted in one way.
macro_rules! stops {
    ($($Slot:ident: $Lock:ident as $To:ident => $Guard:ident, $try:ident, $blocking:ident;)+) => {$(
        impl<'a, F, L: $Lock> Stop<&'a L> for $Slot<F> {
            type Guard = L::$Guard<'a>;
            type Request = $To<'a, L>;

            fn request(lock: &'a L) -> $To<'a, L> {
                $To::new(lock)
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
    Read: AsyncRwLock as ToRead => ReadGuard, try_read, blocking_read;
    Write: AsyncRwLock as ToWrite => WriteGuard, try_write, blocking_write;
    Locked: AsyncMutex as ToLock => Guard, try_lock, blocking_lock;
}

/// Takes the locks of a set whose twin has other people's locks, in the order in which the fields are
/// declared, and ends in their guards: what awaiting `bank.locks()..` comes to then.
///
/// `S` is the builder, `R` the row of what is asked for.
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
pub struct ForeignFuture<S, R: Request> {
    set: S,
    taking: Taking<R::Wanted, R::Room>,
    site: Site,
}

impl<S: ForeignSet<Row = R>, R: Request> ForeignFuture<S, R> {
    #[doc(hidden)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(set: S) -> Self {
        let site = Site::here().in_order().nth(0);
        let wanted = site.cover(|| S::row(set.twin()).wanted());
        Self { set, taking: Taking::new(wanted, Group::begun_at(site)), site }
    }
}

impl<S, R: Request> ForeignFuture<S, R> {
    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<S: ForeignSet<Row = R>, R: Request> Future for ForeignFuture<S, R> {
    type Output = S::Held;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<S::Held> {
        // SAFETY: `taking` is pinned and never moved out of; the others are not pinned, and `Self` has
        // no `Drop` and is `Unpin` only if `taking` is.
        let (twin, taking, site) = unsafe {
            let this = self.get_unchecked_mut();
            (this.set.twin(), Pin::new_unchecked(&mut this.taking), &mut this.site)
        };
        site.begin_set(&*twin);
        Poll::Ready(S::held(R::guards(ready!(taking.poll(context)))))
    }
}

#[cfg(feature = "futures-core")]
impl<S: ForeignSet<Row = R>, R: Request> futures_core::FusedFuture for ForeignFuture<S, R> {
    fn is_terminated(&self) -> bool {
        ForeignFuture::is_terminated(self)
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

impl<S, R: Request, W, C> ForeignSnapshot<ForeignFuture<S, R>, W, C> {
    /// True once the copy was handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

#[cfg(feature = "futures-core")]
impl<S, R: Request, W: Copy, H, P> futures_core::FusedFuture
    for ForeignSnapshot<ForeignFuture<S, R>, W, fn(W, H) -> P>
where
    S: ForeignSet<Row = R, Held = H>,
{
    fn is_terminated(&self) -> bool {
        ForeignSnapshot::is_terminated(self)
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

impl<S, R: Request> fmt::Debug for ForeignFuture<S, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignFuture")
            .field("is_terminated", &self.is_terminated())
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
