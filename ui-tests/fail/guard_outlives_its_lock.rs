//! A guard does not outlive its lock.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let guard;
    {
        let mutex = Mutex::new(1);
        guard = mutex.lock().await;
    }
    println!("{guard}");
}
