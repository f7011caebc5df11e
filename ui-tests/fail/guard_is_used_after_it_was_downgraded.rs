//! `downgrade` takes the write guard: nothing is written from then on.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let mut guard = lock.write().await;
    let reading = guard.downgrade();
    *guard += 1;
    println!("{reading}");
}
