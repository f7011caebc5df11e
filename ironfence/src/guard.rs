//! L3: guards, a pointer and a permit each.
//!
//! A guard has no `Drop` of its own (the permit has), so `map`, `downgrade` and `split` take it
//! apart like any other value. Each is written once, for borrowed and owned guards, of a mutex and
//! of an rwlock; the names users write are aliases beside the two locks.
#![allow(unsafe_code)]

use core::{
    fmt,
    ops::{Deref, DerefMut},
};

use crate::{
    acquiring::Acquiring,
    raw::{
        handle::{Handle, Lockable, Shareable, Value, Whole},
        mode::Upgrade,
        permit::{Exclusive, Hold, Permit, Shared, Upgradable},
    },
    watch::{self, Site, Wait},
};

/// Access to a value that nobody else has: the guard of a mutex, or of an rwlock taken for writing.
///
/// You meet it under its aliases: [`MutexGuard`](crate::MutexGuard),
/// [`OwnedMutexGuard`](crate::OwnedMutexGuard), [`MappedMutexGuard`](crate::MappedMutexGuard),
/// [`RwLockWriteGuard`](crate::RwLockWriteGuard) and so on. `H` is who keeps the lock alive.
///
/// Dropping it releases the lock and wakes who waits for it, also while panicking.
/// The functions are not methods (`MutexGuard::map(guard, ..)`), so that they hide no method of `T`.
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

impl<H: Handle, T: ?Sized> ExclusiveGuard<H, T> {
    pub(crate) fn handle(&self) -> &H {
        self.permit.handle()
    }

    fn value_mut(&mut self) -> &mut T {
        // SAFETY: the permit holds the lock alone (or this part of the value alone), and keeps the
        // value alive; the reference lives no longer than the borrow of the guard.
        unsafe { &mut *self.value }
    }
}

impl<H: Handle, T: ?Sized> SharedGuard<H, T> {
    pub(crate) fn handle(&self) -> &H {
        self.permit.handle()
    }

    /// Narrows the guard to a part of the value.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{RwLock, RwLockReadGuard};
    ///
    /// let pair = RwLock::new((1, "one"));
    /// let name = RwLockReadGuard::map(pair.read().await, |pair| &pair.1);
    /// assert_eq!(*name, "one");
    /// # }
    /// ```
    pub fn map<U, F>(this: Self, f: F) -> SharedGuard<H, U>
    where
        U: ?Sized,
        F: FnOnce(&T) -> &U,
    {
        SharedGuard { value: f(&this), permit: this.permit }
    }

    /// Narrows the guard to a part of the value, if `f` finds one.
    ///
    /// # Errors
    /// The guard as it was, if `f` returns `None`.
    pub fn try_map<U, F>(this: Self, f: F) -> Result<SharedGuard<H, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&T) -> Option<&U>,
    {
        match f(&this).map(core::ptr::from_ref) {
            Some(value) => Ok(SharedGuard { value, permit: this.permit }),
            None => Err(this),
        }
    }
}

impl<H: Handle, T: ?Sized> ExclusiveGuard<H, T> {
    /// Narrows the guard to a part of the value.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let pair = Mutex::new((1, String::from("one")));
    /// let mut name = MutexGuard::map(pair.lock().await, |pair| &mut pair.1);
    /// name.push('!');
    /// # }
    /// ```
    #[inline]
    pub fn map<U, F>(mut this: Self, f: F) -> ExclusiveGuard<H::Part, U>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> &mut U,
    {
        let value: *mut U = f(this.value_mut());
        ExclusiveGuard { value, permit: this.permit.into_part() }
    }

