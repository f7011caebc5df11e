//! The closure of `try_map` keeps no reference to the value when it finds nothing.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let mut kept = None;
    let guard = MutexGuard::try_map(mutex.lock().await, |value| {
        kept = Some(value);
        None::<&mut u32>
    });
    println!("{kept:?} {guard:?}");
}
