//! A method that changes the value is not called through a read guard.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec!["a"]);
    words.read().await.push("b");
}
