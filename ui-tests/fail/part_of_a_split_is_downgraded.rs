//! A part of a split is not downgraded: the other part may still be written.

use ironfence::{RwLock, RwLockWriteGuard};

#[tokio::main]
async fn main() {
    let pair = RwLock::new((1, 2));
    let (left, right) =
        RwLockWriteGuard::split(pair.write().await, |pair| (&mut pair.0, &mut pair.1));
    println!("{} {right}", RwLockWriteGuard::downgrade(left));
}
