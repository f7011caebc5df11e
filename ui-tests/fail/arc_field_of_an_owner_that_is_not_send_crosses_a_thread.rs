//! The guard of an `ArcField` keeps its owner, and so goes where that may go.

use ironfence::{ArcField, Mutex};
use std::{cell::Cell, sync::Arc};

struct Owner {
    count: Mutex<u8>,
    seen: Cell<u8>,
}

fn main() {
    let owner = Arc::new(Owner { count: Mutex::new(1), seen: Cell::new(0) });
    let mut guard = ArcField::new(owner.clone(), |owner| &owner.count).blocking_lock();
    owner.seen.set(1);
    std::thread::spawn(move || *guard += 1);
}
