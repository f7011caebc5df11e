//! Sets: some fields of one twin, taken together in the order of their declaration.
//!
//! The derive writes a builder with a type parameter a field, its *slot*: what is asked for it. The
//! slots are the types here. A slot has no size; with a reference to its lock it is a [`Places`], which
//! knows how to show the lock to a walker and how to make a guard of it. The builder gives the places in
//! a row ([`Set`]), and [`SetFuture`] walks that row: it is as large for fifty fields as for two.
//!
//! Generated code is safe code, and so it is trusted with nothing: the names in it mean what the user's
//! crate says that they mean. It is asked for the places anew at each poll, and might answer otherwise
//! each time. But of which kinds the places are is fixed by the type of the set, and where each of them
//! is by constants, which [`row`] compares. Two references to locks of one type, at one address, at
//! one time, are to one lock. What the optimizer sees of an honest set are sums that are equal.
//!
//! No trait here has a lifetime as parameter, and no type of a public future mentions what a trait
//! says of another type: where a spawned task holds such a future, the compiler would ask for the
//! trait "for any lifetime", and find that it is not general enough. So a slot is asked about
//! `&'a RwLock<T>`, the reference as a whole.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{
    leaves::Gather,
    place::Field,
    request::Wanted,
    row::{Borrowed, One, Places},
    taking::{Route, Taken, Taking, Walker},
};
use crate::{
    mutex::Mutex,
    raw::permit::{self, Exclusive, Shared},
    rwlock::RwLock,
};

/// The field `F` was not asked for in this set, so it is not locked and there is no guard.
///
/// An error that names this type means: ask for the field too, as in
/// `bank.locks().lock_journal().await`. In what is held, `By` is an [`AskBy`] that says how.
pub struct NotAsked<F, By = ()>(PhantomData<fn() -> (F, By)>);

/// The method that asks for a field is called `M`, as in
/// ``no method named `push` found .. in `NotAsked<journal, AskBy<lock_journal>>` ``.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct AskBy<M>(PhantomData<fn() -> M>);

/// What there is instead of a guard of the field `F`.
pub(crate) type Without<F> = NotAsked<F, <F as Field>::AskBy>;

impl<F, By> NotAsked<F, By> {
    pub(crate) const fn new() -> Self {
        Self(PhantomData)
    }
}

/// The field `F`, an rwlock, asked for to be read.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Read<F>(PhantomData<fn() -> F>);

/// The field `F`, an rwlock, asked for to be written.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Write<F>(PhantomData<fn() -> F>);

/// The field `F`, an rwlock, asked for to be read and perhaps upgraded.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Upgradable<F>(PhantomData<fn() -> F>);

/// The field `F`, a mutex, asked for.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Locked<F>(PhantomData<fn() -> F>);

/// The field `F`, a nested twin, of which the set `S` is asked for.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Inside<F, S>(PhantomData<fn() -> (F, S)>);

/// The field `F`, a nested twin, all of which is asked for to be read.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct ReadAll<F>(PhantomData<fn() -> F>);

/// The field `F`, a nested twin, all of which is asked for exclusively.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct LockAll<F>(PhantomData<fn() -> F>);

/// A set of fields that is asked for: the builder that `locks()` returns. The derive writes it.
///
/// It is safe to implement, so nothing here relies on it but for the order of the locks.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no set of locks of this struct",
    label = "a set is made by `locks()`, or by the closure's argument for a nested struct",
    note = "write `bank.locks().write_accounts()`, and for a nested struct `.risk(|risk| risk.write_limits())`"
)]
pub trait Set: Sized {
    /// The twin, borrowed.
    type Twin: Borrowed;

    /// The guards of what was asked for, by the names of the fields.
    type Held;

    /// The same with guards that keep an `Arc<O>` of the twin.
    #[doc(hidden)]
    type HeldOwned<O>;

    /// A place for each guarded field, in the order of their declaration.
    #[doc(hidden)]
    type Row: Places;

    /// How far from the twin's address each of the places is.
    #[doc(hidden)]
    const OFFSETS: &'static [usize];

    #[doc(hidden)]
    fn twin(&self) -> Self::Twin;

    #[doc(hidden)]
    fn row(twin: Self::Twin) -> Self::Row;

    #[doc(hidden)]
    fn held(guards: <Self::Row as Places>::Guard) -> Self::Held;

    #[doc(hidden)]
    fn held_owned<O>(guards: <Self::Row as Places>::Owned<O>) -> Self::HeldOwned<O>;
}

