//! Other people's locks: what a lock must be able to do to take part in sets, sessions and snapshots,
//! in groups, and in code that is generic over whose lock it is.
//!
//! [`AsyncMutex`] and [`AsyncRwLock`] are safe to implement: a lock that lies about itself costs its
//! own users a deadlock. Ours implement them too. For several locks that are all ours there is
//! something better than [`lock_pair`] and [`lock_all`] here: their namesakes at the crate's root,
//! which know our locks and so need not keep their guards while they wait for more.

// L5.

#[cfg(feature = "async-lock")]
mod async_lock;
#[cfg(feature = "tokio")]
pub(crate) mod inline;
mod request;
pub(crate) mod set;
mod shapes;
mod taking;
pub(crate) mod together;
#[cfg(feature = "tokio")]
pub(crate) mod tokio;

use core::{
    future::Future,
    ops::{Deref, DerefMut},
};

use crate::{
    acquiring::Acquiring,
    mutex::{Mutex, MutexGuard},
    raw::{
        handle::Lockable,
        permit::{Exclusive, Shared},
    },
    rwlock::{RwLock, RwLockReadGuard, RwLockWriteGuard},
    watch::Field,
};

pub use self::{
    request::{Request, ToLock, ToRead, ToWrite, lock, read, write},
    together::{lock_all, lock_pair},
};

/// A lock that one at a time may hold, across `.await`s too: ours, or another library's.
///
/// Implemented for [`Mutex`]; with the feature `tokio` for `tokio::sync::Mutex`, and with
/// `async-lock` for `async_lock::Mutex`. Implement it for another one to write
/// `#[guarded(mutex, with = theirs::Mutex)]`, and see [`AsyncRwLock`] for locks that can be shared.
///
/// Fairness, cancel safety and panics are those of the lock, not of the trait.
///
/// # Implementing it
/// [`Lock`](AsyncMutex::Lock) is a future with a name. Where a library has none (its `lock` is an
/// `async fn`), make one: of its `poll_lock`, say, or of a box, as here.
///
/// ```
/// use std::{future::Future, ops::DerefMut, pin::Pin};
/// use ironfence::AsyncMutex;
/// # mod theirs {
/// #     pub struct Mutex<T>(ironfence::Mutex<T>);
/// #     pub type Guard<'a, T> = ironfence::MutexGuard<'a, T>;
/// #     impl<T> Mutex<T> {
/// #         pub fn new(value: T) -> Self { Self(ironfence::Mutex::new(value)) }
/// #         pub fn into_inner(self) -> T { self.0.into_inner() }
/// #         pub async fn lock(&self) -> Guard<'_, T> { self.0.lock().await }
/// #         pub fn try_lock(&self) -> Option<Guard<'_, T>> { self.0.try_lock().ok() }
/// #     }
/// # }
///
/// /// A newtype, as both the trait and the lock are from elsewhere.
/// struct Adapted<T>(theirs::Mutex<T>);
///
/// impl<T: Send> AsyncMutex for Adapted<T> {
///     type Value = T;
///     type Guard<'a> = theirs::Guard<'a, T> where T: 'a;
///     type Lock<'a> = Pin<Box<dyn Future<Output = Self::Guard<'a>> + Send + 'a>> where T: 'a;
///
///     fn new(value: T) -> Self { Self(theirs::Mutex::new(value)) }
///     fn into_inner(self) -> T { self.0.into_inner() }
///     fn lock(&self) -> Self::Lock<'_> { Box::pin(self.0.lock()) }
///     fn try_lock(&self) -> Option<Self::Guard<'_>> { self.0.try_lock() }
/// }
///
/// /// Works with any of them.
/// async fn next<M: AsyncMutex<Value = u32>>(counter: &M) -> u32 {
///     let mut count = counter.lock().await;
///     *count += 1;
///     *count
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(next(&Adapted::new(1)).await, 2);
/// assert_eq!(next(&ironfence::Mutex::new(1)).await, 2);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known as an async mutex",
    label = "`AsyncMutex` is not implemented for this",
    note = "the features `tokio` and `async-lock` implement it for `tokio::sync::Mutex` and `async_lock::Mutex`; for another lock, implement `ironfence::AsyncMutex`"
)]
pub trait AsyncMutex {
    /// What it guards.
    type Value: ?Sized;

    /// Access to the value; dropping it releases the lock.
    type Guard<'a>: DerefMut<Target = Self::Value>
    where
        Self: 'a;

    /// Waits for the lock. Dropped before its end, it must leave the lock as if it had never been.
    type Lock<'a>: Future<Output = Self::Guard<'a>>
    where
        Self: 'a;

    /// A mutex that is free.
    ///
    /// [`AsyncMutex`] has an example.
    fn new(value: Self::Value) -> Self
    where
        Self: Sized,
        Self::Value: Sized;

