//! A guard gives one mutable reference at a time.

use ironfence::Mutex;

#[tokio::main]
async fn main() {
    let mutex = Mutex::new(vec![1, 2]);
    let mut guard = mutex.lock().await;
    let (one, other) = (&mut guard[0], &mut guard[1]);
    std::mem::swap(one, other);
}
