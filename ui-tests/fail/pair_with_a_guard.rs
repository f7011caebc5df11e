//! A lock is asked for by its future, not awaited.

use ironfence::{Mutex, lock_pair};

async fn ask(a: &Mutex<u8>, b: &Mutex<u8>) {
    drop(lock_pair(a.lock().await, b.lock()).await);
}

fn main() {}
