//! L4: a lock inside of what an `Arc` keeps alive.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::{fmt, marker::PhantomData, ptr::NonNull};

#[cfg(feature = "std")]
use crate::acquiring::block_for_guard;
use crate::{
    acquiring::{Acquiring, TryLockError, Upgrading, try_guard},
    guard::{ExclusiveGuard, SharedGuard, UpgradableGuard},
    mutex::Mutex,
    raw::{
        RawLock,
        handle::{Handle, Keeps, Lockable, PartOf, Whole},
        permit::{Exclusive, Shared, Upgradable},
    },
    rwlock::RwLock,
    with::With,
};

/// A lock inside of what an `Arc` keeps alive, such as a field of a twin: its guards are owned, as those
/// of [`lock_owned`](Mutex::lock_owned) are, without an `Arc` for each field.
///
/// Guards and futures keep the whole alive. The guards can do what those of the lock itself can; their
/// types are [`ArcFieldMutexGuard`], [`ArcFieldReadGuard`], [`ArcFieldWriteGuard`] and
/// [`ArcFieldUpgradableReadGuard`]. The futures can be asked for together, by
/// [`lock_pair`](crate::lock_pair) and [`lock_all`](crate::lock_all). A guard is 24 bytes, its future
/// 56, and nothing is allocated. Fairness, cancel safety and panics are those of the lock.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::Arc;
/// use ironfence::{ArcField, Guarded};
///
/// #[derive(Guarded)]
/// struct Bank {
///     #[guarded(mutex)]
///     journal: Vec<String>,
/// }
///
/// let bank = Arc::new(Bank { journal: Vec::new() }.into_guarded());
/// let mut journal = ArcField::new(bank.clone(), |bank| &bank.journal).lock().await;
/// let clerk = tokio::spawn(async move { journal.push("opened".into()) }); // takes the guard along
/// clerk.await.unwrap();
/// assert_eq!(bank.journal.lock().await.len(), 1);
/// # }
/// ```
///
/// A struct that keeps the guard names its type by the owner and the value:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::Arc;
/// use ironfence::{ArcField, ArcFieldReadGuard, RwLock};
///
/// struct Office {
///     seats: RwLock<Vec<u32>>,
/// }
///
/// struct Listing {
///     seats: ArcFieldReadGuard<Office, Vec<u32>>,
/// }
///
/// let office = Arc::new(Office { seats: RwLock::new(vec![1, 2]) });
/// let seats = ArcField::new(office, |office| &office.seats);
/// let listing = Listing { seats: seats.read().await };
/// assert_eq!(listing.seats.len(), 2);
/// assert_eq!(seats.with_read(|seats| seats[0]).await, 1); // without a guard
/// # }
/// ```
pub struct ArcField<O: ?Sized, L: ?Sized> {
    lock: NonNull<L>,
    owner: Arc<O>,
    /// A lifetime in these types may be what the lock lives for, so none is ever exchanged for another:
    /// they are invariant.
    as_found: PhantomData<(*mut O, *mut L)>,
}

/// The guard of a mutex inside of what an `Arc<O>` keeps alive; see [`ArcField`].
pub type ArcFieldMutexGuard<O, T> = ExclusiveGuard<ArcField<O, Mutex<T>>, T>;

/// The guard of an rwlock inside of what an `Arc<O>` keeps alive, taken for reading; see [`ArcField`].
///
/// It may have become one of a part, of type `U`, of the value `T`.
pub type ArcFieldReadGuard<O, T, U = T> = SharedGuard<PartOf<'static, ArcField<O, RwLock<T>>>, U>;

/// The guard of an rwlock inside of what an `Arc<O>` keeps alive, taken for writing; see [`ArcField`].
pub type ArcFieldWriteGuard<O, T> = ExclusiveGuard<ArcField<O, RwLock<T>>, T>;

