//! L4: the rwlock.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::{cell::UnsafeCell, fmt};

#[cfg(feature = "std")]
use crate::acquiring::block_for_guard;
use crate::{
    acquiring::{Acquiring, TryLockError, Upgrading, try_guard},
    guard::{ExclusiveGuard, SharedGuard, UpgradableGuard},
    raw::{
        RawLock,
        handle::{Erased, Lockable, OfRwLock, PartOf, Shareable},
        mode::Recursive,
        permit::{Exclusive, Shared, Upgradable},
        state::MAX_READERS,
    },
    sync::const_fn,
    with::With,
};

/// A value that many tasks (or threads) may read at once, or one may write, across `.await`s too.
///
/// The API is the one of `tokio::sync::RwLock`, and more; changing the `use` line is how code moves.
/// The size is two words and the value.
///
/// # Fairness
/// As for a [`Mutex`](crate::Mutex#fairness), with two rules for readers. A reader that finds
/// others reading comes in, unless somebody is asleep in the queue, or a woken writer has yet to
/// answer: then it queues too, so readers do not starve a writer. A release wakes all the readers in front of the queue together, so
/// writers do not starve readers. Hence **a task that reads, and reads again while a writer waits,
/// waits for itself**: keep the first guard, or hand it down.
///
/// A reader does not wait behind those who want the upgradable place while another one has it: it would
/// be let in beside them. (It looks past 32 of them. Where a writer waits among them, it waits too.)
///
/// # What reads cost
/// A read of a free lock is one exchange and one subtraction of a word, and so it is while few read at a time. Where
/// readers on several threads are seen to collide at that word, the lock becomes *biased* to readers: from then on each thread
/// marks its readers in a cache line of its own, and reads scale with the cores, as they do without a
/// lock. Whoever wants to write (or to upgrade) ends that first, by a look at 64 such lines: about 0.1 µs where
/// they are at hand, and not more than a few µs where other cores have them. Then it waits as it would have anyway, so
/// nothing of the above changes. A lock that is written often is not biased again and again: the pause
/// between grows up to 16 ms.
///
/// Up to 64 locks of a process are biased at a time; readers of any others are counted in the word, as are those of a
/// lock [with a limit of readers](RwLock::with_max_readers), and all of them without the feature `std`.
///
/// # Cancel safety
/// [`read`](RwLock::read) and [`write`](RwLock::write) do nothing before their first poll and may
/// be dropped at any point; see [`Acquiring`]. When a queued writer goes, the readers it kept out
/// come in.
///
/// # Panics
/// A panic while a guard is held releases the lock; there is no poisoning. No method panics because
/// of the runtime it is called in. A waker that panics passes its panic on to whoever woke it (by
/// dropping a guard, say) after the lock is in order.
///
/// # Examples
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use ironfence::RwLock;
///
/// let words = RwLock::new(vec!["a"]);
/// words.write().await.push("b");
/// {
///     let (one, other) = (words.read().await, words.read().await);
///     assert_eq!(one.len(), other.len());
/// }
/// assert_eq!(words.into_inner(), ["a", "b"]);
/// # }
/// ```
pub struct RwLock<T: ?Sized> {
    raw: RawLock,
    value: UnsafeCell<T>,
}

/// The guard of an [`RwLock`] that is read; see [`SharedGuard`] for what it can do.
pub type RwLockReadGuard<'a, T> = SharedGuard<Erased<'a, T>, T>;

/// The guard of an [`RwLock`] that is written; see [`ExclusiveGuard`] for what it can do.
pub type RwLockWriteGuard<'a, T> = ExclusiveGuard<&'a RwLock<T>, T>;

/// The guard of an [`RwLock`] that is read by the one who may upgrade; see [`UpgradableGuard`].
pub type RwLockUpgradableReadGuard<'a, T> = UpgradableGuard<&'a RwLock<T>, T>;

/// The upgradable guard of an [`RwLock`] in an `Arc`, which it keeps alive.
pub type OwnedRwLockUpgradableReadGuard<T> = UpgradableGuard<Arc<RwLock<T>>, T>;

