//! `get_mut` needs the lock alone: no guard of it lives.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mut mutex = Mutex::new(1);
    let guard = mutex.lock().await;
    *mutex.get_mut() += 1;
    println!("{guard}");
}
