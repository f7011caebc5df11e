//! L3: guards, a pointer and a permit each.
//!
//! A guard has no `Drop` of its own (the permit has), so `map`, `downgrade` and `split` take it
//! apart like any other value. Each is written once, for borrowed and owned guards, of a mutex and
//! of an rwlock; the names users write are aliases beside the two locks.
//!
//! # The invariant
//! Of a guard with the handle `H`, as long as its permit lives, and in each lifetime `'y` with `H: 'y`:
//!
//! - `value` points to a `T` that is there. [`handle`](crate::raw::handle) says why `'y` is a part of it.
//! - Exclusive: nobody else reaches that `T`. Shared: nobody writes to it, but as a `&T` may. Upgradable:
//!   the same, and when the permit has become exclusive, nobody else reaches it.
//! - `T: 'y`. A shared guard is covariant in `T`: of it this is true of the type that it was made with, and
//!   may no longer be true of the one that it has.
#![allow(unsafe_code)]

use core::{
    fmt,
    ops::{Deref, DerefMut},
};

use crate::{
    raw::{
        handle::{Handle, Keeps, Lockable, Value, Whole},
        permit::{Exclusive, Hold, Permit, Shared, Upgradable},
    },
    watch,
};

mod part;
mod turn;

/// Access to a value that nobody else has: the guard of a mutex, or of an rwlock taken for writing.
///
/// You meet it under its aliases: [`MutexGuard`](crate::MutexGuard),
/// [`OwnedMutexGuard`](crate::OwnedMutexGuard), [`MappedMutexGuard`](crate::MappedMutexGuard),
/// [`RwLockWriteGuard`](crate::RwLockWriteGuard) and so on. `H` is who keeps the lock alive.
///
/// Dropping it releases the lock and wakes who waits for it, also while panicking.
/// The functions are not methods (`MutexGuard::map(guard, ..)`), so that they hide no method of `T`.
///
/// # Parts that borrow
/// The closure of `map` and its kin may borrow whatever it likes, such as the key that it looks for. A
/// guard of a part of type `U` can be kept as long as all lifetimes in `U` last, and as what it was
/// mapped from could be kept. The aliases of the owned guards of parts are for a `U` that borrows
/// nothing: for any other there is [`PartOf`](crate::PartOf).
#[must_use = "if unused, the lock is released at once: bind it, `let guard = ..`"]
#[clippy::has_significant_drop]
pub struct ExclusiveGuard<H: Handle, T: ?Sized> {
    /// `*mut` makes the guard invariant in `T`, as `&mut T` is.
    value: *mut T,
    permit: Permit<H, Exclusive>,
}

/// Access to a value that others may read too: the guard of an rwlock taken for reading.
///
/// You meet it under its aliases [`RwLockReadGuard`](crate::RwLockReadGuard) and
/// [`OwnedRwLockReadGuard`](crate::OwnedRwLockReadGuard). `H` is who keeps the lock alive.
///
/// Dropping it releases the hold; the last one wakes who waits for the lock, also while panicking.
#[must_use = "if unused, the lock is released at once: bind it, `let guard = ..`"]
#[clippy::has_significant_drop]
pub struct SharedGuard<H: Handle, T: ?Sized> {
    value: *const T,
    permit: Permit<H, Shared>,
}

/// Access to a value beside readers, as the only one who may become exclusive: the guard of an
/// rwlock taken by [`upgradable_read`](crate::RwLock::upgradable_read).
///
/// You meet it under its aliases
/// [`RwLockUpgradableReadGuard`](crate::RwLockUpgradableReadGuard) and
/// [`OwnedRwLockUpgradableReadGuard`](crate::OwnedRwLockUpgradableReadGuard). `H` is who keeps the
/// lock alive.
#[must_use = "if unused, the lock is released at once: bind it, `let guard = ..`"]
#[clippy::has_significant_drop]
pub struct UpgradableGuard<H: Handle, T: ?Sized> {
    /// `*mut`, as the guard may become exclusive.
    value: *mut T,
    permit: Permit<H, Upgradable>,
}

/// What [`map`](ExclusiveGuard::map) makes of an exclusive guard behind `H`: the guard of a part `U`, which is there
/// until the end of `'x`.
///
/// Of a `MutexGuard` it is a [`MappedMutexGuard`](crate::MappedMutexGuard), of a `RwLockWriteGuard` a
/// [`RwLockMappedWriteGuard`](crate::RwLockMappedWriteGuard); of an owned guard the same with `Owned`, or, if the
/// part borrows, what [`PartOf`](crate::PartOf) says.
pub type ExclusivePart<'x, H, U> = ExclusiveGuard<<H as Keeps<'x>>::Part<U>, U>;

/// What [`map`](SharedGuard::map) makes of a shared guard behind `H`: the guard of a part `U`, which is there
/// until the end of `'x`.
///
/// Of a guard that borrows the lock it is a [`RwLockReadGuard`](crate::RwLockReadGuard), of an owned one an
/// [`OwnedRwLockReadGuard`](crate::OwnedRwLockReadGuard), or, if the part borrows, what [`PartOf`](crate::PartOf) says.
pub type SharedPart<'x, H, U> = SharedGuard<<H as Keeps<'x>>::Part<U>, U>;

/// What [`downgrade`](ExclusiveGuard::downgrade) makes of a guard behind `H`: a [`RwLockReadGuard`](crate::RwLockReadGuard),
/// or an [`OwnedRwLockReadGuard`](crate::OwnedRwLockReadGuard).
pub type Downgraded<H, T> = SharedGuard<<H as Whole>::Reader, T>;

