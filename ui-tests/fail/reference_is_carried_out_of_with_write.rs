//! The closure of `with_write` puts no reference to the value into a variable outside.

use ironfence::RwLock;

#[tokio::main]
async fn main() {
    let words = RwLock::new(vec![String::from("a")]);
    let mut first = None;
    words.with_write(|words| first = Some(&words[0])).await;
    println!("{first:?}");
}
