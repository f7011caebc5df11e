//! The closure of `with` puts no reference to the value into a variable outside.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let words = Mutex::new(vec![String::from("a")]);
    let mut first = None;
    words.with(|words| first = Some(&words[0])).await;
    println!("{first:?}");
}
