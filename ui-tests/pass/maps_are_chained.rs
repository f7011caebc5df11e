//! A guard that was mapped is mapped again, with types spelled out or left to be found.

use std::sync::Arc;

use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard,
};

type Nested = ((u32, String), u32);

fn nested() -> Nested {
    ((1, "one".into()), 2)
}

#[tokio::main]
async fn main() {
    let mutex = Arc::new(Mutex::new(nested()));
    let guard = MutexGuard::map::<(u32, String), _>(mutex.lock().await, |value| &mut value.0);
    let guard = MappedMutexGuard::map::<String, _>(guard, |pair| &mut pair.1);
    let guard = MappedMutexGuard::try_map::<str, _>(guard, |name| name.get_mut(1..)).unwrap();
    assert_eq!(&*guard, "ne");
    drop(guard);

    let guard = OwnedMutexGuard::map(mutex.clone().lock_owned().await, |value| &mut value.0);
    let guard: OwnedMappedMutexGuard<Nested, str> =
        OwnedMappedMutexGuard::map(guard, |pair| pair.1.as_mut_str());
    assert_eq!(&*guard, "one");
    drop(guard);

    let lock = Arc::new(RwLock::new(nested()));
    let guard = RwLockReadGuard::map(lock.read().await, |value| &value.0);
    let guard = RwLockReadGuard::map(guard, |pair| pair.1.as_str());
    assert_eq!(
        RwLockReadGuard::try_map(guard, |name| name.get(9..))
            .unwrap_err()
            .len(),
        3
    );

    let guard = OwnedRwLockReadGuard::map(lock.clone().read_owned().await, |value| &value.0);
    let guard: OwnedRwLockReadGuard<Nested, str> =
        OwnedRwLockReadGuard::map(guard, |pair| pair.1.as_str());
    assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&guard), &lock));
    drop(guard);

    let guard = RwLockWriteGuard::map(lock.write().await, |value| &mut value.0);
    let mut guard = RwLockMappedWriteGuard::map(guard, |pair| &mut pair.0);
    *guard += 1;
    drop(guard);

    let guard = OwnedRwLockWriteGuard::map(lock.clone().write_owned().await, |value| &mut value.0);
    let guard = OwnedRwLockMappedWriteGuard::try_map(guard, |pair| pair.1.get_mut(..1)).unwrap();
    assert_eq!(&*guard, "o");
    drop(guard);

    let (left, right) = MutexGuard::split(mutex.lock().await, |value| (&mut value.0, &mut value.1));
    let (number, mut name) = MappedMutexGuard::split(left, |pair| (&mut pair.0, &mut pair.1));
    name.push_str(&(*number + *right).to_string());
    assert_eq!(*name, "one3");
}
