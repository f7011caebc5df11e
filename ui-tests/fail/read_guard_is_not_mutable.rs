//! A read guard only reads.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.read().await;
    *guard += 1;
}
