//! L5: one consistent copy of a whole twin.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    order::{
        set::Set,
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
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Snapshot<'a, T: Twin> {
    taking: Taking<Everything<'a, T>>,
    /// What makes the copy once all locks are held. Kept here, so that it is `snapshot` alone that
    /// asks for `Clone` fields: a future that asked again would say everything twice.
    copy: unsafe fn(&T) -> T::Plain,
}

/// All the locks of a twin.
struct Everything<'a, T>(&'a T);

// SAFETY: `Set` promises the walk; a borrowed twin stays where it is.
unsafe impl<'a, T: Twin> Route for Everything<'a, T> {
    fn walk<W: Walker>(&self, walker: &mut W) -> bool {
        T::ReadAll::<'a>::walk(self.0, walker)
    }
}

impl<'a, T: Twin> Snapshot<'a, T> {
    #[doc(hidden)]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn new(twin: &'a T) -> Self
    where
        T: CopyTwin,
    {
        Self { taking: Taking::new(Everything(twin)), copy: T::copy }
    }

    /// True once the copy was handed out; polling again would panic.
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
        // Releases when the copy is made, or panics.
        let taken = ready!(taking.poll(context));
        // SAFETY: `copy` is `CopyTwin::copy`, and all the locks of `ReadAll` are held.
        Poll::Ready(unsafe { copy(taken.route().0) })
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