/// What is asked for one field, of which `L` is a reference to the lock or to the nested twin.
#[doc(hidden)]
pub trait Slot<L> {
    /// What is asked, and of which lock.
    type Place;

    fn of(lock: L) -> Self::Place;
}

/// The places of a set of this twin, which are the same each time; see [the module](self).
#[inline(always)]
pub(crate) fn row<S: Set>(twin: S::Twin) -> S::Row {
    let row = S::row(twin);
    if !row.is_at(twin.address(), S::OFFSETS, 0) {
        not_at_its_place();
    }
    row
}

#[cold]
#[inline(never)]
fn not_at_its_place() -> ! {
    panic!("a set of locks names other ones than those of its fields")
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
    message = "`{F}` is an rwlock: ask for it with `read_…`, `write_…` or `upgradable_…`, not `lock_…`",
    label = "an rwlock is read or written"
)]
pub trait IsMutex<F> {}

/// Nothing: what `read_…`, `write_…` and `upgradable_…` ask of a mutex.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` is a mutex: ask for it with `lock_…`, not `read_…`, `write_…` or `upgradable_…`",
    label = "a mutex is locked"
)]
pub trait IsRwLock<F> {}

impl<F, L> Slot<L> for NotAsked<F> {
    type Place = Self;

    #[inline(always)]
    fn of(_: L) -> Self {
        Self::new()
    }
}

// SAFETY: nothing is shown, and no guard made.
unsafe impl<F: Field> Places for NotAsked<F> {
    type Guard = Without<F>;
    type Room = ();
    type Owned<O> = Without<F>;
    const COUNT: usize = 1;

    #[inline(always)]
    fn is_at(self, _: usize, _: &[usize], _: usize) -> bool {
        true
    }

    #[inline(always)]
    fn walk<W: Walker>(self, _: &mut W) -> bool {
        true
    }

    #[inline(always)]
    unsafe fn guard(self) -> Without<F> {
        NotAsked::new()
    }

    #[inline(always)]
    unsafe fn owned<O>(self, _: &Arc<O>) -> Without<F> {
        NotAsked::new()
    }
}

/// The slots that are one lock, wanted in one way.
macro_rules! slots {
    ($($Slot:ident: $Lock:ident as $Way:ty;)+) => {$(
        impl<'a, F, T> Slot<&'a $Lock<T>> for $Slot<F> {
            type Place = One<'a, $Lock<T>, $Way>;

            #[inline(always)]
            fn of(lock: &'a $Lock<T>) -> Self::Place {
                One::new(lock)
            }
        }
    )+};
}
slots! {
    Read: RwLock as Shared;
    Write: RwLock as Exclusive;
    Upgradable: RwLock as permit::Upgradable;
    Locked: Mutex as Exclusive;
}

/// The set `S` of a nested twin.
#[doc(hidden)]
pub struct Nested<S: Set>(S::Twin);

impl<S: Set> Nested<S> {
    #[inline(always)]
    pub(crate) fn new(twin: S::Twin) -> Self {
        Self(twin)
    }
}

impl<'a, F, T, S: Set<Twin = &'a T>> Slot<&'a T> for Inside<F, S> {
    type Place = Nested<S>;

    #[inline(always)]
    fn of(twin: &'a T) -> Nested<S> {
        Nested::new(twin)
    }
}

// SAFETY: `row` vouches for the places of a twin at one address. Where two twins of one type share an
// address they have no size; then it does not matter which of them it is, as a place is looked at by
// its address alone.
unsafe impl<S: Set> Places for Nested<S> {
    type Guard = S::Held;
    type Room = <S::Row as Places>::Room;
    type Owned<O> = S::HeldOwned<O>;
    const COUNT: usize = 1;

    #[inline(always)]
    fn is_at(self, base: usize, offsets: &[usize], first: usize) -> bool {
        let offset = offsets.get(first);
        offset.is_some_and(|offset| self.0.address() == base.wrapping_add(*offset))
    }

    #[inline(always)]
    fn walk<W: Walker>(self, walker: &mut W) -> bool {
        row::<S>(self.0).walk(walker)
    }

    #[inline(always)]
    unsafe fn guard(self) -> S::Held {
        // SAFETY: the caller's contract, for the same locks.
        S::held(unsafe { row::<S>(self.0).guard() })
    }

