//! In a group of other people's locks it is said of each how it is wanted, wherever it stands.

use ironfence::foreign::{lock_all, write};
use tokio::sync::{Mutex, RwLock};

async fn ask(a: &Mutex<u8>, b: &RwLock<u8>) {
    drop(lock_all((vec![a], Some(write(b)))).await);
}

fn main() {}
