//! The value is not taken out of an rwlock while a read guard of it lives.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let lock = RwLock::new(1);
    let guard = lock.read().await;
    println!("{}", lock.into_inner());
    println!("{guard}");
}
