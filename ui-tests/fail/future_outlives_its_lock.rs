//! A lock future does not outlive its lock.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let future;
    {
        let lock = RwLock::new(1);
        future = lock.read();
    }
    println!("{}", future.await);
}
