//! Groups: locks of whoever, of different values, taken together.
//!
//! The rule is the one of [`order`](crate::order), the way another: a lock that is not ours can't be
//! held without its guard, so the guards are kept, each as it comes.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    request::{Group, Request, Wanted},
    shapes::Beside,
    taking::Taking,
};
use crate::{order::together::SameLock, watch::Site};

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
#[cfg_attr(feature = "check", track_caller)]
#[allow(
    clippy::type_complexity,
    reason = "it is that of `lock_all((a, b))`; spelled out, an error is about `A`"
)]
pub fn lock_pair<A: Request, B: Request>(
    a: A,
    b: B,
) -> ForeignTogether<(A::Guards, B::Guards), Beside<A::Wanted, B::Wanted>, (A::Room, B::Room)> {
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
#[cfg_attr(feature = "check", track_caller)]
pub fn lock_all<R: Request>(request: R) -> ForeignTogether<R::Guards, R::Wanted, R::Room> {
    let wanted = Site::here().cover(|| request.wanted());
    ForeignTogether { taking: Taking::new(wanted, Group::default()), guards: R::guards }
}

/// Takes the locks of a request of whoever in one order: what [`lock_pair`] and [`lock_all`] return.
///
/// `G` are the guards, `W` is what is wanted, `Room` as large as its locks are many, as far as the request's type says
/// how many.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point, if the futures of the locks may:
/// it releases the locks that it has. These it holds while it waits for the next: poll it to its end, or drop it.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct ForeignTogether<G, W: Wanted, Room> {
    taking: Taking<W, Room>,
    /// Of what was asked for, once all is taken.
    guards: fn(W) -> G,
}

impl<G, W: Wanted, Room> ForeignTogether<G, W, Room> {
    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<G, W: Wanted, Room> Future for ForeignTogether<G, W, Room> {
    type Output = Result<G, SameLock>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let guards = self.guards;
        // SAFETY: never moved out of; the other field is not pinned, and `Self` has no `Drop` and is `Unpin` only if
        // this one is.
        let mut taking = unsafe { self.map_unchecked_mut(|this| &mut this.taking) };
        if !taking.is_terminated() && taking.has_same() {
            taking.as_mut().end();
            return Poll::Ready(Err(SameLock::new()));
        }
        taking.poll(context).map(|kept| Ok(guards(kept)))
    }
}

#[cfg(feature = "futures-core")]
impl<G, W: Wanted, Room> futures_core::FusedFuture for ForeignTogether<G, W, Room> {
    fn is_terminated(&self) -> bool {
        ForeignTogether::is_terminated(self)
    }
}

impl<G, W: Wanted, Room> fmt::Debug for ForeignTogether<G, W, Room> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ForeignTogether")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
