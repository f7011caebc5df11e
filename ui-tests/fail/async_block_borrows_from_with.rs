//! An async block that the closure of `with` returns does not borrow from the value.

use ironfence::Mutex;

async fn fetch() -> u32 {
    1
}

#[tokio::main]
async fn main() {
    let sum = Mutex::new(0);
    sum.with(|sum| async { *sum += fetch().await }).await.await;
}
