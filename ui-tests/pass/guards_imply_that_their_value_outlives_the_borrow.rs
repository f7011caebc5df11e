//! `RwLockReadGuard<'a, T>` says that `T: 'a`, as `&'a T` does, and so says every other borrowed guard: a
//! function that takes or returns one needs no bound for it.

use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard, futures,
};

/// `T: 'a`, or there is no such type.
struct Outlives<'a, T: ?Sized + 'a>(std::marker::PhantomData<&'a T>);

fn outlives<'a, T: ?Sized + 'a>() -> Option<Outlives<'a, T>> {
    None
}

macro_rules! imply {
    ($($name:ident: $Guard:ty;)*) => {$(
        fn $name<'a, T: ?Sized>(_: &$Guard) {
            _ = outlives::<'a, T>();
        }
    )*};
}
imply! {
    mutex: MutexGuard<'a, T>;
    mapped: MappedMutexGuard<'a, T>;
    read: RwLockReadGuard<'a, T>;
    upgradable: RwLockUpgradableReadGuard<'a, T>;
    write: RwLockWriteGuard<'a, T>;
    mapped_write: RwLockMappedWriteGuard<'a, T>;
    lock: futures::Lock<'a, T>;
    wait_read: futures::Read<'a, T>;
    wait_upgradable: futures::UpgradableRead<'a, T>;
    upgrade: futures::Upgrade<'a, T>;
    wait_write: futures::Write<'a, T>;
}

/// What a guard of a part is boxed as wants the bound, in so many words.
fn boxed<'a, T: Send + Sync>(
    guard: RwLockReadGuard<'a, T>,
) -> Box<dyn std::ops::Deref<Target = T> + Send + 'a> {
    Box::new(guard)
}

/// A part of a `T` that may borrow, without a bound.
fn halves<'a, A, B>(
    guard: MutexGuard<'a, (A, B)>,
) -> (MappedMutexGuard<'a, A>, MappedMutexGuard<'a, B>) {
    MutexGuard::split(guard, |pair| (&mut pair.0, &mut pair.1))
}

fn found<'a, T: PartialEq>(guard: RwLockReadGuard<'a, [T]>, it: &T) -> RwLockReadGuard<'a, T> {
    RwLockReadGuard::map(guard, |all| all.iter().find(|one| *one == it).unwrap())
}

fn main() {
    let text = String::from("a");
    let mutex = Mutex::new((&*text, 1));
    let (left, right) = halves(mutex.blocking_lock());
    assert_eq!((*left, *right), ("a", 1));
    drop((left, right));
    mutex_and_all(&mutex);

    let words = RwLock::new([&*text]);
    assert_eq!(**boxed(words.blocking_read()), ["a"]);
    let read = RwLockReadGuard::map(words.blocking_read(), |words| &words[..]);
    assert_eq!(*found(read, &"a"), "a");
    self::read(&words.blocking_read());
    upgradable(&words.blocking_upgradable_read());
    write(&words.blocking_write());
    _ = (wait_read::<u8>, wait_upgradable::<u8>, upgrade::<u8>, wait_write::<u8>);
    _ = (mapped_write::<u8>, lock::<u8>);
}

fn mutex_and_all(it: &Mutex<(&str, i32)>) {
    mutex(&it.blocking_lock());
    mapped(&MutexGuard::map(it.blocking_lock(), |pair| &mut pair.0));
}