/// The guard of a part of what an [`RwLock`] guards, made by
/// [`RwLockWriteGuard::map`](ExclusiveGuard::map).
pub type RwLockMappedWriteGuard<'a, U> = ExclusiveGuard<Erased<'a, U>, U>;

/// The guard of an [`RwLock`] in an `Arc`, which it keeps alive: of the value, or of a part of it that
/// borrows nothing. For one that does, see [`PartOf`].
pub type OwnedRwLockReadGuard<T, U = T> = SharedGuard<PartOf<'static, Arc<RwLock<T>>>, U>;

/// The guard of an [`RwLock`] in an `Arc`, which it keeps alive.
pub type OwnedRwLockWriteGuard<T> = ExclusiveGuard<Arc<RwLock<T>>, T>;

/// The guard of a part of what an [`RwLock`] in an `Arc` guards, if that part borrows nothing. For one that
/// does, see [`PartOf`].
pub type OwnedRwLockMappedWriteGuard<T, U = T> = ExclusiveGuard<PartOf<'static, Arc<RwLock<T>>>, U>;

/// What [`RwLock::read`] returns.
pub type Read<'a, T> = Acquiring<&'a RwLock<T>, Shared>;

/// What [`RwLock::read_owned`] returns.
pub type ReadOwned<T> = Acquiring<Arc<RwLock<T>>, Shared>;

/// What [`RwLock::read_recursive`] returns.
pub type ReadRecursive<'a, T> = Acquiring<&'a RwLock<T>, Recursive>;

/// What [`RwLock::read_recursive_owned`] returns.
pub type ReadRecursiveOwned<T> = Acquiring<Arc<RwLock<T>>, Recursive>;

/// What [`RwLock::upgradable_read`] returns.
pub type UpgradableRead<'a, T> = Acquiring<&'a RwLock<T>, Upgradable>;

/// What [`RwLock::upgradable_read_owned`] returns.
pub type UpgradableReadOwned<T> = Acquiring<Arc<RwLock<T>>, Upgradable>;

/// What [`RwLockUpgradableReadGuard::upgrade`](UpgradableGuard::upgrade) returns.
pub type Upgrade<'a, T> = Upgrading<&'a RwLock<T>>;

/// The same for an owned guard.
///
/// [`upgrade`](UpgradableGuard::upgrade) has an example.
pub type UpgradeOwned<T> = Upgrading<Arc<RwLock<T>>>;

/// What [`RwLock::write`] returns.
pub type Write<'a, T> = Acquiring<&'a RwLock<T>, Exclusive>;

/// What [`RwLock::write_owned`] returns.
pub type WriteOwned<T> = Acquiring<Arc<RwLock<T>>, Exclusive>;

// SAFETY: the value moves with the lock.
unsafe impl<T: ?Sized + Send> Send for RwLock<T> {}
// SAFETY: through `&RwLock` a thread gets `&mut T`, hence `T: Send`; and several get `&T` at once,
// hence `T: Sync`.
unsafe impl<T: ?Sized + Send + Sync> Sync for RwLock<T> {}

// SAFETY: both are fields; the value is reached through the cell by guards, and otherwise only
// with `&mut self` or `self`.
unsafe impl<T: ?Sized> Lockable for RwLock<T> {
    type Value = T;
    type Kind = OfRwLock;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        &self.raw
    }

    #[inline(always)]
    fn value(&self) -> *mut T {
        self.value.get()
    }
}

impl<T: ?Sized> Shareable for RwLock<T> {}

/// The greatest limit of readers; tokio's.
const MAX_LIMIT: u32 = u32::MAX >> 3;

/// Panics if a lock can't have this limit of readers.
#[track_caller]
const fn check_limit(max_readers: u32) {
    assert!(
        max_readers > 0,
        "a RwLock may not be created with 0 readers: what nobody may read is a `Mutex`"
    );
    assert!(
        max_readers <= MAX_LIMIT,
        "an `RwLock` may be created with at most `u32::MAX >> 3` readers"
    );
}

