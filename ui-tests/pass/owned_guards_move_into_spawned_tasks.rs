//! An owned guard is `'static`: it moves into a spawned task, into a thread and into a channel.

use std::sync::{Arc, mpsc};

use ironfence::{Mutex, OwnedMutexGuard, RwLock};

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new((1, 2)));
    let mut guard = mutex.clone().lock_owned().await;
    tokio::spawn(async move { guard.0 += 1 }).await.unwrap();

    let part = OwnedMutexGuard::map(mutex.clone().lock_owned().await, |pair| &mut pair.1);
    std::thread::spawn(move || drop(part)).join().unwrap();

    let (sender, receiver) = mpsc::channel();
    let lock = Arc::new(RwLock::new(1));
    sender.send(lock.clone().read_owned().await).unwrap();
    drop(lock);
    assert_eq!(*receiver.recv().unwrap(), 1);
}
