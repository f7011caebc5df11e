//! A guard is used from several threads only if its value may be.

use std::{cell::Cell, sync::Arc};

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(Cell::new(1)));
    let guard = Arc::new(mutex.clone().lock_owned().await);
    tokio::task::spawn_blocking(move || guard.set(2));
}
