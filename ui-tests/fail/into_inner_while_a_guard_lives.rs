//! The value is not taken out of a lock while a guard of it lives.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = mutex.lock().await;
    println!("{}", mutex.into_inner());
    println!("{guard}");
}
