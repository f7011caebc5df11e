//! A guard is dropped before its lock, so it is declared after it.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let slot;
    let mutex = Mutex::new(1);
    slot = mutex.lock().await;
    _ = &slot;
}
