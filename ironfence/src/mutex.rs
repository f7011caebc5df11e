//! L4: the mutex.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::{cell::UnsafeCell, fmt};

#[cfg(feature = "std")]
use crate::acquiring::block_for_guard;
use crate::{
    acquiring::{Acquiring, TryLockError, try_guard},
    guard::ExclusiveGuard,
    raw::{
        RawLock,
        handle::{Erased, Lockable, OfMutex, PartOf},
        permit::Exclusive,
    },
    sync::const_fn,
    with::With,
};

/// A value that one task (or thread) at a time may use, across `.await`s too.
///
/// The API is the one of `tokio::sync::Mutex`, and more; changing the `use` line is how code moves.
/// The size is two words and the value.
///
/// # Fairness
/// First come, first served. A release frees the mutex and wakes the first waiter; until that one is
/// polled, newcomers queue behind it.
///
/// Only where the sections are short (a waiter that spins for a moment gets the mutex) may newcomers
/// take it before the woken waiter runs, because that is several times as fast. At most 31 of them pass
/// one waiter; and none do once the waiter was polled, found the mutex taken, and this has gone on for 0.5 ms.
/// [`try_lock`](Mutex::try_lock) can't queue: it takes a mutex that nobody holds. [`Mutex::fifo`] makes
/// a mutex that nobody ever passes.
///
/// A waiter that was woken may never be polled again (it sits in a `select!` arm that lost, say). So one
/// newcomer keeps watch: it is polled again and again while the others sleep. If the woken waiter does
/// not answer within 20 ms, and 64 looks, it loses its turn, and the next waiter has it. (Without the
/// feature `std` there is no clock: 32 768 looks.) Each such waiter costs this once. If no newcomer comes
/// at all, those who slept before it was woken sleep until it is dropped or polled, or one comes.
///
/// # Cancel safety
/// [`lock`](Mutex::lock) does nothing before its first poll and may be dropped at any point; see
/// [`Acquiring`].
///
/// # Panics
/// A panic while a guard is held releases the lock; there is no poisoning. No method panics because
/// of the runtime it is called in. A waker that panics passes its panic on to whoever woke it (by
/// dropping a guard, say) after the lock is in order.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use ironfence::Mutex;
/// use std::sync::Arc;
///
/// let count = Arc::new(Mutex::new(0));
/// let task = tokio::spawn({
///     let count = count.clone();
///     async move { *count.lock().await += 1 }
/// });
/// *count.lock().await += 1;
/// task.await.unwrap();
/// assert_eq!(*count.lock().await, 2);
/// # }
/// ```
pub struct Mutex<T: ?Sized> {
    raw: RawLock,
    value: UnsafeCell<T>,
}

/// The guard of a [`Mutex`]; see [`ExclusiveGuard`] for what it can do.
pub type MutexGuard<'a, T> = ExclusiveGuard<&'a Mutex<T>, T>;

/// The guard of a [`Mutex`] in an `Arc`, which it keeps alive.
pub type OwnedMutexGuard<T> = ExclusiveGuard<Arc<Mutex<T>>, T>;

/// The guard of a part of what a [`Mutex`] guards, made by [`MutexGuard::map`](ExclusiveGuard::map).
pub type MappedMutexGuard<'a, U> = ExclusiveGuard<Erased<'a, U, OfMutex>, U>;

/// The guard of a part of what a [`Mutex`] in an `Arc` guards, if that part borrows nothing. For one that
/// does, see [`PartOf`].
pub type OwnedMappedMutexGuard<T, U = T> = ExclusiveGuard<PartOf<'static, Arc<Mutex<T>>>, U>;

/// What [`Mutex::lock`] returns.
pub type Lock<'a, T> = Acquiring<&'a Mutex<T>, Exclusive>;

/// What [`Mutex::lock_owned`] returns.
pub type LockOwned<T> = Acquiring<Arc<Mutex<T>>, Exclusive>;

