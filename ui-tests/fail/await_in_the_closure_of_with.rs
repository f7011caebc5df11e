//! Nothing is awaited in the closure of `with`.

use ironfence::Mutex;

async fn fetch() -> u32 {
    1
}

#[tokio::main]
async fn main() {
    let sum = Mutex::new(0);
    sum.with(|sum| *sum += fetch().await).await;
}
