//! A guard is not returned from the function that owns the lock.

use ironfence::{Mutex, MutexGuard};

async fn make<'a>() -> MutexGuard<'a, u32> {
    let mutex = Mutex::new(1);
    mutex.lock().await
}

#[tokio::main]
async fn main() {
    println!("{}", make().await);
}
