//! `try_map` returns a reference into the value, not into something else.

use ironfence::{RwLock, RwLockWriteGuard};

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let mut local = 2;
    let guard = RwLockWriteGuard::try_map(lock.write().await, |_| Some(&mut local));
    println!("{guard:?}");
}
