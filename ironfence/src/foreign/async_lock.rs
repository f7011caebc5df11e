//! The locks of async-lock. Its futures have names. Its own ways to wait with a thread need its
//! `std`; the traits' way does not.

use async_lock::{
    Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard,
    futures::{Lock, Read, Write},
};

use super::adapt;

adapt! {
    T: ?Sized;
    Mutex<T> { Guard = MutexGuard<'a, T>, Lock = Lock<'a, T> }
    RwLock<T> {
        ReadGuard = RwLockReadGuard<'a, T>, WriteGuard = RwLockWriteGuard<'a, T>,
        Read = Read<'a, T>, Write = Write<'a, T>
    }
    named = |future| future,
    tried = |option| option
}