impl<T> RwLock<T> {
    const_fn! {
        /// A lock that is free, usable in a `static`.
        ///
        /// ```
        /// static NAMES: ironfence::RwLock<Vec<String>> = ironfence::RwLock::new(Vec::new());
        /// ```
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn new(value: T) -> Self {
            Self { raw: RawLock::new(), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// A lock at this level, from 0 to 15. Every other lock is at level 0, but those of a struct with
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
        /// static SEATS: ironfence::RwLock<Vec<u32>> = ironfence::RwLock::at_level(Vec::new(), 1);
        /// ```
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn at_level(value: T, level: u8) -> Self {
            Self { raw: RawLock::with(MAX_READERS, false, level), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// A lock that is had strictly in the order of the first polls, as [`Mutex::fifo`] is. Readers
        /// that come one after the other are in together. (Of readers that were woken together, the one
        /// that came last answers for all: when it has come in, or gone away, a writer no longer waits for
        /// those of them that have not been polled.)
        ///
        /// [`Mutex::fifo`]: crate::Mutex::fifo
        ///
        /// ```
        /// static NAMES: ironfence::RwLock<Vec<String>> = ironfence::RwLock::fifo(Vec::new());
        /// ```
        ///
        /// In a struct that derives `Guarded`, `#[guarded(rwlock(fifo))]` is such a field.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn fifo(value: T) -> Self {
            Self { raw: RawLock::with(MAX_READERS, true, 0), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// The same as [`RwLock::new`], under tokio's name for it.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub const fn const_new(value: T) -> Self {
            Self::new(value)
        }
    }

    const_fn! {
        /// A lock that at most `max_readers` may read at once; further ones wait.
        ///
        /// The lock word has room for 131 071 readers, which is the limit of every other lock and
        /// of those made with a greater one here.
        ///
        /// # Panics
        /// If `max_readers` is greater than `u32::MAX >> 3`, as in tokio, or 0: what nobody may read
        /// is a [`Mutex`](crate::Mutex).
        #[track_caller]
        pub const fn with_max_readers(value: T, max_readers: u32) -> Self {
            check_limit(max_readers);
            Self { raw: RawLock::with(max_readers, false, 0), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// A lock that is had strictly in the order of the first polls, as [`RwLock::fifo`] says, and
        /// that at most `max_readers` may read at once, as [`RwLock::with_max_readers`] says.
        ///
        /// # Panics
        /// If `max_readers` is 0 or greater than `u32::MAX >> 3`.
        ///
        /// ```
        /// use ironfence::RwLock;
        ///
        /// static SLOTS: RwLock<Vec<u32>> = RwLock::fifo_with_max_readers(Vec::new(), 2);
        /// let both = (SLOTS.try_read().unwrap(), SLOTS.try_read().unwrap());
        /// assert!(SLOTS.try_read().is_err(), "two may read");
        /// ```
        #[track_caller]
        pub const fn fifo_with_max_readers(value: T, max_readers: u32) -> Self {
            check_limit(max_readers);
            Self { raw: RawLock::with(max_readers, true, 0), value: UnsafeCell::new(value) }
        }
    }

    const_fn! {
        /// The same as [`RwLock::with_max_readers`], under tokio's name for it.
        ///
        /// # Panics
        /// If `max_readers` is 0 or greater than `u32::MAX >> 3`.
        #[track_caller]
        pub const fn const_with_max_readers(value: T, max_readers: u32) -> Self {
            Self::with_max_readers(value, max_readers)
        }
    }

    /// The value. Nobody can hold a guard here.
    ///
    /// [`get_mut`](Self::get_mut) has an example.
    pub fn into_inner(self) -> T {
        self.value.into_inner()
    }
}

impl<T: ?Sized> RwLock<T> {
    /// Takes the lock for reading, waiting for it if need be.
    ///
    /// # Cancel safety
    /// See [`Acquiring`]. Fairness: see [`RwLock`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = ironfence::RwLock::new(1);
    /// assert_eq!(*lock.read().await, 1);
    /// # }
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn read(&self) -> Read<'_, T> {
        Acquiring::new(self)
    }

    /// Takes the lock for reading, waiting only if somebody writes: not for writers that wait, so a
    /// task that may hold a read guard already does not wait for itself.
    ///
    /// Use it for that and nothing else: readers that come this way can starve a writer.
    ///
    /// # Cancel safety
    /// See [`Acquiring`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// # use std::future::Future;
    /// let lock = ironfence::RwLock::new(1);
    /// let outer = lock.read().await;
    /// let mut writer = std::pin::pin!(lock.write());
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// assert!(writer.as_mut().poll(&mut context).is_pending()); // a writer waits
    /// assert_eq!(*lock.read_recursive().await, *outer); // `read` would wait for it
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn read_recursive(&self) -> ReadRecursive<'_, T> {
        Acquiring::new(self)
    }

    /// Takes the lock for reading beside other readers, with the right to
    /// [`upgrade`](UpgradableGuard::upgrade) later. Only one may have that right at a time; who
    /// asks for it meanwhile waits.
    ///
    /// # Cancel safety
    /// See [`Acquiring`]. Fairness: see [`RwLock`].
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn upgradable_read(&self) -> UpgradableRead<'_, T> {
        Acquiring::new(self)
    }

    /// Takes the lock for writing, waiting for it if need be.
    ///
    /// # Cancel safety
    /// See [`Acquiring`]. Fairness: see [`RwLock`].
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = ironfence::RwLock::new(1);
    /// *lock.write().await += 1;
    /// # }
    /// ```
    #[inline(always)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn write(&self) -> Write<'_, T> {
        Acquiring::new(self)
    }

    /// Takes the lock for reading if that needs no waiting. A free lock is taken even if a waiter
    /// was woken for it.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes, or reads while others are asleep in the queue.
    ///
    /// ```
    /// let lock = ironfence::RwLock::new(1);
    /// let guard = lock.try_read().unwrap();
    /// assert!(lock.try_read().is_ok() && lock.try_write().is_err());
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_read(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        try_guard::<_, Shared>(self)
    }

    /// As [`RwLock::read_recursive`], if that needs no waiting.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_read_recursive(&self) -> Result<RwLockReadGuard<'_, T>, TryLockError> {
        try_guard::<_, Recursive>(self)
    }

    /// As [`RwLock::upgradable_read`], if that needs no waiting.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes or may upgrade, or reads while others are asleep in the queue.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_upgradable_read(&self) -> Result<RwLockUpgradableReadGuard<'_, T>, TryLockError> {
        try_guard::<_, Upgradable>(self)
    }

