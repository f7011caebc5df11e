//! A guard that borrows its lock for long serves where a shorter borrow is enough.

use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockWriteGuard,
};

static MUTEX: Mutex<u32> = Mutex::new(1);
static RWLOCK: RwLock<u32> = RwLock::new(1);

fn mutex<'short>(guard: MutexGuard<'static, u32>, _: &'short str) -> MutexGuard<'short, u32> {
    guard
}

fn mapped<'short>(
    guard: MappedMutexGuard<'static, u32>,
    _: &'short str,
) -> MappedMutexGuard<'short, u32> {
    guard
}

fn read<'short>(
    guard: RwLockReadGuard<'static, u32>,
    _: &'short str,
) -> RwLockReadGuard<'short, u32> {
    guard
}

fn write<'short>(
    guard: RwLockWriteGuard<'static, u32>,
    _: &'short str,
) -> RwLockWriteGuard<'short, u32> {
    guard
}

fn mapped_write<'short>(
    guard: RwLockMappedWriteGuard<'static, u32>,
    _: &'short str,
) -> RwLockMappedWriteGuard<'short, u32> {
    guard
}

fn main() {
    let name = String::from("short");
    drop(mutex(MUTEX.blocking_lock(), &name));
    drop(mapped(
        MutexGuard::map(MUTEX.blocking_lock(), |value| value),
        &name,
    ));
    drop(read(RWLOCK.blocking_read(), &name));
    drop(write(RWLOCK.blocking_write(), &name));
    drop(mapped_write(
        RwLockWriteGuard::into_mapped(RWLOCK.blocking_write()),
        &name,
    ));
}
