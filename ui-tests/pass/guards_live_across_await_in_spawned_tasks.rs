//! Every guard may be held across an `.await` of a spawned task.

use std::sync::Arc;

use ironfence::{
    Mutex, MutexGuard, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockReadGuard, RwLockWriteGuard,
};
use tokio::task::yield_now;

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new((1, 2)));
    let lock = Arc::new(RwLock::new((1, 2)));
    tokio::spawn(async move {
        let guard = mutex.lock().await;
        yield_now().await;
        let guard = MutexGuard::map(guard, |pair| &mut pair.0);
        yield_now().await;
        drop(guard);

        let guard = mutex.clone().lock_owned().await;
        yield_now().await;
        let (one, other) = OwnedMutexGuard::split(guard, |pair| (&mut pair.0, &mut pair.1));
        yield_now().await;
        drop((one, other));

        let guard = RwLockReadGuard::map(lock.read().await, |pair| &pair.0);
        yield_now().await;
        drop(guard);

        let guard = OwnedRwLockReadGuard::map(lock.clone().read_owned().await, |pair| &pair.0);
        yield_now().await;
        drop(guard);

        let guard = RwLockWriteGuard::map(lock.write().await, |pair| &mut pair.0);
        yield_now().await;
        drop(guard);

        let guard = OwnedRwLockWriteGuard::map(lock.clone().write_owned().await, |pair| &mut pair.0);
        yield_now().await;
        drop(guard);

        let guard = lock.write().await;
        yield_now().await;
        let guard = guard.downgrade();
        yield_now().await;
        drop(guard);
    })
    .await
    .unwrap();
}