    /// Takes the lock for writing if that needs no waiting. A free lock is taken even if a waiter
    /// was woken for it.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody reads or writes.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_write(&self) -> Result<RwLockWriteGuard<'_, T>, TryLockError> {
        try_guard::<_, Exclusive>(self)
    }

    /// Takes the lock for reading, waiting with the thread. For code outside async tasks: inside
    /// one it keeps the executor's thread from running others, which is a deadlock if they are to
    /// release.
    ///
    /// [`Mutex::blocking_lock`](crate::Mutex::blocking_lock) has an example.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_read(&self) -> RwLockReadGuard<'_, T> {
        block_for_guard::<_, Shared>(self)
    }

    /// As [`RwLock::upgradable_read`], waiting with the thread as
    /// [`blocking_read`](RwLock::blocking_read) does.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_upgradable_read(&self) -> RwLockUpgradableReadGuard<'_, T> {
        block_for_guard::<_, Upgradable>(self)
    }

    /// Takes the lock for writing, waiting with the thread. For code outside async tasks: inside
    /// one it keeps the executor's thread from running others, which is a deadlock if they are to
    /// release.
    ///
    /// [`Mutex::blocking_lock`](crate::Mutex::blocking_lock) has an example.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_write(&self) -> RwLockWriteGuard<'_, T> {
        block_for_guard::<_, Exclusive>(self)
    }

    /// As [`RwLock::read`], with a guard that keeps the lock alive instead of borrowing it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = std::sync::Arc::new(ironfence::RwLock::new(1));
    /// let guard = lock.clone().read_owned().await;
    /// tokio::spawn(async move { assert_eq!(*guard, 1) }).await.unwrap();
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn read_owned(self: Arc<Self>) -> ReadOwned<T> {
        Acquiring::new(self)
    }

    /// As [`RwLock::read_recursive`], with a guard that keeps the lock alive instead of borrowing it.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = std::sync::Arc::new(ironfence::RwLock::new(1));
    /// let outer = lock.clone().read_owned().await;
    /// let inner = lock.clone().read_recursive_owned().await;
    /// assert_eq!(*outer, *inner);
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn read_recursive_owned(self: Arc<Self>) -> ReadRecursiveOwned<T> {
        Acquiring::new(self)
    }

    /// As [`RwLock::upgradable_read`], with a guard that keeps the lock alive.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn upgradable_read_owned(self: Arc<Self>) -> UpgradableReadOwned<T> {
        Acquiring::new(self)
    }

    /// As [`RwLock::write`], with a guard that keeps the lock alive instead of borrowing it.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn write_owned(self: Arc<Self>) -> WriteOwned<T> {
        Acquiring::new(self)
    }

    /// As [`RwLock::try_read`], with a guard that keeps the lock alive.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes, or reads while others are asleep in the queue.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_read_owned(self: Arc<Self>) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        try_guard::<_, Shared>(self)
    }

    /// As [`RwLock::try_read_recursive`], with a guard that keeps the lock alive.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_read_recursive_owned(
        self: Arc<Self>,
    ) -> Result<OwnedRwLockReadGuard<T>, TryLockError> {
        try_guard::<_, Recursive>(self)
    }

    /// As [`RwLock::try_upgradable_read`], with a guard that keeps the lock alive.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody writes or may upgrade, or reads while others are asleep in the queue.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_upgradable_read_owned(
        self: Arc<Self>,
    ) -> Result<OwnedRwLockUpgradableReadGuard<T>, TryLockError> {
        try_guard::<_, Upgradable>(self)
    }

    /// As [`RwLock::try_write`], with a guard that keeps the lock alive.
    ///
    /// # Errors
    /// [`TryLockError`] if somebody reads or writes.
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_write_owned(self: Arc<Self>) -> Result<OwnedRwLockWriteGuard<T>, TryLockError> {
        try_guard::<_, Exclusive>(self)
    }

    /// As [`RwLock::blocking_read`], with a guard that keeps the lock alive.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_read_owned(self: Arc<Self>) -> OwnedRwLockReadGuard<T> {
        block_for_guard::<_, Shared>(self)
    }

    /// As [`RwLock::blocking_upgradable_read`], with a guard that keeps the lock alive.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_upgradable_read_owned(self: Arc<Self>) -> OwnedRwLockUpgradableReadGuard<T> {
        block_for_guard::<_, Upgradable>(self)
    }

    /// As [`RwLock::blocking_write`], with a guard that keeps the lock alive.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_write_owned(self: Arc<Self>) -> OwnedRwLockWriteGuard<T> {
        block_for_guard::<_, Exclusive>(self)
    }

    /// Takes the lock for reading, calls `f` with the value, releases, and returns what `f` did.
    ///
    /// Nothing can be awaited while the lock is held, and the guard can't outlive its use.
    ///
    /// # Cancel safety
    /// `f` is called at once when the lock is had, so it has either run whole or not at all.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let words = ironfence::RwLock::new(vec!["a", "b"]);
    /// assert_eq!(words.with_read(|words| words.len()).await, 2);
    /// # }
    /// ```
    #[cfg_attr(feature = "check", track_caller)]
    pub fn with_read<R, F>(&self, f: F) -> With<&Self, Shared, F, R>
    where
        F: FnOnce(&T) -> R, // no borrow of the value, no `async` closure: to await, take a guard by `read().await`
    {
        With::new(self.read(), f)
    }

    /// Takes the lock for writing, calls `f` with the value, releases, and returns what `f` did.
    ///
    /// Nothing can be awaited while the lock is held, and the guard can't outlive its use.
    ///
    /// # Cancel safety
    /// `f` is called at once when the lock is had, so it has either run whole or not at all.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let words = ironfence::RwLock::new(vec!["a", "b"]);
    /// assert_eq!(words.with_write(|words| words.pop()).await, Some("b"));
    /// # }
    /// ```
    #[cfg_attr(feature = "check", track_caller)]
    pub fn with_write<R, F>(&self, f: F) -> With<&Self, Exclusive, F, R>
    where
        F: FnOnce(&mut T) -> R, // no borrow of the value, no `async` closure: to await, take a guard by `write().await`
    {
        With::new(self.write(), f)
    }

    /// True if somebody reads or writes now. It may be otherwise a moment later: for reports and for
    /// assertions, not to decide whether to lock, which is what the `try_` methods are for.
    ///
    /// ```
    /// let lock = ironfence::RwLock::new(1);
    /// let guard = lock.try_read();
    /// assert!(lock.is_locked() && !lock.is_locked_exclusive());
    /// drop(guard);
    /// assert!(!lock.is_locked());
    /// ```
    #[inline]
    pub fn is_locked(&self) -> bool {
        self.raw.is_held()
    }

    /// True if somebody writes now. As for [`RwLock::is_locked`], it may be otherwise a moment later.
    #[inline]
    pub fn is_locked_exclusive(&self) -> bool {
        self.raw.is_exclusive()
    }

    /// How many read now, one with an upgradable guard among them. As for [`RwLock::is_locked`], it may
    /// be otherwise a moment later.
    ///
    /// ```
    /// let lock = ironfence::RwLock::new(1);
    /// let both = (lock.try_read(), lock.try_upgradable_read());
    /// assert_eq!(lock.reader_count(), 2);
    /// ```
    #[inline]
    pub fn reader_count(&self) -> usize {
        self.raw.sharing() as usize
    }

    /// The value, without locking: `&mut self` proves that nobody holds a guard.
    ///
    /// ```
    /// let mut lock = ironfence::RwLock::new(1);
    /// *lock.get_mut() += 1;
    /// assert_eq!(lock.into_inner(), 2);
    /// ```
    pub fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T: ?Sized, U: ?Sized> SharedGuard<PartOf<'_, Arc<RwLock<T>>>, U> {
    /// The [`RwLock`] that this guard was taken from.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.handle().whole
    }
}

