//! A guard is mapped to a trait object, also of a value that borrows, with the type spelled out or not.

use std::{any::Any, fmt::Display, ops::Deref, sync::Arc};

use ironfence::{
    ExclusiveGuard, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
    SharedGuard,
};

fn shown<'a>(mutex: &'a Mutex<String>) -> MappedMutexGuard<'a, dyn Display> {
    MutexGuard::map::<dyn Display, _>(mutex.blocking_lock(), |text| text)
}

fn shown_as_it_borrows<'a, 't>(
    lock: &'a RwLock<&'t str>,
) -> RwLockReadGuard<'a, dyn Display + 't> {
    RwLockReadGuard::map::<_, dyn Display + 't>(lock.blocking_read(), |text| text)
}

fn shown_and_owned(mutex: &Arc<Mutex<String>>) -> OwnedMappedMutexGuard<String, dyn Display> {
    OwnedMutexGuard::map::<dyn Display, _>(mutex.clone().blocking_lock_owned(), |text| text)
}

fn shown_and_read(lock: &Arc<RwLock<u32>>) -> OwnedRwLockReadGuard<u32, dyn Display> {
    OwnedRwLockReadGuard::map(lock.clone().blocking_read_owned(), |number| number as _)
}

fn any<T: Any>(mutex: &Mutex<T>) -> MappedMutexGuard<'_, dyn Any> {
    MutexGuard::map(mutex.blocking_lock(), |value| value as &mut dyn Any)
}

fn main() {
    let mutex = Arc::new(Mutex::new(String::from("a")));
    assert_eq!(shown(&mutex).to_string(), "a");
    assert_eq!(shown_and_owned(&mutex).to_string(), "a");
    assert!(any(&Mutex::new(1)).is::<i32>());

    let text = String::from("b");
    let lock = RwLock::new(&*text);
    assert_eq!(shown_as_it_borrows(&lock).to_string(), "b");
    let guard = RwLockUpgradableReadGuard::map::<_, dyn Display + '_>(
        lock.blocking_upgradable_read(),
        |text| text,
    );
    assert_eq!(guard.to_string(), "b");
    drop(guard);
    let guard: SharedGuard<_, dyn Display + '_> =
        RwLockWriteGuard::downgrade_map(lock.blocking_write(), |text| text as &dyn Display);
    let guard: Box<dyn Deref<Target = dyn Display + '_> + '_> = Box::new(guard);
    assert_eq!(guard.to_string(), "b");
    drop(guard);

    let lock = Arc::new(RwLock::new(1));
    assert_eq!(shown_and_read(&lock).to_string(), "1");
    let mutex = Arc::new(Mutex::new(&*text));
    let guard = OwnedMutexGuard::map::<dyn Display + '_, _>(mutex.clone().blocking_lock_owned(), |text| text);
    let guard = ExclusiveGuard::map(guard, |shown| shown);
    assert_eq!(guard.to_string(), "b");
}
