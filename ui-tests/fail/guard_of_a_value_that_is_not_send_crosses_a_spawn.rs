//! A guard goes to another thread only if its value may.

use std::{rc::Rc, sync::Arc};

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(Rc::new(1)));
    let guard = mutex.clone().lock_owned().await;
    tokio::spawn(async move { println!("{guard}") });
}
