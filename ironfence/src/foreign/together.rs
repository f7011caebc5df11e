//! Other people's locks, of different values, taken together: pairs and slices.
//!
//! The rule is the one of [`order`](crate::order), the way another: a lock that is not ours can't be
//! held without its guard, so the guards are kept, each as it comes. What is written here are the
//! `async fn`s that anybody could write by hand; the ordering is what they add.

use alloc::vec::Vec;
use core::{array, future::Future};

use super::{AsyncMutex, AsyncRwLock};
use crate::{
    order::together::SameLock,
    watch::{Joined, Site},
};

/// One lock and how it is wanted: what [`lock()`], [`read()`] and [`write()`] return.
pub trait Request {
    /// The guard.
    type Guard;

    /// Waits for it.
    type Waiting: Future<Output = Self::Guard>;

    /// Begins to wait.
    fn wait(self) -> Self::Waiting;

    /// Where the lock is among others: at which level, and at which address. Two locks are never in one place.
    fn place(&self) -> (u8, usize);

    /// It is about to be asked for, as one of these.
    #[doc(hidden)]
    fn join(&mut self, _: &mut Group) {}
}

/// Several requests that are taken together.
#[doc(hidden)]
#[derive(Debug, Default)]
pub struct Group(Joined);

/// Several of them: an array or a `Vec`.
///
/// [`lock_all`](crate::foreign::lock_all) has an example.
pub trait Requests {
    /// The guards, in the order in which the locks were asked for: an array, a `Vec`.
    type Guards;

    #[doc(hidden)]
    type Request: Request;

    /// What was asked for, each until it is taken.
    #[doc(hidden)]
    type Waiting: AsMut<[Option<Self::Request>]>;

    /// The guards so far.
    #[doc(hidden)]
    type Got: AsMut<[Option<<Self::Request as Request>::Guard>]>;

    /// Their places, with their numbers.
    #[doc(hidden)]
    type Order: AsMut<[((u8, usize), usize)]>;

    #[doc(hidden)]
    fn begin(self) -> (Self::Waiting, Self::Got, Self::Order);

    #[doc(hidden)]
    fn end(got: Self::Got) -> Self::Guards;
}

macro_rules! requests {
    ($($(#[$meta:meta])* $function:ident => $To:ident: $Lock:ident, $Guard:ident, $Waiting:ident;)*) => {$(
        $(#[$meta])*
        #[cfg_attr(feature = "check", track_caller)]
        pub fn $function<L: $Lock>(lock: &L) -> $To<'_, L> {
            const { assert!(size_of::<L>() > 0, "locks without a size can't be told apart") };
            $To(lock, Site::here())
        }

        #[doc = concat!("What [`", stringify!($function), "()`] returns.")]
        #[derive(Debug)]
        #[must_use = "it only says what is wanted: give it to `foreign::lock_pair` or `foreign::lock_all`"]
        pub struct $To<'a, L>(&'a L, Site);

        impl<'a, L: $Lock> Request for $To<'a, L> {
            type Guard = L::$Guard<'a>;
            type Waiting = L::$Waiting<'a>;

            fn wait(self) -> Self::Waiting {
                self.1.cover(|| self.0.$function())
            }

            fn place(&self) -> (u8, usize) {
                (self.0.level(), core::ptr::from_ref(self.0).addr())
            }

            fn join(&mut self, group: &mut Group) {
                self.1.join_group(&mut group.0, self.0);
            }
        }
    )*};
}
requests! {
    /// Asks for a mutex among other locks, as in [`lock_pair`].
    lock => ToLock: AsyncMutex, Guard, Lock;
    /// Asks for an rwlock among other locks, for reading, as in [`lock_pair`].
    read => ToRead: AsyncRwLock, ReadGuard, Read;
    /// Asks for an rwlock among other locks, for writing, as in [`lock_pair`].
    write => ToWrite: AsyncRwLock, WriteGuard, Write;
}

/// As [`lock_pair`](crate::lock_pair), for locks of whoever: takes two locks in the order of [`lock_all`], so two tasks
/// that take the same two never wait for each other.
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
pub async fn lock_pair<A: Request, B: Request>(
    mut a: A,
    mut b: B,
) -> Result<(A::Guard, B::Guard), SameLock> {
    if a.place() == b.place() {
        return Err(SameLock::new());
    }
    let mut group = Group::default();
    if a.place() < b.place() {
        a.join(&mut group);
        let a = a.wait().await;
        b.join(&mut group);
        Ok((a, b.wait().await))
    } else {
        b.join(&mut group);
        let b = b.wait().await;
        a.join(&mut group);
        Ok((a.wait().await, b))
    }
}

/// As [`lock_all`](crate::lock_all), for locks of whoever: takes an array or a `Vec` of them, level by level
/// ([`AsyncMutex::level`]) and those of one level as they lie in memory, and returns the guards as the locks were
/// given. For arrays it allocates nothing, unless the locks do.
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
/// use ironfence::foreign::{lock_all, write};
/// use async_lock::RwLock;
///
/// let accounts = [1, 2, 3].map(RwLock::new);
/// let [mut last, mut first] = lock_all([write(&accounts[2]), write(&accounts[0])]).await?;
/// std::mem::swap(&mut *first, &mut *last);
/// # Ok(()) }
/// # #[cfg(not(feature = "async-lock"))] fn main() {}
/// ```
pub async fn lock_all<Q: Requests>(requests: Q) -> Result<Q::Guards, SameLock> {
    let (mut waiting, mut got, mut order) = requests.begin();
    order.as_mut().sort_unstable();
    if order.as_mut().windows(2).any(|pair| pair[0].0 == pair[1].0) {
        return Err(SameLock::new());
    }
    let mut group = Group::default();
    for next in 0..order.as_mut().len() {
        let (_, number) = order.as_mut()[next];
        let mut request = waiting.as_mut()[number].take().expect("each number is there once");
        request.join(&mut group);
        let guard = request.wait().await;
        got.as_mut()[number] = Some(guard);
    }
    Ok(Q::end(got))
}

impl<A: Request, const N: usize> Requests for [A; N] {
    type Guards = [A::Guard; N];
    type Request = A;
    type Waiting = [Option<A>; N];
    type Got = [Option<A::Guard>; N];
    type Order = [((u8, usize), usize); N];

    fn begin(self) -> (Self::Waiting, Self::Got, Self::Order) {
        let order = array::from_fn(|number| (self[number].place(), number));
        (self.map(Some), array::from_fn(|_| None), order)
    }

    fn end(got: Self::Got) -> Self::Guards {
        got.map(|guard| guard.expect("all were taken"))
    }
}

impl<A: Request> Requests for Vec<A> {
    type Guards = Vec<A::Guard>;
    type Request = A;
    type Waiting = Vec<Option<A>>;
    type Got = Vec<Option<A::Guard>>;
    type Order = Vec<((u8, usize), usize)>;

    fn begin(self) -> (Self::Waiting, Self::Got, Self::Order) {
        let order =
            self.iter().enumerate().map(|(number, request)| (request.place(), number)).collect();
        let got = self.iter().map(|_| None).collect();
        (self.into_iter().map(Some).collect(), got, order)
    }

    fn end(got: Self::Got) -> Self::Guards {
        got.into_iter().map(|guard| guard.expect("all were taken")).collect()
    }
}
