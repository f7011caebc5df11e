//! An rwlock says whether it is to be read or written.

use ironfence::{Mutex, RwLock, lock_pair};

async fn ask(a: &RwLock<u8>, b: &Mutex<u8>) {
    drop(lock_pair(a, b).await);
}

fn main() {}