/// The guard of an rwlock inside of what an `Arc<O>` keeps alive, taken to be read and perhaps upgraded;
/// see [`ArcField`].
pub type ArcFieldUpgradableReadGuard<O, T> = UpgradableGuard<ArcField<O, RwLock<T>>, T>;

/// What `lock` of an [`ArcField`] returns.
pub type ArcFieldLock<O, T> = Acquiring<ArcField<O, Mutex<T>>, Exclusive>;

/// What `read` of an [`ArcField`] returns.
pub type ArcFieldRead<O, T> = Acquiring<ArcField<O, RwLock<T>>, Shared>;

/// What `upgradable_read` of an [`ArcField`] returns.
pub type ArcFieldUpgradableRead<O, T> = Acquiring<ArcField<O, RwLock<T>>, Upgradable>;

/// What [`ArcFieldUpgradableReadGuard::upgrade`](UpgradableGuard::upgrade) returns.
pub type ArcFieldUpgrade<O, T> = Upgrading<ArcField<O, RwLock<T>>>;

/// What `write` of an [`ArcField`] returns.
pub type ArcFieldWrite<O, T> = Acquiring<ArcField<O, RwLock<T>>, Exclusive>;

// SAFETY: it is an `Arc<O>` and a `&L`, and moves as these do.
unsafe impl<O: ?Sized + Send + Sync, L: ?Sized + Sync> Send for ArcField<O, L> {}
// SAFETY: as above.
unsafe impl<O: ?Sized + Send + Sync, L: ?Sized + Sync> Sync for ArcField<O, L> {}

impl<O: ?Sized, L: ?Sized> ArcField<O, L> {
    /// The lock that `field` finds in what `owner` points to, or behind a reference in it.
    ///
    /// [`ArcField`] has an example.
    pub fn new(owner: Arc<O>, field: impl for<'a> FnOnce(&'a O) -> &'a L) -> Self {
        Self { lock: NonNull::from(field(&owner)), owner, as_found: PhantomData }
    }

    /// A lock that is a part of what `owner` points to.
    ///
    /// # Safety
    /// It is there, at this place, as long as what `owner` points to is, and is not borrowed exclusively.
    pub(crate) unsafe fn inside(owner: Arc<O>, lock: &L) -> Self {
        Self { lock: NonNull::from(lock), owner, as_found: PhantomData }
    }

    /// What keeps the lock alive: the [`Arc`] that it was made of.
    pub fn owner(&self) -> &Arc<O> {
        &self.owner
    }

    fn lock_ref(&self) -> &L {
        // SAFETY: `field` returned it for a borrow of any length that `O` and `L` outlive, so it is there as long as
        // what `owner` points to is borrowed; `inside` was promised the same. That may last as long as we do: our
        // type says that `O` and `L` live (and forgets no lifetime of theirs, as it is invariant); what `owner`
        // points to stays where it is; and nobody has it exclusively, as the `Arc` is shared with us.
        unsafe { self.lock.as_ref() }
    }
}

impl<O: ?Sized, L: ?Sized> Clone for ArcField<O, L> {
    fn clone(&self) -> Self {
        Self { lock: self.lock, owner: self.owner.clone(), as_found: PhantomData }
    }
}

// SAFETY: `lock_ref` returns one lock, which stays where it is as long as `owner` or a clone lives, in each
// lifetime that `O` and `L` outlive: see there. Both are invariant. A clone has the same pointer, and keeps the
// same owner. No part.
unsafe impl<O: ?Sized, L: Lockable + ?Sized> Handle for ArcField<O, L> {
    const MAY_TRAVEL: bool = true;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        self.lock_ref().raw()
    }
}

// SAFETY: the same lock. `PartOf<'x, Self>: 'y` says `'x: 'y` and `Self: 'y`, in so many words.
unsafe impl<'x, O: ?Sized, L: Lockable + ?Sized> Keeps<'x> for ArcField<O, L> {
    type Part<U: ?Sized + 'x> = PartOf<'x, Self>;

