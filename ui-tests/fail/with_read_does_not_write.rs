//! The closure of `with_read` only reads.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec!["a"]);
    words.with_read(|words| words.push("b")).await;
}