// SAFETY: the value moves with the mutex.
unsafe impl<T: ?Sized + Send> Send for Mutex<T> {}
// SAFETY: through `&Mutex` a thread gets `&mut T`, and may even move the value out with
// `mem::replace`: hence `T: Send`. Never two threads at once: hence no `T: Sync`.
unsafe impl<T: ?Sized + Send> Sync for Mutex<T> {}

// SAFETY: both are fields; the value is reached through the cell by guards, and otherwise only
// with `&mut self` or `self`.
unsafe impl<T: ?Sized> Lockable for Mutex<T> {
    type Value = T;
    type Kind = OfMutex;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        &self.raw
    }

    #[inline(always)]
    fn value(&self) -> *mut T {
        self.value.get()
    }
}

impl<T> Mutex<T> {
    const_fn! {
        /// A mutex that is free, usable in a `static`.
        ///
        /// ```
        /// static QUEUE: ironfence::Mutex<Vec<u32>> = ironfence::Mutex::new(Vec::new());
        /// ```
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn new(value: T) -> Self {
            Self { raw: RawLock::alone(), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// A mutex at this level, from 0 to 15. Every other mutex is at level 0, but those of a struct with
        /// `#[guarded(level = 1)]`.
        ///
        /// Locks that are taken together ([`lock_all`](crate::lock_all)) are taken level by level, and
        /// those of one level in the order in which they lie in memory. So a lock that one finds while another one
        /// is held is to be at a higher level than that.
        ///
        /// # Panics
        /// If the level is higher than 15.
        ///
        /// ```
        /// static SEATS: ironfence::Mutex<Vec<u32>> = ironfence::Mutex::at_level(Vec::new(), 1);
        /// ```
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn at_level(value: T, level: u8) -> Self {
            Self { raw: RawLock::with(0, false, level), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// A mutex that is had strictly in the order of the first polls: nobody ever passes a waiter,
        /// and `try_lock` fails while somebody waits. For guards held over network calls, and for
        /// bindings to languages whose locks promise this order.
        ///
        /// The only exception is a waiter that was woken and is not polled: after the patience that
        /// [Fairness](Mutex#fairness) states it loses its turn. Short sections are slower by the time
        /// that it takes to wake a task, at each change of hands.
        ///
        /// ```
        /// static TURNS: ironfence::Mutex<Vec<u32>> = ironfence::Mutex::fifo(Vec::new());
        /// ```
        ///
        /// In a struct that derives `Guarded`, `#[guarded(mutex(fifo))]` is such a field.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn fifo(value: T) -> Self {
            Self { raw: RawLock::with(0, true, 0), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// The same as [`Mutex::new`], under tokio's name for it.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn const_new(value: T) -> Self {
            Self::new(value)
        }
    }

    /// The value. Nobody can hold a guard here.
    ///
    /// [`get_mut`](Self::get_mut) has an example.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> Mutex<T> {
    /// Locks, waiting for it if need be.
    ///
    /// # Cancel safety
    /// See [`Acquiring`]. Fairness: see [`Mutex`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let mutex = ironfence::Mutex::new(1);
    /// *mutex.lock().await += 1;
    /// # }
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn lock(&self) -> Lock<'_, T> {
        Acquiring::new(self)
    }

    /// Locks if that needs no waiting. A free lock is taken even if a waiter was woken for it.
    ///
    /// # Errors
    /// [`TryLockError`] if it is locked.
    ///
    /// ```
    /// let mutex = ironfence::Mutex::new(1);
    /// let guard = mutex.try_lock().unwrap();
    /// assert!(mutex.try_lock().is_err());
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_lock(&self) -> Result<MutexGuard<'_, T>, TryLockError> {
        try_guard::<_, Exclusive>(self)
    }

    /// Locks, waiting with the thread. For code outside async tasks: inside one it keeps the
    /// executor's thread from running others, which is a deadlock if they are to unlock.
    ///
    /// ```
    /// let mutex = ironfence::Mutex::new(1);
    /// *mutex.blocking_lock() += 1;
    /// ```
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_lock(&self) -> MutexGuard<'_, T> {
        block_for_guard::<_, Exclusive>(self)
    }

    /// As [`Mutex::lock`], with a guard that keeps the mutex alive instead of borrowing it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let mutex = std::sync::Arc::new(ironfence::Mutex::new(1));
    /// let mut guard = mutex.clone().lock_owned().await;
    /// tokio::spawn(async move { *guard += 1 }).await.unwrap();
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn lock_owned(self: Arc<Self>) -> LockOwned<T> {
        Acquiring::new(self)
    }

    /// As [`Mutex::try_lock`], with a guard that keeps the mutex alive.
    ///
    /// # Errors
    /// [`TryLockError`] if it is locked.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_lock_owned(self: Arc<Self>) -> Result<OwnedMutexGuard<T>, TryLockError> {
        try_guard::<_, Exclusive>(self)
    }

