//! A reference to the value does not outlive the guard it was taken from.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let words = Mutex::new(vec!["a"]);
    let guard = words.lock().await;
    let first = &guard[0];
    drop(guard);
    println!("{first}");
}