impl<'a, T: ?Sized> RwLockWriteGuard<'a, T> {
    /// The [`RwLock`] that this guard was taken from.
    pub fn rwlock(this: &Self) -> &'a RwLock<T> {
        this.handle()
    }
}

impl<T: ?Sized> OwnedRwLockWriteGuard<T> {
    /// The [`RwLock`] that this guard was taken from.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        this.handle()
    }
}

impl<T: ?Sized, U: ?Sized> ExclusiveGuard<PartOf<'_, Arc<RwLock<T>>>, U> {
    /// The [`RwLock`] that this guard was taken from.
    pub fn rwlock(this: &Self) -> &Arc<RwLock<T>> {
        &this.handle().whole
    }
}

impl<T> From<T> for RwLock<T> {
    fn from(value: T) -> Self {
        let lock = Self::new(value);
        lock.raw.mark.has_no_place();
        lock
    }
}

impl<T: Default> Default for RwLock<T> {
    fn default() -> Self {
        Self::from(T::default())
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for RwLock<T> {
    /// Never waits: a value that is being written shows as `<locked>`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct("RwLock");
        match self.try_read() {
            Ok(value) => out.field("data", &&*value),
            Err(_) => out.field("data", &format_args!("<locked>")),
        };
        out.finish()
    }
}
