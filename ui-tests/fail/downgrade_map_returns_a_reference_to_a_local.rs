//! `downgrade_map` returns a reference into the value, not into something else.

use ironfence::{RwLock, RwLockWriteGuard};

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let local = 2;
    let guard = RwLockWriteGuard::downgrade_map(lock.write().await, |_| &local);
    println!("{guard}");
}
