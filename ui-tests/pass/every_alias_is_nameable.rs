//! Every guard and future is named by a user: in an argument, a field, a type of their own.

use ironfence::{
    ExclusiveGuard, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, SharedGuard, TryLockError, futures,
};

struct Borrowed<'a, T: ?Sized, U: ?Sized> {
    mutex: MutexGuard<'a, T>,
    mapped: MappedMutexGuard<'a, U>,
    read: RwLockReadGuard<'a, T>,
    write: RwLockWriteGuard<'a, T>,
    mapped_write: RwLockMappedWriteGuard<'a, U>,
    lock: futures::Lock<'a, T>,
    wait_read: futures::Read<'a, T>,
    wait_write: futures::Write<'a, T>,
    error: TryLockError,
}

struct Owned<T: ?Sized, U: ?Sized> {
    mutex: OwnedMutexGuard<T>,
    mapped: OwnedMappedMutexGuard<T, U>,
    mapped_whole: OwnedMappedMutexGuard<T>,
    read: OwnedRwLockReadGuard<T, U>,
    read_whole: OwnedRwLockReadGuard<T>,
    write: OwnedRwLockWriteGuard<T>,
    mapped_write: OwnedRwLockMappedWriteGuard<T, U>,
    mapped_write_whole: OwnedRwLockMappedWriteGuard<T>,
    lock: futures::LockOwned<T>,
    wait_read: futures::ReadOwned<T>,
    wait_write: futures::WriteOwned<T>,
}

/// The alias is the type, so a mutex's guard and an rwlock's can be told apart, and also treated
/// alike.
trait Named {
    const NAME: &'static str;
}

impl<T> Named for MutexGuard<'_, T> {
    const NAME: &'static str = "of a mutex";
}

impl<T> Named for RwLockWriteGuard<'_, T> {
    const NAME: &'static str = "of an rwlock";
}

impl<T> Named for RwLockReadGuard<'_, T> {
    const NAME: &'static str = "read";
}

impl<T, U> Named for OwnedRwLockReadGuard<T, U> {
    const NAME: &'static str = "read, owned";
}

fn named<N: Named>(_: &N) -> &'static str {
    N::NAME
}

fn result(mutex: &Mutex<u32>) -> Result<MutexGuard<'_, u32>, TryLockError> {
    let exclusive: ExclusiveGuard<_, u32> = mutex.try_lock()?;
    Ok(exclusive)
}

fn boxed(mutex: &Mutex<u32>) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(*mutex.try_lock()?)
}

fn main() {
    let (mutex, lock) = (Mutex::new(1), RwLock::new(2));
    let shared: SharedGuard<_, u32> = lock.blocking_read();
    assert_eq!(named(&shared), "read");
    drop(shared);
    assert_eq!(named(&mutex.blocking_lock()), "of a mutex");
    assert_eq!(named(&lock.blocking_write()), "of an rwlock");
    assert_eq!(*result(&mutex).unwrap(), 1);
    assert_eq!(boxed(&mutex).unwrap(), 1);
}
