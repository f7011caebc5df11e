//! The two parts of a `split` do not overlap.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let words = Mutex::new(["a", "b", "c"]);
    let (left, right) = MutexGuard::split(words.lock().await, |words| {
        (&mut words[..2], &mut words[1..])
    });
    println!("{left:?} {right:?}");
}
