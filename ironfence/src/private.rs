//! L6: what generated code may name, and nothing more. No part of the public interface.

pub use alloc::sync::Arc;
pub use core;

#[cfg(feature = "derive")]
pub use ironfence_macros::shown;

#[cfg(feature = "std")]
pub use crate::testing::run;
#[cfg(feature = "derive")]
pub use crate::{__ironfence_steps as steps, __ironfence_with as with};
pub use crate::{
    foreign::{
        AsyncMutex, AsyncRwLock, Request as ForeignRequest,
        set::{
            BlockingForeignSet, CopyForeign, ForeignFuture, ForeignSet, ForeignSnapshot, Stop,
            foreign_session, try_foreign,
        },
    },
    futures,
    levels::{Behind, MayBeNested, NestedLevel, Outermost, put_at_level, session, then, then_all},
    mutex::Mutex,
    order::{
        level::{Height, Level},
        owned::{OwnedSet, owned_set},
        place::{Field, Forwards, MayLock, Place, Start},
        request::{Request, Within},
        row::{Extent, Places, offsets},
        session::{Both, Nesting, Outer, Root, Step, Token},
        set::{
            AskBy, Asked, Asking, BlockingSet, Free, Inside, IsMutex, IsRwLock, LockAll, Locked,
            NoSet, NotAsked, Read, ReadAll, Set, SetFuture, Slot, Upgradable, Write, try_set,
        },
        together::Together,
        with::WithHeld,
    },
    rwlock::RwLock,
    snapshot::Snapshot,
    testing::test_of,
    twin::{Apart, ComesApart, CopyField, CopyTwin, Guarded, Twin, name},
};
