//! Sets: some fields of one twin, taken together in the order of their declaration.
//!
//! The derive writes a builder with a type parameter a field, its *slot*: what is asked for it. The
//! slots are the types here. A slot has no size; it knows how to show its lock to a walker and how to
//! make a guard of it. The builder puts them in a row ([`Set`]), and [`SetFuture`] walks that row: it
//! is as large for fifty fields as for two.
//!
//! No trait here has a lifetime as parameter, and no type of a public future mentions what a trait
//! says of another type: where a spawned task holds such a future, the compiler would ask for the
//! trait "for any lifetime", and find that it is not general enough. So a slot is asked about
//! `&'a RwLock<T>`, the reference as a whole.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::taking::{Among, Route, Taken, Taking, Walker};
use crate::{
    acquiring::GuardOf,
    mutex::Mutex,
    raw::{
        handle::{Lockable, Whole},
        permit::{Exclusive, Permit, Shared},
    },
    rwlock::RwLock,
};

/// The field `F` was not asked for in this set, so it is not locked and there is no guard.
///
/// An error that names this type means: ask for the field too, as in
/// `bank.locks().lock_journal().await`.
pub struct NotAsked<F>(PhantomData<fn() -> F>);

impl<F> NotAsked<F> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The field `F`, an rwlock, asked for to be read.
pub struct Read<F>(PhantomData<fn() -> F>);

/// The field `F`, an rwlock, asked for to be written.
pub struct Write<F>(PhantomData<fn() -> F>);

/// The field `F`, a mutex, asked for.
pub struct Locked<F>(PhantomData<fn() -> F>);

/// The field `F`, a nested twin, of which the set `S` is asked for.
pub struct Inside<F, S>(PhantomData<fn() -> (F, S)>);

/// The field `F`, a nested twin, all of which is asked for to be read.
pub struct ReadAll<F>(PhantomData<fn() -> F>);

/// The field `F`, a nested twin, all of which is asked for exclusively.
pub struct LockAll<F>(PhantomData<fn() -> F>);

/// A set of fields that is asked for: the builder that `locks()` returns. The derive writes it.
///
/// # Safety
/// `walk` comes to the same locks each time, each of them once, in ascending address order and
/// wanted in the same way; and `held` makes guards of these and no others.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of locks of this struct",
    label = "a set is made by `locks()`, or by the closure's argument for a nested struct",
    note = "write `bank.locks().write_accounts()`, and for a nested struct `.risk(|risk| risk.write_limits())`"
)]
pub unsafe trait Set: Sized {
    /// The twin, borrowed.
    type Twin: Copy;

    /// The guards of what was asked for, by the names of the fields.
    type Held;

    #[doc(hidden)]
    fn twin(&self) -> Self::Twin;

    #[doc(hidden)]
    fn walk<W: Walker>(twin: Self::Twin, walker: &mut W) -> bool;

    /// # Safety
    /// All the locks that `walk` comes to are held as they are wanted, and these holds belong to
    /// nobody else.
    #[doc(hidden)]
    unsafe fn held(twin: Self::Twin) -> Self::Held;
}

/// What is asked for one field, of which `L` is a reference to the lock or to the nested twin.
/// Sealed: not nameable from outside.
///
/// # Safety
/// `walk` shows this lock, or those of the nested twin as [`Set::walk`] does, or none; `guard` makes
/// guards of these and no others.
pub unsafe trait Slot<L> {
    /// The guard.
    type Guard;

    #[doc(hidden)]
    fn walk<W: Walker>(lock: L, walker: &mut W) -> bool;

    /// # Safety
    /// What `walk` comes to is held as [`Set::held`] asks.
    #[doc(hidden)]
    unsafe fn guard(lock: L) -> Self::Guard;
}

/// A slot that is not taken yet.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` is already asked for in this set",
    label = "asked for twice",
    note = "a set takes each of its locks once, reads too: keep one of the two"
)]
pub trait Free<F> {}

impl<F> Free<F> for NotAsked<F> {}

/// Nothing: what `lock_…` asks of an rwlock, so that it is an error that says what to write.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` is an rwlock: ask for it with `read_…` or `write_…`, not `lock_…`",
    label = "an rwlock is read or written"
)]
pub trait IsMutex<F> {}

/// Nothing: what `read_…` and `write_…` ask of a mutex.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` is a mutex: ask for it with `lock_…`, not `read_…` or `write_…`",
    label = "a mutex is locked"
)]
pub trait IsRwLock<F> {}

// SAFETY: nothing is shown, and no guard made.
unsafe impl<F, L> Slot<L> for NotAsked<F> {
    type Guard = Self;

    #[inline(always)]
    fn walk<W: Walker>(_: L, _: &mut W) -> bool {
        true
    }

    #[inline(always)]
    unsafe fn guard(_: L) -> Self {
        Self::new()
    }
}

/// The guard of a lock that is held.
///
/// # Safety
/// The lock is held as `M` says, and that hold belongs to nobody else.
#[inline(always)]
unsafe fn guard<H: Whole, M: Among>(lock: H) -> GuardOf<H, M> {
    // SAFETY: the caller's contract.
    M::guard(unsafe { Permit::take_up(lock) })
}

