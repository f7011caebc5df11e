//! Owned sets: some fields of a twin in an `Arc`, with guards that keep the `Arc`.
//!
//! What is asked for is said by a closure that is given the builder of a set. Only the type of what it
//! returns counts, as for a nested twin: the set is of the twin in the `Arc`, for as long as that lives.
//! The builder's type has the lifetime of a borrow in it. An owned set forgets it: it keeps two functions that
//! were made for that type, one that shows the locks and one that makes their guards.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::{
    fmt,
    future::{Future, IntoFuture},
    marker::PhantomData,
    ops::Range,
    pin::Pin,
    task::{Context, Poll, ready},
};

use super::{
    leaves::{Gather, Sorted},
    request::{Request, Wanted},
    row::Places as _,
    set::{Set, row},
    taking::{Among, Taken, Taking, Walker},
    with::WithHeld,
};
use crate::raw::RawLock;

/// A set of locks of a twin that an `Arc` keeps alive: what `locks_owned` returns. Await it, or ask for it among
/// others, as in [`lock_all`](crate::lock_all).
///
/// `O` is the twin, `H` what is held in the end: guards that keep the `Arc`, by the names of the fields. They
/// are those of [`ArcField`](crate::ArcField), and may go into another task.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::Arc;
/// use ironfence::Guarded;
///
/// #[derive(Guarded, Default)]
/// struct Bank {
///     #[guarded(rwlock)]
///     accounts: Vec<i64>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
/// }
///
/// let bank = Arc::new(Bank::default().into_guarded());
/// let mut held = bank.locks_owned(|bank| bank.write_accounts().lock_journal()).await;
/// let clerk = tokio::spawn(async move {
///     held.accounts.push(100); // the guards went along
///     held.journal.push("opened".into());
/// });
/// clerk.await.unwrap();
/// assert_eq!(bank.accounts.read().await.len(), 1);
/// # }
/// ```
#[must_use = "a set of locks does nothing until it is awaited"]
pub struct OwnedSet<O, H, Room> {
    owner: Arc<O>,
    gather: fn(&Arc<O>, &mut Gather<'_>),
    guards: unsafe fn(&Arc<O>) -> H,
    room: PhantomData<fn() -> Room>,
}

/// Takes the locks of an owned set, and ends in their guards: what awaiting `bank.locks_owned(..)` comes to.
///
/// # Cancel safety
/// As of [`SetFuture`](crate::futures::SetFuture): it may be dropped at any point, and holds its first locks
/// while it waits for the next.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct OwnedSetFuture<O, H, Room> {
    taking: Taking<Sorted<OwnedSet<O, H, Room>, Room>>,
}

/// The locks of the set `S` in this twin.
fn gather<'a, S: Set<Twin = &'a O>, O: 'a>(owner: &Arc<O>, gather: &mut Gather<'_>) {
    // SAFETY: the twin is borrowed for the length of this call. That `'a` is longer, or over, nobody can
    // make use of: what `S` has it from is a type alone, so it can keep nothing that has `'a` in it, unless `'a`
    // is `'static`; and `'a` is how long an `Arc` of this twin was borrowed, so then it lives for ever.
    let twin: &'a O = unsafe { &*Arc::as_ptr(owner) };
    row::<S>(twin).walk(&mut Inside { place: extent(owner), gather });
}

/// Their guards.
///
/// # Safety
/// As for [`Wanted::guards`], of the locks that [`gather`] shows.
unsafe fn guards<'a, S: Set<Twin = &'a O>, O: 'a>(owner: &Arc<O>) -> S::HeldOwned<O> {
    // SAFETY: as in `gather`.
    let twin: &'a O = unsafe { &*Arc::as_ptr(owner) };
    // SAFETY: the caller's contract. `gather` has seen to it that the locks are in what `owner` points to. There `row`
    // has found them with nothing but a `&'a O`, in safe code, which could not tell when `'a` is over: so they
    // stay there until that `O` goes, or is borrowed exclusively.
    S::held_owned(unsafe { row::<S>(twin).owned(owner) })
}

/// Where the twin is.
fn extent<O>(owner: &Arc<O>) -> Range<usize> {
    let start = Arc::as_ptr(owner).addr();
    start..start + size_of::<O>()
}

