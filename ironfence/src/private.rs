//! L6: what generated code may name, and nothing more. No part of the public interface.

pub use core;

pub use crate::{
    foreign::{
        AsyncMutex, AsyncRwLock,
        set::{
            BlockingForeignSet, CopyForeign, ForeignFuture, ForeignSet, ForeignSnapshot, Stages,
            Stop, try_foreign,
        },
    },
    futures,
    mutex::Mutex,
    order::{
        place::{Field, Forwards, MayLock, Place, Start},
        row::{Extent, Places, offsets},
        session::{Both, Nesting, Outer, Root, Step, Token},
        set::{
            Asking, BlockingSet, Free, Inside, IsMutex, IsRwLock, LockAll, Locked, NoSet, NotAsked,
            Read, ReadAll, Set, SetFuture, Slot, Write, try_set,
        },
    },
    rwlock::RwLock,
    snapshot::Snapshot,
    twin::{Apart, ComesApart, CopyField, CopyTwin, Guarded, Twin, name},
};
