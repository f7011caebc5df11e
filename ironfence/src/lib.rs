#![doc = include_str!("../README.md")]
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

// In the order of the layers; imports go upwards only.

// L0: std or loom, threads
#[cfg(feature = "std")]
mod block;
mod sync;

// L1: the wait list
mod queue;

// L2: the lock without a value
mod raw;

// L3: guards
mod guard;
mod with;

// L4: the public locks
mod mutex;
mod rwlock;

// L5: twins, and several locks at once
mod snapshot;
mod twin;

// L6: for generated code
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;

#[cfg(all(test, loom))]
mod models;

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