/// Takes down leaves that are inside of the twin: what an `Arc` of it keeps alive.
struct Inside<'g, 's> {
    place: Range<usize>,
    gather: &'g mut Gather<'s>,
}

impl Walker for Inside<'_, '_> {
    #[inline(always)]
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        assert!(
            self.place.contains(&core::ptr::from_ref(raw).addr()),
            "a set of locks names other ones than those of its fields"
        );
        self.gather.come_to::<M>(raw)
    }
}

// SAFETY: the set's places are the same each time, as `row` says of one twin, and this keeps it: it stays where
// it is while the `Arc` does, and the locks are inside. `guards` is for what `gather` shows: `owned_set`
// has both from one set.
unsafe impl<O, H, Room> Wanted for OwnedSet<O, H, Room> {
    type Guards = H;

    #[inline]
    fn gather(&self, gather: &mut Gather<'_>) {
        (self.gather)(&self.owner, gather);
    }

    #[inline]
    unsafe fn guards(self) -> H {
        // SAFETY: the caller's contract.
        unsafe { (self.guards)(&self.owner) }
    }
}

impl<O, H, Room> Request for OwnedSet<O, H, Room> {
    type Guards = H;
    type Wanted = Self;
    type Room = Room;

    #[inline]
    fn wanted(self) -> Self {
        self
    }
}

/// The set `S` of the twin that `owner` keeps alive.
#[doc(hidden)]
#[inline]
pub fn owned_set<'a, S: Set<Twin = &'a O>, O>(
    owner: &'a Arc<O>,
) -> OwnedSet<O, S::HeldOwned<O>, <S::Row as super::row::Places>::Room> {
    OwnedSet {
        owner: owner.clone(),
        gather: gather::<S, O>,
        guards: guards::<S, O>,
        room: PhantomData,
    }
}

impl<O, H, Room> OwnedSet<O, H, Room> {
    /// The guards, if none of the locks has to be waited for; else none is taken.
    ///
    /// As [`Together::try_now`](crate::Together::try_now).
    #[cfg_attr(feature = "check", track_caller)]
    pub fn try_now(self) -> Option<H> {
        Taken::try_take(Sorted::<_, Room>::new(self)).map(Sorted::guards)
    }

    /// The guards, waiting with the thread. For code outside async tasks.
    ///
    /// As [`Together::blocking`](crate::Together::blocking).
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking(self) -> H {
        crate::block::block_on(self.into_future())
    }

    /// Takes the locks, calls a closure with what is held, and releases them. The closure can't await.
    ///
    /// As [`Mutex::with`](crate::Mutex::with).
    #[cfg_attr(feature = "check", track_caller)]
    pub fn with<R, F>(self, f: F) -> WithHeld<OwnedSetFuture<O, H, Room>, F, R>
    where
        F: FnOnce(&mut H) -> R, // no borrow, no `async` closure: to await, await the set, and use what is held
    {
        WithHeld::new(self.into_future(), f)
    }
}

impl<O, H, Room> IntoFuture for OwnedSet<O, H, Room> {
    type Output = H;
    type IntoFuture = OwnedSetFuture<O, H, Room>;

    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    fn into_future(self) -> OwnedSetFuture<O, H, Room> {
        OwnedSetFuture { taking: Taking::new(Sorted::new(self)) }
    }
}

impl<O, H, Room> OwnedSetFuture<O, H, Room> {
    /// True once the guards were handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<O, H, Room> Future for OwnedSetFuture<O, H, Room> {
    type Output = H;

    #[inline]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<H> {
        // SAFETY: the only field, never moved out of; `Self` has no `Drop` and is `Unpin` only if
        // the field is.
        let taking = unsafe { self.map_unchecked_mut(|this| &mut this.taking) };
        Poll::Ready(Sorted::guards(ready!(taking.poll(context))))
    }
}

#[cfg(feature = "futures-core")]
impl<O, H, Room> futures_core::FusedFuture for OwnedSetFuture<O, H, Room> {
    fn is_terminated(&self) -> bool {
        OwnedSetFuture::is_terminated(self)
    }
}

impl<O, H, Room> fmt::Debug for OwnedSet<O, H, Room> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedSet").finish_non_exhaustive()
    }
}

impl<O, H, Room> fmt::Debug for OwnedSetFuture<O, H, Room> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OwnedSetFuture")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
