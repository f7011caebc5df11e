//! A future that holds guards of what is borrowed, or of a part of it, may go to another thread.

use std::sync::Arc;

use ironfence::{
    ArcField, ExclusiveGuard, Mutex, MutexGuard, OwnedMutexGuard, OwnedRwLockReadGuard, RwLock,
    RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard, SharedGuard,
};

fn goes_anywhere<F: Future + Send>(future: F) -> F {
    future
}

async fn elsewhere() {
    tokio::task::yield_now().await;
}

async fn borrowed<'t>(mutex: &Mutex<Vec<&'t str>>, lock: &RwLock<Vec<&'t str>>, least: &usize) {
    let first = MutexGuard::map(mutex.lock().await, |words| &mut words[0]);
    let read = RwLockReadGuard::map(lock.read().await, |words| &words[0]);
    elsewhere().await;
    assert!(read.len() >= *least && first.len() >= *least);
    drop(read);
    let guard = lock.upgradable_read().await;
    elsewhere().await;
    let guard = RwLockUpgradableReadGuard::upgrade(guard).await;
    let (one, others) = RwLockWriteGuard::split(guard, |words| {
        let (one, others) = words.split_first_mut().unwrap();
        (one, others)
    });
    elsewhere().await;
    drop(one);
    elsewhere().await;
    drop(others);
    let read = RwLockWriteGuard::downgrade_map(lock.write().await, |words| words[0]);
    elsewhere().await;
    drop(read);
}

async fn owned<'t>(mutex: Arc<Mutex<Vec<&'t str>>>, lock: Arc<RwLock<Vec<&'t str>>>) {
    let words = OwnedMutexGuard::map(mutex.clone().lock_owned().await, |words| &mut words[..]);
    let first = ExclusiveGuard::map(words, |words| &mut words[0]);
    let read = OwnedRwLockReadGuard::map(lock.clone().read_owned().await, |words| &words[0]);
    elsewhere().await;
    drop((first, read));
    let lock = ArcField::new(lock, |lock| lock);
    let read = SharedGuard::map(lock.read().await, |words| &words[0]);
    elsewhere().await;
    drop(read);
}

async fn generic<T: Send + Sync>(lock: &RwLock<Vec<T>>) {
    let read = RwLockReadGuard::map(lock.read().await, |all| &all[..]);
    elsewhere().await;
    let read = RwLockReadGuard::map(read, |all| &all[0]);
    elsewhere().await;
    drop(read);
}

async fn generic_and_owned<T: Send + Sync>(lock: Arc<RwLock<Vec<T>>>) {
    let read = SharedGuard::map(lock.clone().read_owned().await, |all| &all[..]);
    elsewhere().await;
    let read = SharedGuard::map(read, |all| &all[0]);
    elsewhere().await;
    drop(read);
}

#[tokio::main]
async fn main() {
    let text = String::from("a b");
    let words = || text.split(' ').collect::<Vec<_>>();
    goes_anywhere(borrowed(&Mutex::new(words()), &RwLock::new(words()), &1)).await;
    goes_anywhere(owned(
        Arc::new(Mutex::new(words())),
        Arc::new(RwLock::new(words())),
    ))
    .await;
    goes_anywhere(generic(&RwLock::new(words()))).await;
    goes_anywhere(generic_and_owned(Arc::new(RwLock::new(words())))).await;
    tokio::spawn(async move {
        let lock = Arc::new(RwLock::new(vec!["a"]));
        generic(&lock).await;
        generic_and_owned(lock).await;
    })
    .await
    .unwrap();
}
