//! A lock future goes to another thread only if the value may.

use std::{rc::Rc, sync::Arc};

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(Rc::new(1)));
    let future = mutex.clone().lock_owned();
    tokio::spawn(async move { println!("{}", future.await) });
}
