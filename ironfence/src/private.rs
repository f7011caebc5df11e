//! L6: what generated code may name, and nothing more. No part of the public interface.

pub use core;

pub use crate::{
    mutex::Mutex,
    order::taking::Walker,
    rwlock::RwLock,
    snapshot::Snapshot,
    twin::{CopyField, CopyNested, CopyTwin, Guarded, Twin, copy_guarded},
};
