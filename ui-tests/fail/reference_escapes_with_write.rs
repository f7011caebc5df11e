//! What `with_write` returns does not borrow from the value.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec![String::from("a")]);
    let first = words.with_write(|words| &words[0]).await;
    println!("{first}");
}
