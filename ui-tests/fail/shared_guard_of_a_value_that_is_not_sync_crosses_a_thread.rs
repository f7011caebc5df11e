//! A read guard goes to another thread only if the value may be used from several at once.

use std::{cell::Cell, sync::Arc};

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(RwLock::new(Cell::new(1)));
    let guard = lock.clone().read_owned().await;
    tokio::task::spawn_blocking(move || guard.set(2));
}