    /// As [`new`](AsyncMutex::new), at this offset in a twin `T`: for the lock checker, if it knows such locks.
    #[doc(hidden)]
    #[inline]
    fn new_field<T>(value: Self::Value, offset: usize, field: impl Into<Field>) -> Self
    where
        Self: Sized,
        Self::Value: Sized,
    {
        let _ = (offset, field.into());
        Self::new(value)
    }

    /// The value. Nobody can hold a guard here.
    ///
    /// [`AsyncMutex`] has an example.
    fn into_inner(self) -> Self::Value
    where
        Self: Sized,
        Self::Value: Sized;

    /// At which level it is among locks that are [taken together](lock_all): those at a lower one come first. A lock says
    /// the same each time; one that knows no levels is at level 0. One that has a lock of ours inside says its level.
    #[inline]
    fn level(&self) -> u8 {
        0
    }

    /// Locks, waiting for it if need be.
    ///
    /// [`AsyncMutex`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn lock(&self) -> Self::Lock<'_>;

    /// Locks if that needs no waiting.
    ///
    /// [`AsyncMutex`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn try_lock(&self) -> Option<Self::Guard<'_>>;

    /// Locks, waiting with the thread: polls [`lock`](AsyncMutex::lock), unless the library has a way
    /// of its own, which it may restrict to certain places, as tokio does.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    fn blocking_lock(&self) -> Self::Guard<'_> {
        crate::block::block_on(self.lock())
    }
}

/// A lock that many may read at once, or one may write, across `.await`s too: ours, or another
/// library's.
///
/// Implemented for [`RwLock`]; with the feature `tokio` for `tokio::sync::RwLock`, and with
/// `async-lock` for `async_lock::RwLock`. Implement it for another one to write
/// `#[guarded(rwlock, with = theirs::RwLock)]`; [`AsyncMutex`] shows how.
///
/// Fairness, cancel safety and panics are those of the lock, not of the trait.
///
/// ```
/// use ironfence::AsyncRwLock;
///
/// /// Works with any of them.
/// async fn longest<L: AsyncRwLock<Value = Vec<String>>>(words: &L) -> usize {
///     words.read().await.iter().map(String::len).max().unwrap_or(0)
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// assert_eq!(longest(&ironfence::RwLock::new(vec!["one".into(), "three".into()])).await, 5);
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not known as an async rwlock",
    label = "`AsyncRwLock` is not implemented for this",
    note = "the features `tokio` and `async-lock` implement it for `tokio::sync::RwLock` and `async_lock::RwLock`; for another lock, implement `ironfence::AsyncRwLock`"
)]
pub trait AsyncRwLock {
    /// What it guards.
    type Value: ?Sized;

    /// Access to the value beside other readers; dropping it releases the hold.
    type ReadGuard<'a>: Deref<Target = Self::Value>
    where
        Self: 'a;

    /// Access to the value for one alone; dropping it releases the lock.
    type WriteGuard<'a>: DerefMut<Target = Self::Value>
    where
        Self: 'a;

    /// Waits to read. Dropped before its end, it must leave the lock as if it had never been.
    type Read<'a>: Future<Output = Self::ReadGuard<'a>>
    where
        Self: 'a;

    /// Waits to write. Dropped before its end, it must leave the lock as if it had never been.
    type Write<'a>: Future<Output = Self::WriteGuard<'a>>
    where
        Self: 'a;

    /// A lock that is free.
    ///
    /// [`AsyncRwLock`] has an example.
    fn new(value: Self::Value) -> Self
    where
        Self: Sized,
        Self::Value: Sized;

    /// As [`new`](AsyncRwLock::new), at this offset in a twin `T`: for the lock checker, if it knows such locks.
    #[doc(hidden)]
    #[inline]
    fn new_field<T>(value: Self::Value, offset: usize, field: impl Into<Field>) -> Self
    where
        Self: Sized,
        Self::Value: Sized,
    {
        let _ = (offset, field.into());
        Self::new(value)
    }

    /// The value. Nobody can hold a guard here.
    ///
    /// [`AsyncRwLock`] has an example.
    fn into_inner(self) -> Self::Value
    where
        Self: Sized,
        Self::Value: Sized;

    /// At which level it is among locks that are [taken together](lock_all): those at a lower one come first. A lock says
    /// the same each time; one that knows no levels is at level 0. One that has a lock of ours inside says its level.
    #[inline]
    fn level(&self) -> u8 {
        0
    }

    /// Takes the lock for reading, waiting for it if need be.
    ///
    /// [`AsyncRwLock`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn read(&self) -> Self::Read<'_>;

    /// Takes the lock for writing, waiting for it if need be.
    ///
    /// [`AsyncRwLock`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn write(&self) -> Self::Write<'_>;

    /// Takes the lock for reading if that needs no waiting.
    ///
    /// [`AsyncRwLock`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn try_read(&self) -> Option<Self::ReadGuard<'_>>;

    /// Takes the lock for writing if that needs no waiting.
    ///
    /// [`AsyncRwLock`] has an example.
    #[cfg_attr(feature = "check", track_caller)]
    fn try_write(&self) -> Option<Self::WriteGuard<'_>>;

