//! An owned read guard only reads.

use std::sync::Arc;

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = Arc::new(RwLock::new(1));
    let guard = lock.clone().read_owned().await;
    *guard += 1;
}
