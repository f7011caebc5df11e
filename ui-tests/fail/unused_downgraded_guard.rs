//! The read guard that `downgrade` returns is the only hold left: if unused, the lock is free.

#![deny(unused_must_use)]

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    lock.write().await.downgrade();
}
