//! `map` returns a reference into the value, not into something else.

use ironfence::{RwLock, RwLockReadGuard};

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let local = 2;
    let guard = RwLockReadGuard::map(lock.read().await, |_| &local);
    println!("{guard}");
}
