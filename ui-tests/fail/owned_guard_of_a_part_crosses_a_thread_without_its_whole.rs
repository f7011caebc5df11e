//! An owned guard of a part goes to another thread only if the whole value may: the last one to go
//! drops it.

use std::{rc::Rc, sync::Arc};

use ironfence::{Mutex, OwnedMutexGuard};

#[tokio::main]
async fn main() {
    let pair = Arc::new(Mutex::new((1, Rc::new(2))));
    let first = OwnedMutexGuard::map(pair.clone().lock_owned().await, |pair| &mut pair.0);
    tokio::task::spawn_blocking(move || println!("{first}"));
}
