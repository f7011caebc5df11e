//! A guard that is not kept releases the lock at once.

#![deny(unused_must_use)]

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    mutex.lock().await;
}