    #[inline]
    unsafe fn owned<O>(self, owner: &Arc<O>) -> S::HeldOwned<O> {
        // SAFETY: the caller's contract, for the same locks.
        S::held_owned(unsafe { row::<S>(self.0).owned(owner) })
    }
}

impl<F, By> Clone for NotAsked<F, By> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<F, By> Copy for NotAsked<F, By> {}

impl<S: Set> Clone for Nested<S> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<S: Set> Copy for Nested<S> {}

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
/// `S` is the builder, as in `SetFuture<BankLocks<'a, Write<bank_fields::accounts>>>`; `T` is the twin,
/// borrowed, which follows from it.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point: it leaves the queue
/// that it stands in, and releases the locks that it has. These it holds while it waits for the
/// next: poll it to its end, or drop it. One that is left half-way without being polled keeps its
/// locks from everybody.
///
/// # Panics
/// If polled again after it was ready.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct SetFuture<S: Set<Twin = T>, T: Borrowed = <S as Set>::Twin> {
    taking: Taking<Asked<S, T>>,
}

/// The locks that a set of this twin asks for.
///
/// The twin is a parameter, for a projection in a public future is what a spawned task can't hold. And both
/// are invariant: types that differ by a `for<'a>` alone are one for subtyping and two for traits, so a
/// future that became another one by subtyping could become one with other places.
#[doc(hidden)]
pub struct Asked<S, T> {
    twin: T,
    set: Exactly<(S, T)>,
}

/// Of this type, and of none that is it by subtyping.
pub(crate) type Exactly<T> = PhantomData<fn(T) -> T>;

// SAFETY: the twin is always the same, as it is kept here, and so are the type of the set and with it
// the type of its row. `row` vouches for the places, see there: they live as long as the lifetimes in
// that type, which outlive the set. (That the locks are in ascending order, and each there once, is
// what the derive sees to. Without that, tasks wait for each other and nothing worse.)
unsafe impl<S: Set<Twin = T>, T: Borrowed> Route for Asked<S, T> {
    #[inline(always)]
    fn walk<W: Walker>(&self, walker: &mut W) -> bool {
        row::<S>(self.twin).walk(walker)
    }
}

// SAFETY: as for the route that it is. `guard` makes guards of the places that `walk` comes to.
unsafe impl<S: Set<Twin = T>, T: Borrowed> Wanted for Asked<S, T> {
    type Guards = S::Held;

    #[inline]
    fn gather(&self, gather: &mut Gather<'_>) {
        self.walk(gather);
    }

    #[inline]
    unsafe fn guards(self) -> S::Held {
        // SAFETY: the caller's contract.
        S::held(unsafe { row::<S>(self.twin).guard() })
    }
}

impl<S: Set<Twin = T>, T: Borrowed> Asked<S, T> {
    #[inline(always)]
    pub fn new(set: S) -> Self {
        Self { twin: set.twin(), set: PhantomData }
    }

    #[inline(always)]
    fn held(taken: Taken<Self>) -> S::Held {
        // SAFETY: all the locks of the walk are taken, and these holds are ours since `leave_held`.
        unsafe { taken.leave_held().guards() }
    }
}

impl<S: Set<Twin = T>, T: Borrowed> SetFuture<S, T> {
    #[doc(hidden)]
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(set: S) -> Self {
        Self { taking: Taking::new(Asked::new(set)) }
    }

    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<S: Set<Twin = T>, T: Borrowed> Future for SetFuture<S, T> {
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
impl<S: Set<Twin = T>, T: Borrowed> futures_core::FusedFuture for SetFuture<S, T> {
    fn is_terminated(&self) -> bool {
        SetFuture::is_terminated(self)
    }
}

impl<S: Set<Twin = T>, T: Borrowed> fmt::Debug for SetFuture<S, T> {
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
    Taken::try_take(Asked::<S, S::Twin>::new(set)).map(Asked::held)
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

impl<F, By> fmt::Debug for NotAsked<F, By> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NotAsked")
    }
}

/// The set of a twin that there is only to go on after an error.
#[doc(hidden)]
pub struct NoSet<T>(T);

impl<T: Borrowed> Set for NoSet<T> {
    type Twin = T;
    type Held = ();
    type HeldOwned<O> = ();
    type Row = ();
    const OFFSETS: &'static [usize] = &[];

    fn twin(&self) -> T {
        self.0
    }

    fn row(_: T) {}

    fn held((): ()) {}

    fn held_owned<O>((): ()) {}
}
