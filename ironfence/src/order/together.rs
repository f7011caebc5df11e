//! Groups: locks of different values, taken together.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{
    leaves::Sorted,
    request::{Request, Wanted},
    taking::{Taken, Taking},
};

/// Takes two locks, of the same value or of different ones, in one order, that of [`lock_all`]: so
/// two tasks that take the same two never wait for each other, in whatever order they name them.
///
/// A lock is asked for by its future, not awaited; a mutex also by a reference. The guards come in
/// the order in which the locks were asked for, and may be dropped in any. Instead of one lock, each of the two
/// may be any [`Request`]: a set, a `Vec` of locks, and so on.
///
/// # Errors
/// [`SameLock`] if both are the same lock, wanted in whatever way: the task would wait for itself.
/// (Two reads too: the second would wait behind a writer that waits for the first.)
///
/// # Cancel safety
/// See [`Together`]. The first lock is held while it waits for the second.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use ironfence::{Mutex, RwLock, lock_pair};
///
/// let (from, to) = (Mutex::new(10), Mutex::new(0));
/// {
///     let (mut from, mut to) = lock_pair(&from, &to).await?;
///     *from -= 3;
///     *to += 3;
/// }
/// let rate = RwLock::new(2);
/// let (mut to, rate) = lock_pair(to.lock(), rate.read()).await?;
/// *to *= *rate;
/// assert_eq!(*to, 6);
/// # Ok(()) }
/// ```
#[inline]
#[cfg_attr(feature = "check", track_caller)]
#[allow(
    clippy::type_complexity,
    reason = "it is `LockAll<(A, B)>`; spelled out, an error is about `A`"
)]
pub fn lock_pair<A: Request, B: Request>(
    a: A,
    b: B,
) -> Together<(A::Wanted, B::Wanted), (A::Room, B::Room)> {
    Together::new((a.wanted(), b.wanted()))
}

/// Takes any number of locks in one order: level by level, and those of one level as they lie in memory. So tasks that
/// take several of the same locks never wait for each other in a circle, in whatever order they name them. (Every
/// lock is at level 0, unless its struct says `#[guarded(level = 1)]`, or it was made by
/// [`Mutex::at_level`](crate::Mutex::at_level).)
///
/// `request` is whatever a [`Request`] may be: a tuple of lock futures, of sets, of a `Vec` of these, nested as
/// you like. The guards come in the same shape and order, and may be dropped in any. Nothing is allocated for what
/// has a size, as tuples, arrays, options and sets have.
///
/// # Errors
/// [`SameLock`] if a lock is among them twice, wanted in whatever way.
///
/// # Cancel safety
/// See [`Together`]. The locks before are held while it waits for the next.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use ironfence::{Mutex, RwLock, lock_all};
///
/// let accounts = [1, 2, 3].map(Mutex::new);
/// let [last, first] = lock_all([&accounts[2], &accounts[0]]).await?;
/// assert_eq!((*first, *last), (1, 3));
/// drop((first, last));
///
/// let all = lock_all(accounts.iter().collect::<Vec<_>>()).await?;
/// assert_eq!(all.iter().map(|account| **account).sum::<i32>(), 6);
/// drop(all);
///
/// let (name, open) = (RwLock::new("giro"), RwLock::new(true));
/// let (mut account, name, open) = lock_all((&accounts[0], name.read(), open.write())).await?;
/// *account += i32::from(*open && *name == "giro");
/// # Ok(()) }
/// ```
///
/// Sets of several values, and locks beside them:
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// use std::{collections::HashMap, sync::Arc};
/// use ironfence::{Guarded, Keyed, Mutex, lock_all};
///
/// #[derive(Guarded)]
/// struct Event {
///     #[guarded(rwlock)]
///     seats: u32,
///     #[guarded(mutex)]
///     holds: Vec<u32>,
/// }
///
/// let event = |seats| Arc::new(Event { seats, holds: Vec::new() }.into_guarded());
/// let events = HashMap::from([("opera", event(3)), ("circus", event(5))]);
/// let orders = Mutex::new(Vec::new());
///
/// let opera = events["opera"].locks().write_seats().lock_holds();
/// let (mut opera, mut orders) = lock_all((opera, &orders)).await?;
/// *opera.seats -= 1;
/// opera.holds.push(7);
/// orders.push("opera");
/// drop(opera);
///
/// let seats: Vec<_> = events.iter().map(|(name, event)| Keyed(name, event.seats.read())).collect();
/// let free: u32 = lock_all(seats).await?.iter().map(|(_, seats)| **seats).sum();
/// assert_eq!(free, 7);
/// # Ok(()) }
/// ```
#[inline]
#[cfg_attr(feature = "check", track_caller)]
pub fn lock_all<R: Request>(request: R) -> LockAll<R> {
    Together::new(request.wanted())
}

