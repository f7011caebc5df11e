// The README's links to the guide lead to docs.rs; here they lead to the guide beside it. The first
// definition counts.
#![doc = "[situations]: guide::situations"]
#![doc = "[choosing]: guide::choosing"]
#![doc = "[Migrating]: guide::migrating"]
#![doc = "[wrong]: guide::what_can_go_wrong"]
#![doc = include_str!("../README.md")]
#![cfg_attr(not(any(feature = "std", test)), no_std)]
#![cfg_attr(docsrs, feature(doc_cfg))]
// In the models some of the numbers in `sync.rs` are 0.
#![cfg_attr(
    any(ironfence_loom, ironfence_shuttle),
    allow(clippy::absurd_extreme_comparisons, clippy::unnecessary_min_or_max)
)]

extern crate alloc;

// In the order of the layers; imports go upwards only.

// L0: std, or loom or shuttle
mod sync;
mod waking;

// L1: the wait list, what the checker is told, waiting with a thread
#[cfg(feature = "std")]
mod block;
mod budget;
mod lookout;
mod queue;
mod watch;

// L2: the lock without a value
mod raw;

// L3: guards
mod acquiring;
mod guard;
mod with;

// L4: the public locks
mod mutex;
mod rwlock;

mod arc_field;
#[doc(hidden)]
pub mod in_an_arc;

// L5: several locks at once, other people's too, twins, and what runs beside
#[cfg(feature = "check")]
pub mod check;
mod order;

pub mod foreign;
mod levels;
#[cfg(feature = "check")]
mod naming;
mod snapshot;
#[cfg(feature = "stats")]
pub mod stats;
pub mod task;
mod testing;
mod twin;

// L6: for generated code
#[doc(hidden)]
#[path = "private.rs"]
pub mod __private;
#[cfg(feature = "derive")]
mod shown;

// What tries all this under loom and shuttle lies in packages of its own, which are built from this file.
#[cfg(all(test, ironfence_loom))]
#[path = "../../models/loom/mod.rs"]
mod models;
#[cfg(all(test, ironfence_shuttle))]
#[path = "../../models/shuttle/mod.rs"]
mod programs;

#[cfg(feature = "derive")]
pub use ironfence_macros::{Guarded, test};

pub use acquiring::{Acquiring, TryLockError};
pub use arc_field::{
    ArcField, ArcFieldMutexGuard, ArcFieldReadGuard, ArcFieldUpgradableReadGuard,
    ArcFieldWriteGuard,
};
pub use foreign::{AsyncMutex, AsyncRwLock};
pub use guard::{
    Downgraded, ExclusiveGuard, ExclusivePart, SharedGuard, SharedPart, UpgradableGuard,
};
pub use mutex::{MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard};
pub use order::{
    place::MayLock,
    request::Request,
    shapes::{Keyed, ReadOrWrite},
    together::{SameLock, Together, lock_all, lock_pair},
};
pub use raw::handle::PartOf;
pub use rwlock::{
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard,
    OwnedRwLockWriteGuard, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard,
};
pub use snapshot::Snapshot;
pub use twin::{Guarded, Twin};
pub use with::With;

// Its programs need other crates, so they are tested with the examples.
#[cfg(all(doc, not(doctest)))]
pub mod guide;

/// The futures of this crate, named.
pub mod futures {
    #[cfg(feature = "tokio")]
    pub use crate::foreign::{
        inline::Inline,
        tokio::{TokioLock, TokioRead, TokioWrite},
    };
    pub use crate::{
        acquiring::Upgrading,
        arc_field::{
            ArcFieldLock, ArcFieldRead, ArcFieldUpgradableRead, ArcFieldUpgrade, ArcFieldWrite,
        },
        foreign::{
            set::{ForeignFuture, ForeignSnapshot},
            together::ForeignTogether,
        },
        mutex::{Lock, LockOwned},
        order::{
            owned::{OwnedSet, OwnedSetFuture},
            session::Step,
            set::SetFuture,
            together::{LockAll, Together},
            with::WithHeld,
        },
        rwlock::{
            Read, ReadOwned, ReadRecursive, ReadRecursiveOwned, UpgradableRead,
            UpgradableReadOwned, Upgrade, UpgradeOwned, Write, WriteOwned,
        },
        snapshot::Snapshot,
        with::With,
    };
}

/// Sets of the locks of one twin: what the types that the derive writes are made of.
///
/// You meet these in the types that an editor or an error shows: `bank.locks().write_accounts()` is
/// a `BankLocks<'_, Write<accounts>, NotAsked<journal>>`, and what it is awaited to a `BankHeld` with
/// a guard, and a [`NotAsked`](sets::NotAsked), by the names of the fields. See
/// [the derive](derive@crate::Guarded#several-locks) for how to use it.
pub mod sets {
    pub use crate::order::set::{
        AskBy, Inside, LockAll, Locked, NotAsked, Read, ReadAll, Set, SetFuture, Upgradable, Write,
    };
}

/// Sessions over the locks of one twin: what the types that the derive writes are made of.
///
/// `bank.session()` is a `BankSession<'_, Start, Root>`; after `write_accounts` it is a
/// `BankSession<'_, bank_fields::accounts>`. See [`MayLock`] for functions that take one, and
/// [the derive](derive@crate::Guarded#several-locks) for how to use it.
pub mod sessions {
    pub use crate::order::{
        place::{MayLock, Start},
        session::{Both, Outer, Root, Step},
    };
}
