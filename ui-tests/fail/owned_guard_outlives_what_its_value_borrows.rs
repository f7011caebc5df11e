//! The last owned guard drops the value, so it does not outlive what the value borrows.

use std::sync::Arc;

use ironfence::{Mutex, OwnedMutexGuard};

struct Noisy<'a>(u32, &'a str);

impl Drop for Noisy<'_> {
    fn drop(&mut self) {
        println!("{}", self.1);
    }
}

#[tokio::main]
async fn main() {
    let part;
    let name = String::from("name");
    let mutex = Arc::new(Mutex::new(Noisy(1, &name)));
    part = OwnedMutexGuard::map(mutex.clone().lock_owned().await, |noisy| &mut noisy.0);
    _ = &part;
}