    /// Narrows the guard to a part of the value, if `f` finds one.
    ///
    /// # Errors
    /// The guard as it was, if `f` returns `None`.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let words = Mutex::new(vec!["a"]);
    /// let guard = words.lock().await;
    /// let Err(mut guard) = MutexGuard::try_map(guard, |words| words.get_mut(1)) else {
    ///     panic!("there is one word");
    /// };
    /// guard.push("b");
    /// # }
    /// ```
    #[inline]
    pub fn try_map<U, F>(mut this: Self, f: F) -> Result<ExclusiveGuard<H::Part, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&mut T) -> Option<&mut U>,
    {
        match f(this.value_mut()).map(core::ptr::from_mut) {
            Some(value) => Ok(ExclusiveGuard { value, permit: this.permit.into_part() }),
            None => Err(this),
        }
    }

    /// Divides the guard into two, of disjoint parts of the value. They may go separate ways; the
    /// last one dropped releases the lock. Nothing is allocated.
    ///
    /// If `f` panics, the lock is released.
    ///
    /// # Panics
    /// If more than two million parts exist at once.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{Mutex, MutexGuard};
    ///
    /// let pair = Mutex::new((1, 2));
    /// let (mut left, mut right) =
    ///     MutexGuard::split(pair.lock().await, |pair| (&mut pair.0, &mut pair.1));
    /// core::mem::swap(&mut *left, &mut *right);
    /// drop(left);
    /// assert!(pair.try_lock().is_err());
    /// drop(right);
    /// assert_eq!(*pair.lock().await, (2, 1));
    /// # }
    /// ```
    pub fn split<A, B, F>(
        mut this: Self,
        f: F,
    ) -> (ExclusiveGuard<H::Part, A>, ExclusiveGuard<H::Part, B>)
    where
        H::Part: Clone,
        A: ?Sized,
        B: ?Sized,
        F: FnOnce(&mut T) -> (&mut A, &mut B),
    {
        let (first, second) = f(this.value_mut());
        let (first, second): (*mut A, *mut B) = (first, second);
        let (permit, other) = this.permit.into_part().split();
        (ExclusiveGuard { value: first, permit }, ExclusiveGuard { value: second, permit: other })
    }
}

impl<H: Whole> ExclusiveGuard<H, Value<H>>
where
    H::Lock: Shareable,
{
    /// Turns a write guard into a read guard, without letting anybody write in between. Readers
    /// that wait in front of the queue come in.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = ironfence::RwLock::new(1);
    /// let mut guard = lock.write().await;
    /// *guard += 1;
    /// let guard = guard.downgrade();
    /// assert_eq!((*guard, *lock.read().await), (2, 2));
    /// # }
    /// ```
    #[inline]
    pub fn downgrade(self) -> SharedGuard<H::Reader, Value<H>> {
        SharedGuard { value: self.value, permit: self.permit.downgrade().into_reader() }
    }

    /// Turns a write guard into a read guard of a part of the value, at once.
    ///
    /// If `f` panics, the lock is released.
    #[inline]
    pub fn downgrade_map<F, U>(this: Self, f: F) -> SharedGuard<H::Reader, U>
    where
        U: ?Sized,
        F: FnOnce(&Value<H>) -> &U,
    {
        let value: *const U = f(&this);
        SharedGuard { value, permit: this.permit.downgrade().into_reader() }
    }

    /// Turns a write guard into a read guard of a part of the value, if `f` finds one.
    ///
    /// # Errors
    /// The write guard as it was, if `f` returns `None`.
    #[inline]
    pub fn try_downgrade_map<F, U>(this: Self, f: F) -> Result<SharedGuard<H::Reader, U>, Self>
    where
        U: ?Sized,
        F: FnOnce(&Value<H>) -> Option<&U>,
    {
        match f(&this).map(core::ptr::from_ref) {
            Some(value) => Ok(SharedGuard { value, permit: this.permit.downgrade().into_reader() }),
            None => Err(this),
        }
    }

    /// Turns a write guard into an upgradable one, without letting anybody write in between.
    /// Readers that wait in front of the queue come in.
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> UpgradableGuard<H, Value<H>> {
        UpgradableGuard { value: this.value, permit: this.permit.downgrade_to_upgradable() }
    }

    /// The same guard with the type of one that was mapped.
    #[inline]
    pub fn into_mapped(this: Self) -> ExclusiveGuard<H::Part, Value<H>> {
        ExclusiveGuard { value: this.value, permit: this.permit.into_part() }
    }
}

