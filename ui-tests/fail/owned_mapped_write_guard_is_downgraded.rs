//! An owned write guard of a part is not downgraded: readers would see the rest of the value, of
//! which another part may still be written.

use std::sync::Arc;

use ironfence::{OwnedRwLockWriteGuard, RwLock};

#[tokio::main]
async fn main() {
    let pair = Arc::new(RwLock::new((1, 2)));
    let guard = OwnedRwLockWriteGuard::map(pair.clone().write_owned().await, |pair| &mut pair.0);
    println!("{}", guard.downgrade());
}
