//! A guard of a part does not outlive the lock either.

use ironfence::{Mutex, MutexGuard};

#[tokio::main]
async fn main() {
    let name;
    {
        let pair = Mutex::new((1, "one"));
        name = MutexGuard::map(pair.lock().await, |pair| &mut pair.1);
    }
    println!("{name}");
}
