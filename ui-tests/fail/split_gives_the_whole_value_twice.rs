//! `split` gives two parts that do not overlap.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let (one, other) = MutexGuard::split(mutex.lock().await, |value| (value, value));
    println!("{one} {other}");
}
