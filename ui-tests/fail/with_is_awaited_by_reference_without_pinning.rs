//! The future of `with` is pinned before it is awaited by reference: the queue points to it.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let mut future = mutex.with(|value| *value);
    println!("{}", (&mut future).await);
}
