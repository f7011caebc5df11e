//! A reference to the value does not outlive the read guard it was taken from.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec!["a"]);
    let guard = words.read().await;
    let first = &guard[0];
    drop(guard);
    println!("{first}");
}
