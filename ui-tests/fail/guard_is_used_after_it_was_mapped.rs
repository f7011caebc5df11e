//! `map` takes the guard: the rest of the value is out of reach from then on.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let pair = Mutex::new((1, 2));
    let guard = pair.lock().await;
    let first = MutexGuard::map(guard, |pair| &mut pair.0);
    println!("{first} {}", guard.1);
}
