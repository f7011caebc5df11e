//! A read guard of a part goes to another thread only if the part may be used from several at once.

use std::cell::Cell;

use ironfence::{RwLock, RwLockReadGuard};

fn send(_: impl Send) {}

#[tokio::main]
async fn main() {
    let lock = RwLock::new((1, Cell::new(1)));
    send(RwLockReadGuard::map(lock.read().await, |pair| &pair.1));
}
