//! A mutex has no readers, so its guard is not downgraded.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = MutexGuard::downgrade(mutex.lock().await);
    println!("{guard}");
}
