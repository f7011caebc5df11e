//! L6: what generated code may name, and nothing more. No part of the public interface.

pub use core;

pub use crate::{
    foreign::{
        AsyncMutex, AsyncRwLock,
        set::{
            BlockingForeignSet, CopyForeign, ForeignFuture, ForeignSet, ForeignSnapshot, Stop,
            try_foreign,
        },
    },
    futures,
    mutex::Mutex,
    order::{
        place::{Field, NotYet, Place, Reaches, Start},
        session::{Nesting, Outer, Root, Step, Token, both},
        set::{
            Asking, BlockingSet, Free, Inside, IsMutex, IsRwLock, LockAll, Locked, NoSet, NotAsked,
            Read, ReadAll, Set, SetFuture, Slot, Write, try_set,
        },
        taking::Walker,
    },
    rwlock::RwLock,
    snapshot::Snapshot,
    twin::{CopyField, CopyNested, CopyTwin, Guarded, Twin, copy_guarded, name},
};
