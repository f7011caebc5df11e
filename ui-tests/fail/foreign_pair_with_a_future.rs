//! In a group of other people's locks it is said how each is wanted, by a function of `ironfence::foreign`.

use ironfence::foreign::{lock_pair, write};
use tokio::sync::{Mutex, RwLock};

async fn ask(a: &Mutex<u8>, b: &RwLock<u8>) {
    drop(lock_pair(a.lock(), write(b)).await);
}

fn main() {}
