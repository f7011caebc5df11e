//! L5: one consistent copy of a whole twin.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    marker::PhantomData,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    order::{
        row::Places as _,
        set::{Exactly, Set, row},
        taking::{Route, Taking, Walker},
    },
    twin::{CopyTwin, Twin},
};

/// Takes all the locks of a twin in declaration order, copies it, and releases them: what
/// `snapshot` returns.
///
/// Mutexes are taken as they are, rwlocks for reading. The locks taken so far are held while it
/// waits for the next: poll it to its end, or drop it.
///
/// # Cancel safety
/// May be dropped at any point; the locks taken so far are released.
///
/// # Panics
/// If polled again after it was ready. If a `clone` panics, all locks are released.
///
/// [the derive](derive@crate::Guarded) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Snapshot<'a, T: Twin> {
    taking: Taking<Everything<'a, T>>,
    /// [`copy`] of the twin, once all locks are held. Kept here, so that it is `snapshot` alone that
    /// asks for `Clone` fields: a future that asked again would say everything twice.
    copy: unsafe fn(*const T) -> T::Plain,
}

/// All the locks of a twin, whose type is invariant as that of [`Asked`](crate::order::set::Asked) is.
struct Everything<'a, T>(&'a T, Exactly<T>);

// SAFETY: `row` vouches for the places of one set of one twin; a borrowed twin stays where it is.
unsafe impl<'a, T: Twin> Route for Everything<'a, T> {
    #[inline(always)]
    fn walk<W: Walker>(&self, walker: &mut W) -> bool {
        row::<T::ReadAll<'a>>(self.0).walk(walker)
    }
}

/// Copies a twin, and releases its locks.
///
/// # Safety
/// The twin lives and is shared for `'a`. All the locks of [`Twin::ReadAll`] are held as they are wanted,
/// and these holds belong to nobody else.
unsafe fn copy<'a, T>(twin: *const T) -> T::Plain
where
    T: 'a + Twin + CopyTwin<<T::ReadAll<'a> as Set>::Held, T::Plain>,
{
    // SAFETY: the caller's contract.
    let twin: &'a T = unsafe { &*twin };
    // SAFETY: the caller's contract.
    let guards = unsafe { row::<T::ReadAll<'a>>(twin).guard() };
    twin.copy(&T::ReadAll::<'a>::held(guards))
}

impl<'a, T: Twin> Snapshot<'a, T> {
    #[doc(hidden)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(twin: &'a T) -> Self
    where
        T: CopyTwin<<T::ReadAll<'a> as Set>::Held, T::Plain>,
    {
        Self { taking: Taking::new(Everything(twin, PhantomData)), copy: copy::<'a, T> }
    }

    /// True once the copy was handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.taking.is_terminated()
    }
}

impl<T: Twin> Future for Snapshot<'_, T> {
    type Output = T::Plain;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T::Plain> {
        // SAFETY: `taking` is pinned and never moved out of. `Self` has no `Drop` and is `Unpin` only
        // if it is.
        let (taking, copy) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.taking), this.copy)
        };
        let twin = ready!(taking.poll(context)).leave_held().0;
        // SAFETY: `copy` is the function above, for the lifetime that the twin was borrowed for when this
        // was made, which can only have become shorter since. All the locks of the walk, which is the
        // one of `ReadAll`, are taken, and these holds are ours since `leave_held`.
        Poll::Ready(unsafe { copy(twin) })
    }
}

#[cfg(feature = "futures-core")]
impl<T: Twin> futures_core::FusedFuture for Snapshot<'_, T> {
    fn is_terminated(&self) -> bool {
        Snapshot::is_terminated(self)
    }
}

impl<T: Twin> fmt::Debug for Snapshot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