    /// Takes the lock for reading, waiting with the thread: polls [`read`](AsyncRwLock::read), unless
    /// the library has a way of its own, which it may restrict to certain places, as tokio does.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    fn blocking_read(&self) -> Self::ReadGuard<'_> {
        crate::block::block_on(self.read())
    }

    /// Takes the lock for writing, waiting with the thread, as
    /// [`blocking_read`](AsyncRwLock::blocking_read) does.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    fn blocking_write(&self) -> Self::WriteGuard<'_> {
        crate::block::block_on(self.write())
    }
}

/// Implements both traits for a library's two locks, which have the methods of the same names.
///
/// `named` makes a future with a name of the one that a method returns, `tried` an option of what a
/// `try_` method returns; `blocking = own` says that there are `blocking_` methods too, and
/// `known = ours` that they have levels, and that the lock checker knows them.
macro_rules! adapt {
    (
        T $(: ?$Sized:ident)?;
        $Mutex:ty { Guard = $Guard:ty, Lock = $Lock:ty }
        $RwLock:ty {
            ReadGuard = $ReadGuard:ty, WriteGuard = $WriteGuard:ty,
            Read = $Read:ty, Write = $Write:ty
        }
        named = |$future:ident| $named:expr,
        tried = |$result:ident| $tried:expr
        $(, blocking = $blocking:ident)?
        $(, known = $known:ident)?
    ) => {
        impl<T $(: ?$Sized)?> $crate::foreign::AsyncMutex for $Mutex {
            type Value = T;
            type Guard<'a> = $Guard where Self: 'a;
            type Lock<'a> = $Lock where Self: 'a;
            adapt!(@constructor);
            adapt!(@wait lock: Lock, |$future| $named);
            adapt!(@try try_lock: Guard, |$result| $tried);
            $(adapt!(@blocking blocking_lock: Guard, $blocking);)?
            $(adapt!(@known $known);)?
        }

        impl<T $(: ?$Sized)?> $crate::foreign::AsyncRwLock for $RwLock {
            type Value = T;
            type ReadGuard<'a> = $ReadGuard where Self: 'a;
            type WriteGuard<'a> = $WriteGuard where Self: 'a;
            type Read<'a> = $Read where Self: 'a;
            type Write<'a> = $Write where Self: 'a;
            adapt!(@constructor);
            adapt!(@wait read: Read, |$future| $named);
            adapt!(@wait write: Write, |$future| $named);
            adapt!(@try try_read: ReadGuard, |$result| $tried);
            adapt!(@try try_write: WriteGuard, |$result| $tried);
            $(adapt!(@blocking blocking_read: ReadGuard, $blocking);)?
            $(adapt!(@blocking blocking_write: WriteGuard, $blocking);)?
            $(adapt!(@known $known);)?
        }
    };
    (@constructor) => {
        // By `From`: to the checker all locks made here would be of one class otherwise.
        fn new(value: T) -> Self where T: Sized {
            value.into()
        }

        fn into_inner(self) -> T where T: Sized {
            self.into_inner()
        }
    };
    (@wait $method:ident: $Future:ident, |$future:ident| $named:expr) => {
        #[inline]
        #[cfg_attr(feature = "check", track_caller)]
        fn $method(&self) -> Self::$Future<'_> {
            let $future = Self::$method(self);
            $named
        }
    };
    (@try $method:ident: $Guard:ident, |$result:ident| $tried:expr) => {
        #[inline]
        #[cfg_attr(feature = "check", track_caller)]
        fn $method(&self) -> Option<Self::$Guard<'_>> {
            let $result = Self::$method(self);
            $tried
        }
    };
    (@blocking $method:ident: $Guard:ident, own) => {
        #[cfg(feature = "std")]
        #[cfg_attr(feature = "check", track_caller)]
        fn $method(&self) -> Self::$Guard<'_> {
            Self::$method(self)
        }
    };
    (@known ours) => {
        #[inline]
        fn new_field<Twin>(value: T, offset: usize, field: impl Into<Field>) -> Self where T: Sized {
            let lock = Self::from(value);
            let twin = core::ptr::from_ref(&lock).wrapping_byte_sub(offset).cast::<Twin>();
            lock.raw().mark.is_field(twin, field.into());
            lock
        }

        #[inline]
        fn level(&self) -> u8 {
            self.raw().level()
        }
    };
}
#[cfg(any(feature = "tokio", feature = "async-lock"))]
use adapt;

adapt! {
    T: ?Sized;
    Mutex<T> { Guard = MutexGuard<'a, T>, Lock = Acquiring<&'a Self, Exclusive> }
    RwLock<T> {
        ReadGuard = RwLockReadGuard<'a, T>, WriteGuard = RwLockWriteGuard<'a, T>,
        Read = Acquiring<&'a Self, Shared>, Write = Acquiring<&'a Self, Exclusive>
    }
    // Pairs and sets of them see to the order; the checker takes the caller's word for it.
    named = |future| future.nested(),
    tried = |result| result.ok(),
    blocking = own,
    known = ours
}
