//! A guard of a part that is not kept releases the lock at once.

#![deny(unused_must_use)]

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let pair = Mutex::new((1, 2));
    MutexGuard::map(pair.lock().await, |pair| &mut pair.0);
}
