//! A guard is not copied: it releases once.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.read().await;
    let copy = guard;
    drop(guard);
    println!("{copy}");
}
