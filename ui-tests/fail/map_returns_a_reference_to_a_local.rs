//! `map` returns a reference into the value, not into something else.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let mut local = 2;
    let guard = MutexGuard::map(mutex.lock().await, |_| &mut local);
    println!("{guard}");
}
