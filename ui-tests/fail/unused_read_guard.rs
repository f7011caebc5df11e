//! A read guard that is not kept releases the lock at once.

#![deny(unused_must_use)]

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    lock.read().await;
}
