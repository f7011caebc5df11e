//! A write guard that was downgraded only reads.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.write().await.downgrade();
    *guard += 1;
}
