//! What `with` returns does not borrow from the value.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let words = Mutex::new(vec![String::from("a")]);
    let first = words.with(|words| &words[0]).await;
    println!("{first}");
}
