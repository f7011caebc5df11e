//! A lock is not dropped while a guard of it lives.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.read().await;
    drop(lock);
    println!("{guard}");
}
