//! Sizes and allocations, exactly.

use std::{
    future::Future,
    mem::size_of,
    sync::Arc,
    task::{Context, Waker},
};

use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard, RwLock, RwLockMappedWriteGuard,
    RwLockReadGuard, RwLockWriteGuard,
    futures::{Lock, LockOwned, Read, ReadOwned, Write, WriteOwned},
};
use ironfence_tests::{
    allocations::{Counting, allocations},
    polled::now,
};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
#[cfg(target_pointer_width = "64")]
#[cfg_attr(feature = "check", ignore = "the checker adds words")]
fn locks_futures_and_guards_are_small() {
    let sizes = [
        ("Mutex<()>", size_of::<Mutex<()>>(), 16),
        ("RwLock<()>", size_of::<RwLock<()>>(), 16),
        ("Mutex<u64>", size_of::<Mutex<u64>>(), 24),
        ("Lock", size_of::<Lock<'_, u64>>(), 48),
        ("LockOwned", size_of::<LockOwned<u64>>(), 48),
        ("Read", size_of::<Read<'_, u64>>(), 48),
        ("ReadOwned", size_of::<ReadOwned<u64>>(), 48),
        ("Write", size_of::<Write<'_, u64>>(), 48),
        ("WriteOwned", size_of::<WriteOwned<u64>>(), 48),
        ("MutexGuard", size_of::<MutexGuard<'_, u64>>(), 16),
        ("MappedMutexGuard", size_of::<MappedMutexGuard<'_, u64>>(), 16),
        ("OwnedMutexGuard", size_of::<OwnedMutexGuard<u64>>(), 16),
        ("RwLockReadGuard", size_of::<RwLockReadGuard<'_, u64>>(), 16),
        ("RwLockWriteGuard", size_of::<RwLockWriteGuard<'_, u64>>(), 16),
        ("RwLockMappedWriteGuard", size_of::<RwLockMappedWriteGuard<'_, u64>>(), 16),
        ("Option<MutexGuard>", size_of::<Option<MutexGuard<'_, u64>>>(), 16),
    ];
    for (name, size, limit) in sizes {
        assert!(size <= limit, "{name} has {size} bytes, and {limit} is the limit");
    }
}

#[test]
fn the_allocator_counts() {
    assert_eq!(allocations(|| drop(Box::new(1))), 1, "else the tests below could not fail");
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated_whether_the_lock_is_free_or_not() {
    let mutex = Arc::new(Mutex::new((0, 0)));
    let lock = Arc::new(RwLock::new(0));
    let count = allocations(|| {
        *now(mutex.lock()) = (1, 1);
        now(mutex.clone().lock_owned()).0 += 1;
        drop(mutex.try_lock());
        now(mutex.with(|value| value.1 += 1));
        let (left, right) =
            MutexGuard::split(now(mutex.lock()), |value| (&mut value.0, &mut value.1));
        drop((left, right));
        let (left, right) =
            OwnedMutexGuard::split(now(mutex.lock_owned()), |value| (&mut value.0, &mut value.1));
        drop((left, right));
        drop(now(lock.write()).downgrade());
        drop((now(lock.read()), now(lock.clone().read_owned())));
    });
    assert_eq!(count, 0, "uncontended");

    // The boxes are the test's; what happens in them is counted.
    let mut readers = [(); 4].map(|()| Box::pin(lock.read()));
    let mut cancelled = Box::pin(lock.write());
    let mut context = Context::from_waker(Waker::noop());
    let count = allocations(|| {
        let guard = now(lock.write());
        for reader in &mut readers {
            assert!(reader.as_mut().poll(&mut context).is_pending(), "somebody writes");
        }
        drop(guard);
        for reader in &mut readers {
            assert!(reader.as_mut().poll(&mut context).is_ready(), "the writer is gone");
        }
        let _guard = now(lock.write());
        assert!(cancelled.as_mut().poll(&mut context).is_pending(), "somebody writes");
        drop(cancelled);
    });
    assert_eq!(count, 0, "contended and cancelled");
}

#[test]
fn blocking_allocates_once_a_thread() {
    let mutex = Arc::new(Mutex::new(0));
    drop(mutex.blocking_lock());
    let count = allocations(|| {
        for _ in 0..10 {
            *mutex.blocking_lock() += 1;
        }
    });
    assert_eq!(count, 0, "the thread's waker is kept");
}
