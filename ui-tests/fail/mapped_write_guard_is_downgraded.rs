//! A write guard of a part is not downgraded: readers would see the rest of the value, of which
//! another part may still be written.

use ironfence::{RwLock, RwLockWriteGuard};

#[tokio::main]
async fn main() {
    let pair = RwLock::new((1, 2));
    let guard = RwLockWriteGuard::map(pair.write().await, |pair| &mut pair.0).downgrade();
    println!("{guard}");
}