    /// As [`Mutex::blocking_lock`], with a guard that keeps the mutex alive.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_lock_owned(self: Arc<Self>) -> OwnedMutexGuard<T> {
        block_for_guard::<_, Exclusive>(self)
    }

    /// Locks, calls `f` with the value, unlocks, and returns what `f` did.
    ///
    /// Nothing can be awaited while the lock is held, and the guard can't outlive its use, not even
    /// as the forgotten temporary of a `match`.
    ///
    /// # Cancel safety
    /// `f` is called at once when the lock is had, so it has either run whole or not at all.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let words = ironfence::Mutex::new(vec!["a", "b"]);
    /// match words.with(Vec::pop).await {
    ///     Some(_) => assert!(words.try_lock().is_ok(), "`match` holds nothing"),
    ///     None => unreachable!(),
    /// }
    /// # }
    /// ```
    #[cfg_attr(feature = "check", track_caller)]
    pub fn with<R, F>(&self, f: F) -> With<&Self, Exclusive, F, R>
    where
        F: FnOnce(&mut T) -> R, // no borrow of the value, no `async` closure: to await, take a guard by `lock().await`
    {
        With::new(self.lock(), f)
    }

    /// True if somebody holds a guard now. It may be otherwise a moment later: for reports and for
    /// assertions, not to decide whether to lock, which is what [`try_lock`](Mutex::try_lock) is for.
    ///
    /// ```
    /// let mutex = ironfence::Mutex::new(1);
    /// let guard = mutex.try_lock();
    /// assert!(mutex.is_locked());
    /// drop(guard);
    /// assert!(!mutex.is_locked());
    /// ```
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.raw.is_held()
    }

    /// The value, without locking: `&mut self` proves that nobody holds a guard.
    ///
    /// ```
    /// let mut mutex = ironfence::Mutex::new(1);
    /// *mutex.get_mut() += 1;
    /// assert_eq!(mutex.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<'a, T: ?Sized> MutexGuard<'a, T> {
    /// The [`Mutex`] that this guard was taken from.
    pub fn mutex(this: &Self) -> &'a Mutex<T> {
        this.handle()
    }
}

impl<T: ?Sized> OwnedMutexGuard<T> {
    /// The [`Mutex`] that this guard was taken from.
    pub fn mutex(this: &Self) -> &Arc<Mutex<T>> {
        this.handle()
    }
}

impl<T> From<T> for Mutex<T> {
    fn from(value: T) -> Self {
        let lock = Self::new(value);
        lock.raw.mark.has_no_place();
        lock
    }
}

impl<T: Default> Default for Mutex<T> {
    fn default() -> Self {
        Self::from(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Mutex<T> {
    /// Never waits: a value that is locked shows as `<locked>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("Mutex");
        match self.try_lock() {
            Ok(value) => out.field("data", &&*value),
            Err(_) => out.field("data", &format_args!("<locked>")),
        };
        out.finish()
    }
}
