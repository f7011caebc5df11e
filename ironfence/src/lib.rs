#![doc = include_str!("../../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// L0 to L6: imports go from later to earlier lines only.
#[cfg(feature = "std")]
mod block;
mod guard;
mod mutex;
mod queue;
mod raw;
mod rwlock;
mod snapshot;
mod sync;
mod twin;
mod with;

#[cfg(all(test, loom))]
mod models;

#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(feature = "derive")]
pub use ironfence_macros::Guarded;

pub use guard::{Acquiring, ExclusiveGuard, SharedGuard, TryLockError};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};
pub use rwlock::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};
pub use snapshot::Snapshot;
pub use twin::{Guarded, Twin};
pub use with::With;

/// The futures of this crate, named.
pub mod futures {
    use alloc::sync::Arc;

    use crate::{
        guard::Acquiring,
        mutex::Mutex,
        raw::permit::{Exclusive, Shared},
        rwlock::RwLock,
    };
    pub use crate::{snapshot::Snapshot, with::With};

    /// What [`Mutex::lock`] returns.
    pub type Lock<'a, T> = Acquiring<&'a Mutex<T>, Exclusive>;
    /// What [`Mutex::lock_owned`] returns.
    pub type LockOwned<T> = Acquiring<Arc<Mutex<T>>, Exclusive>;
    /// What [`RwLock::read`] returns.
    pub type Read<'a, T> = Acquiring<&'a RwLock<T>, Shared>;
    /// What [`RwLock::read_owned`] returns.
    pub type ReadOwned<T> = Acquiring<Arc<RwLock<T>>, Shared>;
    /// What [`RwLock::write`] returns.
    pub type Write<'a, T> = Acquiring<&'a RwLock<T>, Exclusive>;
    /// What [`RwLock::write_owned`] returns.
    pub type WriteOwned<T> = Acquiring<Arc<RwLock<T>>, Exclusive>;
}
