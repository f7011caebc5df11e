//! L5: one consistent copy of a whole twin.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{
    raw::{
        RawLock,
        acquire::Acquire,
        handle::Erased,
        permit::{Exclusive, Hold, Permit, Shared},
    },
    sync::Shield,
    twin::{CopyTwin, Twin, Walker},
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
    /// The lock that is waited for. Before `held`, so that it is dropped first.
    waiting: Option<Waiting<'a>>,
    held: Held<'a, T>,
    /// What makes the copy once all locks are held. Kept here, so that it is `snapshot` alone that
    /// asks for `Clone` fields: a future that asked again would say everything twice.
    copy: unsafe fn(&T) -> T::Plain,
    is_done: bool,
}

/// One lock of the walk, wanted one way or the other.
enum Waiting<'a> {
    Exclusive(Acquire<Erased<'a>, Exclusive>),
    Shared(Acquire<Erased<'a>, Shared>),
}

impl<'a> Waiting<'a> {
    /// Once this is ready the lock is held, and the caller is to release it.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        // SAFETY: the variants are pinned as their enum is, which has no `Drop` and is `Unpin` only
        // if they are.
        unsafe {
            match self.get_unchecked_mut() {
                Self::Exclusive(acquire) => {
                    Pin::new_unchecked(acquire).poll(context).map(Permit::leave_held)
                }
                Self::Shared(acquire) => {
                    Pin::new_unchecked(acquire).poll(context).map(Permit::leave_held)
                }
            }
        }
    }
}

/// The locks taken so far; dropping it releases them.
struct Held<'a, T: Twin> {
    twin: &'a T,
    count: usize,
}

impl<'a, T: Twin> Snapshot<'a, T> {
    #[doc(hidden)]
    pub fn new(twin: &'a T) -> Self
    where
        T: CopyTwin,
    {
        Self { waiting: None, held: Held { twin, count: 0 }, copy: T::copy, is_done: false }
    }

    /// True once the copy was handed out; polling again would panic.
    pub fn is_terminated(&self) -> bool {
        self.is_done
    }
}

impl<T: Twin> Future for Snapshot<'_, T> {
    type Output = T::Plain;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T::Plain> {
        // SAFETY: `waiting` is pinned and only ever replaced through the pin; the other fields are
        // not pinned. `Self` has no `Drop`, and is `Unpin` only if `waiting` is.
        let (waiting, held, copy, is_done) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.waiting), &mut this.held, this.copy, &mut this.is_done)
        };
        assert!(!*is_done, "a snapshot was polled after completion");
        let twin = held.twin;
        if !twin.walk(&mut Take { past: 0, held: &mut held.count, waiting, context }) {
            return Poll::Pending;
        }
        *is_done = true;
        // Releases when the copy is made, or panics.
        let _held = Held { twin, count: core::mem::take(&mut held.count) };
        // SAFETY: `copy` is `CopyTwin::copy`; `walk` came to the end, so all its locks are held.
        Poll::Ready(unsafe { copy(twin) })
    }
}

impl<T: Twin> Drop for Held<'_, T> {
    fn drop(&mut self) {
        if self.count > 0 {
            let mut release = Release { left: self.count, shield: Shield::default() };
            self.twin.walk(&mut release);
            release.shield.finish();
        }
    }
}

/// Takes lock after lock, and stops where it has to wait.
struct Take<'f, 'a, 'c> {
    /// How many locks the walk has come past.
    past: usize,
    held: &'f mut usize,
    waiting: Pin<&'f mut Option<Waiting<'a>>>,
    context: &'f mut Context<'c>,
}

impl<'a> Take<'_, 'a, '_> {
    fn step(&mut self, wait: impl FnOnce() -> Waiting<'a>) -> bool {
        if self.past == *self.held {
            if self.waiting.is_none() {
                self.waiting.set(Some(wait()));
            }
            let waiting = self.waiting.as_mut().as_pin_mut().expect("set above");
            if waiting.poll(self.context).is_pending() {
                return false;
            }
            *self.held += 1;
            self.waiting.set(None);
        }
        self.past += 1;
        true
    }
}

impl<'a> Walker<'a> for Take<'_, 'a, '_> {
    fn alone(&mut self, raw: &'a RawLock) -> bool {
        self.step(|| Waiting::Exclusive(Acquire::new(Erased::new(raw))))
    }

    fn shared(&mut self, raw: &'a RawLock) -> bool {
        self.step(|| Waiting::Shared(Acquire::new(Erased::new(raw))))
    }
}

/// Releases the first locks of the walk.
struct Release {
    left: usize,
    /// A waker that panics keeps no later lock from its release.
    shield: Shield,
}

impl Release {
    fn step<M: Hold>(&mut self, raw: &RawLock) -> bool {
        self.shield.run(|| M::release(&Erased::new(raw)));
        self.left -= 1;
        self.left > 0
    }
}

impl<'a> Walker<'a> for Release {
    fn alone(&mut self, raw: &'a RawLock) -> bool {
        self.step::<Exclusive>(raw)
    }

    fn shared(&mut self, raw: &'a RawLock) -> bool {
        self.step::<Shared>(raw)
    }
}

impl<T: Twin> fmt::Debug for Snapshot<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}
