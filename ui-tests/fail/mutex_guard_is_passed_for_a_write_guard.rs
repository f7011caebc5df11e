//! The guard of a mutex is not the write guard of an rwlock: it can't be downgraded.

use ironfence::{Mutex, RwLockWriteGuard};

fn publish(guard: RwLockWriteGuard<'_, u32>) {
    println!("{}", guard.downgrade());
}

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    publish(mutex.lock().await);
}
