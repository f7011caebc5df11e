//! An owned guard keeps its lock alive, so the lock is in an `Arc`.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    println!("{}", mutex.lock_owned().await);
}
