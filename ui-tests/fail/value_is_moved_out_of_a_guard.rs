//! A value is not moved out of its guard.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let words = Mutex::new(vec!["a"]);
    let guard = words.lock().await;
    let words = *guard;
    println!("{words:?}");
}