/// Takes the locks of a request in one order: what [`lock_pair`] and [`lock_all`] return.
///
/// Its name for a given request is [`futures::LockAll`](crate::futures::LockAll). `W` is what is wanted,
/// `Room` as large as its locks are many, as far as the request's type says how many.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point: it leaves the queue
/// that it stands in, and releases the locks that it has. These it holds while it waits for the
/// next: poll it to its end, or drop it. One that is left half-way without being polled keeps its
/// locks from everybody.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Together<W: Wanted, Room> {
    taking: Taking<Sorted<W, Room>>,
}

/// What [`lock_all`] returns for a request, and [`lock_pair`] for a pair: `LockAll<(Write<'a, u8>, Lock<'a, u8>)>`.
pub type LockAll<R> = Together<<R as Request>::Wanted, <R as Request>::Room>;

/// The same lock was asked for twice: the task would have waited for itself.
///
/// [`lock_pair`] has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SameLock(());

impl SameLock {
    pub(crate) const fn new() -> Self {
        Self(())
    }
}

impl<W: Wanted<Guards = G>, Room, G> Together<W, Room> {
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    fn new(wanted: W) -> Self {
        Self { taking: Taking::new(Sorted::new(wanted)) }
    }

    /// The lowest level among the locks, before they are handed out.
    pub(crate) fn first_level(&self) -> Option<u8> {
        self.taking.route().and_then(Sorted::first_level)
    }

    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }

    /// The guards if none of the locks has to be waited for, else none: all or nothing, at once.
    ///
    /// # Errors
    /// [`SameLock`] if a lock is among them twice.
    ///
    /// ```
    /// use ironfence::{Mutex, lock_pair};
    ///
    /// let (a, b) = (Mutex::new(1), Mutex::new(2));
    /// let guard = b.try_lock();
    /// assert!(lock_pair(&a, &b).try_now()?.is_none());
    /// assert!(a.try_lock().is_ok(), "nothing was taken");
    /// # Ok::<_, ironfence::SameLock>(())
    /// ```
    pub fn try_now(self) -> Result<Option<G>, SameLock> {
        let route = self.taking.into_route();
        if route.has_same() {
            return Err(SameLock::new());
        }
        Ok(Taken::try_take(route).map(Sorted::guards))
    }

    /// The guards, waiting with the thread. For code outside async tasks: inside one it keeps the
    /// executor's thread from running others, which is a deadlock if they are to release.
    ///
    /// # Errors
    /// [`SameLock`] if a lock is among them twice.
    #[cfg(feature = "std")]
    pub fn blocking(self) -> Result<G, SameLock> {
        crate::block::block_on(self)
    }
}

impl<W: Wanted, Room> Future for Together<W, Room> {
    type Output = Result<W::Guards, SameLock>;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the only field, never moved out of; `Self` has no `Drop` and is `Unpin` only if
        // the field is.
        let taking = unsafe { self.map_unchecked_mut(|this| &mut this.taking) };
        if taking.route().is_some_and(Sorted::has_same) {
            taking.end();
            return Poll::Ready(Err(SameLock::new()));
        }
        Poll::Ready(Ok(Sorted::guards(ready!(taking.poll(context)))))
    }
}

#[cfg(feature = "futures-core")]
impl<W: Wanted, Room> futures_core::FusedFuture for Together<W, Room> {
    fn is_terminated(&self) -> bool {
        Together::is_terminated(self)
    }
}

impl<W: Wanted, Room> fmt::Debug for Together<W, Room> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Together")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}

impl fmt::Display for SameLock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the same lock was asked for twice: the task would wait for itself")
    }
}

impl core::error::Error for SameLock {}