/// The slots that are one lock, wanted in one way.
macro_rules! slots {
    ($($Slot:ident: $Lock:ident as $Way:ident;)+) => {$(
        // SAFETY: the lock, and its guard.
        unsafe impl<'a, F, T: ?Sized> Slot<&'a $Lock<T>> for $Slot<F> {
            type Guard = GuardOf<&'a $Lock<T>, $Way>;

            #[inline(always)]
            fn walk<W: Walker>(lock: &'a $Lock<T>, walker: &mut W) -> bool {
                walker.come_to::<$Way>(Lockable::raw(lock))
            }

            #[inline(always)]
            unsafe fn guard(lock: &'a $Lock<T>) -> Self::Guard {
                // SAFETY: the caller's contract.
                unsafe { guard::<_, $Way>(lock) }
            }
        }
    )+};
}
slots! {
    Read: RwLock as Shared;
    Write: RwLock as Exclusive;
    Locked: Mutex as Exclusive;
}

// SAFETY: `Set` promises it.
unsafe impl<'a, F, T, S: Set<Twin = &'a T>> Slot<&'a T> for Inside<F, S> {
    type Guard = S::Held;

    #[inline(always)]
    fn walk<W: Walker>(twin: &'a T, walker: &mut W) -> bool {
        S::walk(twin, walker)
    }

    #[inline(always)]
    unsafe fn guard(twin: &'a T) -> S::Held {
        // SAFETY: the caller's contract.
        unsafe { S::held(twin) }
    }
}

/// What a builder is made of: the twin, and what is asked of it so far.
#[doc(hidden)]
pub struct Asking<T, Slots> {
    twin: T,
    slots: PhantomData<fn() -> Slots>,
}

impl<T: Copy, Slots> Asking<T, Slots> {
    #[inline]
    pub fn new(twin: T) -> Self {
        Self { twin, slots: PhantomData }
    }

    /// The same twin, asked for something else.
    #[inline]
    pub fn next<Other>(&self) -> Asking<T, Other> {
        Asking::new(self.twin)
    }

    #[inline]
    pub fn twin(&self) -> T {
        self.twin
    }
}

/// Takes the locks of a set, in the order in which the fields are declared, and ends in their
/// guards: what awaiting `bank.locks()..` comes to.
///
/// `S` is the builder, as in `SetFuture<BankLocks<'a, Write<bank_fields::accounts>>>`.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point: it leaves the queue
/// that it stands in, and releases the locks that it has. These it holds while it waits for the
/// next: poll it to its end, or drop it. One that is left half-way without being polled keeps its
/// locks from everybody.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct SetFuture<S: Set> {
    taking: Taking<Asked<S>>,
}

/// The locks of a set.
struct Asked<S>(S);

// SAFETY: `Set` promises the walk; the twin is borrowed, so it stays where it is.
unsafe impl<S: Set> Route for Asked<S> {
    #[inline(always)]
    fn walk<W: Walker>(&self, walker: &mut W) -> bool {
        S::walk(self.0.twin(), walker)
    }
}

impl<S: Set> Asked<S> {
    #[inline(always)]
    fn held(taken: Taken<Self>) -> S::Held {
        let Self(set) = taken.leave_held();
        // SAFETY: all the locks of the walk are taken, and these holds are ours since `leave_held`.
        unsafe { S::held(set.twin()) }
    }
}

impl<S: Set> SetFuture<S> {
    #[doc(hidden)]
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(set: S) -> Self {
        Self { taking: Taking::new(Asked(set)) }
    }

    /// True once the guards were handed out; polling again would panic.
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<S: Set> Future for SetFuture<S> {
    type Output = S::Held;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<S::Held> {
        // SAFETY: the only field, never moved out of; `Self` has no `Drop` and is `Unpin` only if
        // the field is.
        let taking = unsafe { self.map_unchecked_mut(|this| &mut this.taking) };
        Poll::Ready(Asked::held(ready!(taking.poll(context))))
    }
}

#[cfg(feature = "futures-core")]
impl<S: Set> futures_core::FusedFuture for SetFuture<S> {
    fn is_terminated(&self) -> bool {
        SetFuture::is_terminated(self)
    }
}

impl<S: Set> fmt::Debug for SetFuture<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SetFuture")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}

/// The guards, if none of the locks has to be waited for; else none is taken.
#[doc(hidden)]
#[inline]
#[cfg_attr(feature = "check", track_caller)]
pub fn try_set<S: Set>(set: S) -> Option<S::Held> {
    Taken::try_take(Asked(set)).map(Asked::held)
}

/// A set that can be waited for with a thread. Without the feature `std` there is none.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`blocking` waits with a thread, for which `ironfence` needs its feature `std`"
)]
pub trait BlockingSet: Set {
    #[cfg_attr(feature = "check", track_caller)]
    fn blocking(self) -> Self::Held;
}

#[cfg(feature = "std")]
impl<S: Set> BlockingSet for S {
    #[cfg_attr(feature = "check", track_caller)]
    fn blocking(self) -> S::Held {
        crate::block::block_on(SetFuture::new(self))
    }
}

impl<F> fmt::Debug for NotAsked<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotAsked")
    }
}

/// The set of a twin that there is only to go on after an error.
#[doc(hidden)]
pub struct NoSet<T>(T);

// SAFETY: there are no locks.
unsafe impl<T: Copy> Set for NoSet<T> {
    type Twin = T;
    type Held = ();

    fn twin(&self) -> T {
        self.0
    }

    fn walk<W: Walker>(_: T, _: &mut W) -> bool {
        true
    }

    unsafe fn held(_: T) {}
}
