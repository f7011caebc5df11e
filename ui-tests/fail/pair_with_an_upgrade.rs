//! An upgrade holds its lock already, so it can't be taken in order.

use ironfence::{Mutex, RwLock, RwLockUpgradableReadGuard, lock_pair};

async fn ask(a: &RwLock<u8>, b: &Mutex<u8>) {
    let guard = a.upgradable_read().await;
    drop(lock_pair(b, RwLockUpgradableReadGuard::upgrade(guard)).await);
}

fn main() {}
