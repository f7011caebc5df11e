//! The same lock twice is an error to be looked at.

use ironfence::{Mutex, lock_pair};

async fn ask(a: &Mutex<u8>, b: &Mutex<u8>) {
    let (mut a, b) = lock_pair(a, b).await;
    *a += *b;
}

fn main() {}
