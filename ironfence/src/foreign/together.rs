//! Groups: locks of whoever, of different values, taken together.
//!
//! The rule is the one of [`order`](crate::order), the way another: a lock that is not ours can't be
//! held without its guard, so the guards are kept, each as it comes. It is the future that anybody could write by hand;
//! the ordering is what is added.

use core::future::Future;

use super::request::{Group, Place, Request, Wanted as _};
use crate::order::{leaves::Leaves, together::SameLock};

/// As [`lock_pair`](crate::lock_pair), for locks of whoever: takes two locks in the order of [`lock_all`], so two tasks
/// that take the same two never wait for each other. Instead of one lock, each of the two may be any [`Request`].
///
/// # Errors
/// [`SameLock`] if both are the same lock, wanted in whatever way: the task would wait for itself.
///
/// # Cancel safety
/// The future may be dropped at any point, if those of the locks may; it holds the first lock while it
/// waits for the second.
///
/// ```
/// # #[cfg(feature = "tokio")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use ironfence::foreign::{lock, lock_pair, read};
/// use tokio::sync::{Mutex, RwLock};
///
/// let (account, rate) = (Mutex::new(100), RwLock::new(3));
/// let (mut account, rate) = lock_pair(lock(&account), read(&rate)).await?;
/// *account += *account * *rate / 100;
/// assert_eq!(*account, 103);
/// # Ok(()) }
/// # #[cfg(not(feature = "tokio"))] fn main() {}
/// ```
pub fn lock_pair<A: Request, B: Request>(
    a: A,
    b: B,
) -> impl Future<Output = Result<(A::Guards, B::Guards), SameLock>> {
    lock_all((a, b))
}

/// As [`lock_all`](crate::lock_all), for locks of whoever: takes any number of locks, level by level
/// ([`AsyncMutex::level`](crate::AsyncMutex::level)) and those of one level as they lie in memory. So tasks that take
/// several of the same locks never wait for each other in a circle, in whatever order they name them, also where
/// some go by the crate's own [`lock_all`](crate::lock_all).
///
/// `request` is whatever a [`Request`] may be. The guards come in the same shape and order. Nothing is allocated for
/// what has a size, as tuples, arrays and options have, unless the locks do.
///
/// # Errors
/// [`SameLock`] if a lock is among them twice, wanted in whatever way.
///
/// # Cancel safety
/// The future may be dropped at any point, if those of the locks may; it holds the locks before while
/// it waits for the next.
///
/// ```
/// # #[cfg(feature = "async-lock")]
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use ironfence::{Keyed, foreign::{lock, lock_all, read, write}};
/// use async_lock::{Mutex, RwLock};
///
/// let accounts = [1, 2, 3].map(RwLock::new);
/// let [mut last, mut first] = lock_all([write(&accounts[2]), write(&accounts[0])]).await?;
/// std::mem::swap(&mut *first, &mut *last);
/// drop((first, last));
///
/// let journal = Mutex::new(Vec::new());
/// let all = accounts.iter().enumerate().map(|(number, account)| Keyed(number, read(account)));
/// let (all, mut journal) = lock_all((all.collect::<Vec<_>>(), Some(lock(&journal)))).await?;
/// for (number, account) in all {
///     journal.as_mut().unwrap().push((number, *account));
/// }
/// # assert_eq!(**journal.as_ref().unwrap(), [(0, 3), (1, 2), (2, 1)]);
/// # Ok(()) }
/// # #[cfg(not(feature = "async-lock"))] fn main() {}
/// ```
pub fn lock_all<R: Request>(request: R) -> impl Future<Output = Result<R::Guards, SameLock>> {
    let mut wanted = request.wanted();
    async move {
        let mut places = Leaves::<R::Room, Place>::of(|gather| wanted.gather(gather));
        places.sort_by_key(|place| *place);
        if places.has_same() {
            return Err(SameLock::new());
        }
        let mut group = Group::default();
        for next in 0..places.as_ref().len() {
            let Place { number, .. } = places.as_ref()[next];
            let guard = wanted.wait(number, &mut group).await;
            wanted.keep(number, guard);
        }
        Ok(R::guards(wanted))
    }
}
