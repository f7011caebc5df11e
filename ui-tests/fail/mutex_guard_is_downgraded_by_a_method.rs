//! A mutex has no readers, so its guard is not downgraded.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = mutex.lock().await.downgrade();
    println!("{guard}");
}