    #[inline(always)]
    fn into_part<U: ?Sized + 'x>(self) -> PartOf<'x, Self> {
        PartOf::new(self)
    }
}

// SAFETY: `raw` and `whole` are of the lock that `lock_ref` returns, and the value is in it.
// `PartOf<'_, Self>: 'y` says `Self: 'y`.
unsafe impl<O: ?Sized, L: Lockable + ?Sized> Whole for ArcField<O, L> {
    type Lock = L;
    type Reader = PartOf<'static, Self>;

    #[inline(always)]
    fn whole(&self) -> &L {
        self.lock_ref()
    }

    #[inline(always)]
    fn into_reader(self) -> Self::Reader {
        PartOf::new(self)
    }
}

/// The three forms of taking a lock in one way.
macro_rules! forms {
    ($($Lock:ident, $Mode:ident, $Guard:ident: $Future:ident $wait:ident, $try:ident, $blocking:ident;)*) => {$(
        impl<O: ?Sized, T: ?Sized> ArcField<O, $Lock<T>> {
            #[doc = concat!("As [`", stringify!($Lock), "::", stringify!($wait), "`], with a guard that keeps the owner alive.")]
            #[inline]
            #[cfg_attr(feature = "check", track_caller)]
            pub fn $wait(&self) -> $Future<O, T> {
                Acquiring::new(self.clone())
            }

            #[doc = concat!("As [`", stringify!($Lock), "::", stringify!($try), "`], with a guard that keeps the owner alive.")]
            ///
            /// # Errors
            /// [`TryLockError`] if it would have to wait.
            #[inline]
            #[cfg_attr(feature = "check", track_caller)]
            pub fn $try(&self) -> Result<$Guard<O, T>, TryLockError> {
                try_guard::<_, $Mode>(self.clone())
            }

            #[doc = concat!("As [`", stringify!($Lock), "::", stringify!($blocking), "`], with a guard that keeps the owner alive.")]
            #[cfg(feature = "std")]
            #[cfg_attr(feature = "check", track_caller)]
            pub fn $blocking(&self) -> $Guard<O, T> {
                block_for_guard::<_, $Mode>(self.clone())
            }
        }
    )*};
}
forms! {
    Mutex, Exclusive, ArcFieldMutexGuard: ArcFieldLock lock, try_lock, blocking_lock;
    RwLock, Shared, ArcFieldReadGuard: ArcFieldRead read, try_read, blocking_read;
    RwLock, Exclusive, ArcFieldWriteGuard: ArcFieldWrite write, try_write, blocking_write;
    RwLock, Upgradable, ArcFieldUpgradableReadGuard: ArcFieldUpgradableRead upgradable_read, try_upgradable_read, blocking_upgradable_read;
}

/// Taking a lock for the length of a closure.
macro_rules! with {
    ($($Lock:ident, $Mode:ident: $with:ident by $wait:ident, $Value:ty;)*) => {$(
        impl<O: ?Sized, T: ?Sized> ArcField<O, $Lock<T>> {
            #[doc = concat!("As [`", stringify!($Lock), "::", stringify!($with), "`], with a future that keeps the owner alive.")]
            #[cfg_attr(feature = "check", track_caller)]
            pub fn $with<R, F>(&self, f: F) -> With<Self, $Mode, F, R>
            where
                F: FnOnce($Value) -> R, // no borrow of the value, no `async` closure: to await, take a guard by `lock`, `read` or `write`
            {
                With::new(self.$wait(), f)
            }
        }
    )*};
}
with! {
    Mutex, Exclusive: with by lock, &mut T;
    RwLock, Shared: with_read by read, &T;
    RwLock, Exclusive: with_write by write, &mut T;
}

impl<O: ?Sized, L: fmt::Debug + ?Sized> fmt::Debug for ArcField<O, L> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ArcField").field("lock", &self.lock_ref()).finish_non_exhaustive()
    }
}
