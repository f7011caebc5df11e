//! A guard that has no name ends with its statement, and so do the references taken from it.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec!["a"]);
    let first = words.read().await.first();
    println!("{first:?}");
}
