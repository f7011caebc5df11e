//! A mutex is shared between threads only if its value may go from one to the other.

use std::{rc::Rc, sync::Arc};

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(Rc::new(1)));
    tokio::task::spawn_blocking(move || println!("{}", mutex.blocking_lock()));
}
