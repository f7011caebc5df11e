//! The locks of tokio. Its futures have no names, so each is kept in a buffer of just its size.
//!
//! How large that is the compiler says, of the tokio that this is built with: a release whose
//! futures grow needs no change here.
#![allow(unsafe_code)]

use core::future::Future;

use tokio::sync::{Mutex, MutexGuard, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::{adapt, inline::Inline};

/// The size of what `method` returns.
const fn bytes<L: ?Sized + 'static, F: Future>(_method: fn(&'static L) -> F) -> usize {
    size_of::<F>()
}

// The futures borrow the value, so its size is nothing to them; `Inline` asserts that they fit. For
// values without a size, references are wider, and all futures would be 32 bytes larger for their sake.
const LOCK: usize = bytes(Mutex::<()>::lock);
const READ: usize = bytes(RwLock::<()>::read);
const WRITE: usize = bytes(RwLock::<()>::write);

/// What `lock` of a `tokio::sync::Mutex` returns, by its method in [`AsyncMutex`](crate::AsyncMutex).
pub type TokioLock<'a, T> = Inline<'a, Mutex<T>, MutexGuard<'a, T>, LOCK>;
/// What `read` of a `tokio::sync::RwLock` returns, by its method in
/// [`AsyncRwLock`](crate::AsyncRwLock).
pub type TokioRead<'a, T> = Inline<'a, RwLock<T>, RwLockReadGuard<'a, T>, READ>;
/// What `write` of a `tokio::sync::RwLock` returns, by its method in
/// [`AsyncRwLock`](crate::AsyncRwLock).
pub type TokioWrite<'a, T> = Inline<'a, RwLock<T>, RwLockWriteGuard<'a, T>, WRITE>;

/// What [`Inline`] asks of the futures, shown to the compiler: they are `Send` if their lock is
/// `Sync`, whatever is in it. Never called.
#[expect(dead_code, reason = "it compiles, and that is all it is for")]
fn are_send<T>(mutex: &Mutex<T>, lock: &RwLock<T>)
where
    Mutex<T>: Sync,
    RwLock<T>: Sync,
{
    fn is_send(_: impl Send) {}
    is_send(mutex.lock());
    is_send(lock.read());
    is_send(lock.write());
}

adapt! {
    T;
    Mutex<T> { Guard = MutexGuard<'a, T>, Lock = TokioLock<'a, T> }
    RwLock<T> {
        ReadGuard = RwLockReadGuard<'a, T>, WriteGuard = RwLockWriteGuard<'a, T>,
        Read = TokioRead<'a, T>, Write = TokioWrite<'a, T>
    }
    // SAFETY: it is one of those that `are_send` shows to be `Send` if their lock is `Sync`.
    named = |future| unsafe { Inline::new(future) },
    tried = |result| result.ok(),
    blocking = own
}
