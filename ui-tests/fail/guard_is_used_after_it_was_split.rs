//! `split` takes the guard: the whole value is out of reach from then on.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let pair = Mutex::new((1, 2));
    let guard = pair.lock().await;
    let parts = MutexGuard::split(guard, |pair| (&mut pair.0, &mut pair.1));
    println!("{guard:?} {parts:?}");
}
