//! An rwlock is shared between threads only if its value may be: readers use it at once.

use std::{cell::Cell, sync::Arc};

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(RwLock::new(Cell::new(1)));
    tokio::task::spawn_blocking(move || lock.blocking_read().set(2));
}
