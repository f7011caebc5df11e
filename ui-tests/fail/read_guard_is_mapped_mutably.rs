//! A read guard is mapped to what can be read.

use ironfence::{RwLock, RwLockReadGuard};

#[tokio::main]
async fn main() {
    let pair = RwLock::new((1, 2));
    let first = RwLockReadGuard::map(pair.read().await, |pair| &mut pair.0);
    println!("{first}");
}