impl<H: Whole> UpgradableGuard<H, Value<H>> {
    /// Becomes a write guard when the other readers have left. Nobody writes in between, and new
    /// readers wait meanwhile, so they can't starve it.
    ///
    /// # Cancel safety
    /// The future keeps the upgradable hold while it waits; dropping it releases that. Only one
    /// task can wait so, hence two upgrades can't wait for each other; but a task that holds
    /// another read guard of the same lock waits for itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let words = RwLock::new(vec!["a"]);
    /// let guard = words.upgradable_read().await;
    /// assert_eq!(*words.read().await, ["a"], "others may read");
    /// if !guard.contains(&"b") {
    ///     RwLockUpgradableReadGuard::upgrade(guard).await.push("b");
    /// }
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn upgrade(this: Self) -> Acquiring<H, Upgrade> {
        let (handle, watched) = this.permit.into_handle();
        // SAFETY: the upgradable hold, which is what an upgrade keeps, was the permit's, and is ours since
        // `into_handle`.
        unsafe { Acquiring::waiting(handle, Wait::upgrading(watched, Site::here())) }
    }

    /// As [`UpgradableGuard::upgrade`], waiting with the thread. For code outside async tasks.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_upgrade(this: Self) -> ExclusiveGuard<H, Value<H>> {
        crate::block::block_on(Self::upgrade(this))
    }

    /// Becomes a write guard if nobody else reads.
    ///
    /// # Errors
    /// The guard as it was, if somebody reads.
    #[inline]
    pub fn try_upgrade(this: Self) -> Result<ExclusiveGuard<H, Value<H>>, Self> {
        let Self { value, permit } = this;
        match permit.try_upgrade() {
            Ok(permit) => Ok(ExclusiveGuard { value, permit }),
            Err(permit) => Err(Self { value, permit }),
        }
    }

    /// Becomes a read guard: another one may be upgradable now.
    #[inline]
    pub fn downgrade(this: Self) -> SharedGuard<H::Reader, Value<H>> {
        SharedGuard { value: this.value, permit: this.permit.downgrade().into_reader() }
    }

    /// Becomes a read guard of a part of the value: a part can't be upgraded.
    ///
    /// If `f` panics, the lock is released.
    #[inline]
    pub fn map<U, F>(this: Self, f: F) -> SharedGuard<H::Reader, U>
    where
        U: ?Sized,
        F: FnOnce(&Value<H>) -> &U,
    {
        SharedGuard::map(Self::downgrade(this), f)
    }

    /// The lock that this guard was taken from.
    pub fn rwlock(this: &Self) -> &H {
        this.permit.handle()
    }
}

impl<H: Handle, T: ?Sized> Deref for UpgradableGuard<H, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: while the permit lives nobody writes the value, and it stays alive.
        unsafe { &*self.value }
    }
}

impl<H: Handle, T: ?Sized> Deref for ExclusiveGuard<H, T> {
    type Target = T;

    #[inline(always)]
    fn deref(&self) -> &T {
        // SAFETY: as in `value_mut`, shared.
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
        // SAFETY: while the permit lives nobody writes the value, and it stays alive.
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

impl Guards for Exclusive {
    type Guard<H: Whole> = ExclusiveGuard<H, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        ExclusiveGuard { value: permit.handle().whole().value(), permit }
    }
}

impl Guards for Shared {
    type Guard<H: Whole> = SharedGuard<H::Reader, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        SharedGuard { value: permit.handle().whole().value(), permit: permit.into_reader() }
    }
}

impl Guards for Upgradable {
    type Guard<H: Whole> = UpgradableGuard<H, Value<H>>;

    #[inline(always)]
    fn guard<H: Whole>(permit: Permit<H, Self>) -> Self::Guard<H> {
        UpgradableGuard { value: permit.handle().whole().value(), permit }
    }
}
