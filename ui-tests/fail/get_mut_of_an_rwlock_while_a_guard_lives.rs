//! `get_mut` needs the rwlock alone: no read guard of it lives.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let mut lock = RwLock::new(1);
    let guard = lock.read().await;
    *lock.get_mut() += 1;
    println!("{guard}");
}
