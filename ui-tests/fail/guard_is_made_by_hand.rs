//! Only a lock makes guards: nobody puts another value behind a permit.

use ironfence::{ExclusiveGuard, Mutex};

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(1);
    let guard = mutex.lock().await;
    let forged = ExclusiveGuard {
        value: &mut 2,
        ..guard
    };
    println!("{forged}");
}
