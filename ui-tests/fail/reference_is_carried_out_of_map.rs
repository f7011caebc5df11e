//! The closure of `map` puts no reference to the value into a variable outside.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let pair = Mutex::new((1, 2));
    let mut first = None;
    let guard = MutexGuard::map(pair.lock().await, |pair| {
        first = Some(&pair.0);
        &mut pair.1
    });
    println!("{first:?} {guard}");
}
