//! A spawned task may outlive its caller, so it holds no guard that borrows: take an owned one.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let mut guard = mutex.lock().await;
    tokio::spawn(async move { *guard += 1 });
}
