//! Nobody locks while the reference that `get_mut` gave lives.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mut mutex = Mutex::new(1);
    let value = mutex.get_mut();
    let guard = mutex.lock().await;
    *value += *guard;
}