// SAFETY: moving the guard moves a `&T`, hence `T: Sync`, and the right to become exclusive, hence
// `T: Send`; and the release, hence `H: Send`.
unsafe impl<H: Handle + Send, T: ?Sized + Send + Sync> Send for UpgradableGuard<H, T> {}
// SAFETY: `&guard` gives `&T`, hence `T: Sync`, and the accessors of the handle, hence `H: Sync`.
unsafe impl<H: Handle + Sync, T: ?Sized + Sync> Sync for UpgradableGuard<H, T> {}

// SAFETY: moving the guard moves exclusive access to the value, hence `T: Send` (else two threads
// would use a `!Send` value in turn), and the release, hence `H: Send` (an `Arc` may drop the
// whole value over there).
unsafe impl<H: Handle + Send, T: ?Sized + Send> Send for ExclusiveGuard<H, T> {}
// SAFETY: `&guard` gives `&T`, hence `T: Sync`, and the accessors of the handle, hence `H: Sync`.
unsafe impl<H: Handle + Sync, T: ?Sized + Sync> Sync for ExclusiveGuard<H, T> {}
// SAFETY: moving the guard moves a `&T`, hence `T: Sync` (else two threads would share a `Cell`),
// and the release, hence `H: Send`.
unsafe impl<H: Handle + Send, T: ?Sized + Sync> Send for SharedGuard<H, T> {}
// SAFETY: `&guard` gives `&T`, hence `T: Sync`, and the accessors of the handle, hence `H: Sync`.
unsafe impl<H: Handle + Sync, T: ?Sized + Sync> Sync for SharedGuard<H, T> {}

/// What all guards are made by.
macro_rules! made_of {
    ($($Guard:ident: $pointer:ident, $Hold:ident;)*) => {$(
        impl<H: Handle, T: ?Sized> $Guard<H, T> {
            /// # Safety
            /// The three points of the invariant, above.
            #[inline(always)]
            unsafe fn new(value: *$pointer T, permit: Permit<H, $Hold>) -> Self {
                Self { value, permit }
            }

            pub(crate) fn handle(&self) -> &H {
                self.permit.handle()
            }
        }
    )*};
}
made_of! {
    ExclusiveGuard: mut, Exclusive;
    SharedGuard: const, Shared;
    UpgradableGuard: mut, Upgradable;
}

impl<H: Handle, T: ?Sized> ExclusiveGuard<H, T> {
    fn value_mut(&mut self) -> &mut T {
        // SAFETY: the guard is borrowed for the lifetime of what is returned: so the permit lives, and
        // as a type outlives the borrow of its value, `H` outlives it. The value is there, and nobody
        // else reaches it, in such a lifetime.
        unsafe { &mut *self.value }
    }
}

impl<H: Handle, T: ?Sized> Deref for UpgradableGuard<H, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `value_mut`, and nobody writes.
        unsafe { &*self.value }
    }
}

impl<H: Handle, T: ?Sized> Deref for ExclusiveGuard<H, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `value_mut`; nobody writes through this guard while it is borrowed shared.
        unsafe { &*self.value }
    }
}

impl<H: Handle, T: ?Sized> DerefMut for ExclusiveGuard<H, T> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut T {
        self.value_mut()
    }
}

impl<H: Handle, T: ?Sized> Deref for SharedGuard<H, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `value_mut`, and nobody writes.
        unsafe { &*self.value }
    }
}

/// What both guards do as their value does.
macro_rules! like_the_value {
    ($($Guard:ident),*) => {$(
        impl<H: Handle, T: ?Sized + fmt::Debug> fmt::Debug for $Guard<H, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Debug::fmt(&**self, f)
            }
        }

        impl<H: Handle, T: ?Sized + fmt::Display> fmt::Display for $Guard<H, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&**self, f)
            }
        }
    )*};
}
like_the_value!(ExclusiveGuard, SharedGuard, UpgradableGuard);

/// A guard that the lock checker can be told of. Sealed: not nameable from outside.
pub trait Watched {
    #[doc(hidden)]
    fn watched(&mut self) -> &mut watch::Hold;
}

/// What all guards tell the checker.
macro_rules! watched {
    ($($Guard:ident),*) => {$(
        impl<H: Handle, T: ?Sized> Watched for $Guard<H, T> {
            fn watched(&mut self) -> &mut watch::Hold {
                self.permit.watched_mut()
            }
        }
    )*};
}
watched!(ExclusiveGuard, SharedGuard, UpgradableGuard);

/// A way to hold a lock, and its guard. Sealed: not nameable from outside.
pub trait Guards: Hold + Sized {
    /// The guard.
    type Guard<H: Whole>;

    #[doc(hidden)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H>;
}

// In the three below, of the lock behind a `Whole` handle: it is held as the permit says, and nobody but who
// holds it reaches the value (`Lockable`). The value is there as long as the handle, in each lifetime that
// the handle outlives, and its type, which stands in the lock's, outlives these (`Whole`).

impl Guards for Exclusive {
    type Guard<H: Whole> = ExclusiveGuard<H, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        // SAFETY: as above.
        unsafe { ExclusiveGuard::new(permit.handle().whole().value(), permit) }
    }
}

impl Guards for Shared {
    type Guard<H: Whole> = SharedGuard<H::Reader, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        // SAFETY: as above. `Reader: 'y` says that `H: 'y` (`Whole`).
        unsafe { SharedGuard::new(permit.handle().whole().value(), permit.into_reader()) }
    }
}

impl Guards for Upgradable {
    type Guard<H: Whole> = UpgradableGuard<H, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        // SAFETY: as above.
        unsafe { UpgradableGuard::new(permit.handle().whole().value(), permit) }
    }
}
