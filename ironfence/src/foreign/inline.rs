//! A future whose type has no name, kept in place behind one that has: what an `async fn` returns,
//! without a box.
#![allow(unsafe_code)]

use core::{
    cell::UnsafeCell,
    fmt,
    future::Future,
    marker::{PhantomData, PhantomPinned},
    mem::MaybeUninit,
    pin::Pin,
    task::{Context, Poll},
};

/// A future of at most `BYTES` bytes that ends in an `Output` and borrows an `L` for `'a`.
///
/// It is `Send` where `&'a L` is.
///
/// # Panics
/// If polled again after it was ready.
///
/// [the derive](derive@crate::Guarded#other-peoples-locks) has an example.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Inline<'a, L: ?Sized, Output, const BYTES: usize> {
    /// The future, from the first byte on. In a cell, as others write into it while it waits (a
    /// waker that is taken out, say), which memory behind a plain `&` must not see.
    buffer: UnsafeCell<Buffer<BYTES>>,
    does: Does<Output>,
    /// What it borrows, and what decides whether it is `Send`.
    borrowed: PhantomData<&'a L>,
    /// The future may point into itself, and others into it: it stays where it is, and `&mut` of it
    /// is not exclusive.
    _pinned: PhantomPinned,
}

/// Bytes at an address that suits any future made of pointers and integers. Bytes, because copying
/// them keeps whatever they are.
#[repr(C, align(8))]
struct Buffer<const BYTES: usize>([MaybeUninit<u8>; BYTES]);

/// What can be done with the future in the buffer.
struct Does<Output> {
    /// `None` once it was ready.
    ///
    /// # Safety
    /// The pointer is to the future of this type, which is pinned, and used by nobody else.
    poll: Option<unsafe fn(*mut (), &mut Context<'_>) -> Poll<Output>>,
    /// # Safety
    /// The same; and the future is not used again.
    drop: unsafe fn(*mut ()),
}

// SAFETY: a `&Inline` gives no access to the future: what there is doesn't look at it.
unsafe impl<L: ?Sized + Sync, Output, const BYTES: usize> Sync for Inline<'_, L, Output, BYTES> {}

impl<'a, L: ?Sized, Output, const BYTES: usize> Inline<'a, L, Output, BYTES> {
    /// Keeps `future`. That it fits is checked when this is compiled for it.
    ///
    /// # Safety
    /// If `L` is `Sync`, `F` is `Send`: then this is, by its fields.
    pub(crate) unsafe fn new<F: Future<Output = Output> + 'a>(future: F) -> Self {
        const {
            assert!(size_of::<F>() <= BYTES, "the future is larger than its buffer");
            assert!(
                align_of::<F>() <= align_of::<Buffer<BYTES>>(),
                "the buffer is aligned too little"
            );
        }
        let mut buffer = Buffer([MaybeUninit::uninit(); BYTES]);
        // SAFETY: the buffer is as large and as aligned as `F` wants it, by the assertions, and ours.
        unsafe { (&raw mut buffer).cast::<F>().write(future) };
        Self {
            buffer: UnsafeCell::new(buffer),
            does: Does { poll: Some(poll::<F>), drop: drop_in_place::<F> },
            borrowed: PhantomData,
            _pinned: PhantomPinned,
        }
    }
}

impl<L: ?Sized, Output, const BYTES: usize> Inline<'_, L, Output, BYTES> {
    /// True once the guard was handed out; polling again would panic. See
    /// [`Acquiring::is_terminated`](crate::Acquiring::is_terminated).
    pub fn is_terminated(&self) -> bool {
        self.does.poll.is_none()
    }
}

#[cfg(feature = "futures-core")]
impl<L: ?Sized, Output, const BYTES: usize> futures_core::FusedFuture
    for Inline<'_, L, Output, BYTES>
{
    fn is_terminated(&self) -> bool {
        Inline::is_terminated(self)
    }
}

/// # Safety
/// See [`Does::poll`].
unsafe fn poll<F: Future>(future: *mut (), context: &mut Context<'_>) -> Poll<F::Output> {
    // SAFETY: the caller's contract.
    unsafe { Pin::new_unchecked(&mut *future.cast::<F>()) }.poll(context)
}

/// # Safety
/// See [`Does::drop`].
unsafe fn drop_in_place<F>(future: *mut ()) {
    // SAFETY: the caller's contract.
    unsafe { future.cast::<F>().drop_in_place() };
}

impl<L: ?Sized, Output, const BYTES: usize> Future for Inline<'_, L, Output, BYTES> {
    type Output = Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Output> {
        // SAFETY: nothing is moved out of the reference but the result.
        let this = unsafe { self.get_unchecked_mut() };
        let Some(poll) = this.does.poll else {
            panic!("a lock future was polled after completion");
        };
        // SAFETY: `does` belongs to the future that `new` put into the buffer, where it is until
        // `drop`: nothing takes it out, not even a panic of its `poll`, after which it is still to be
        // dropped. It is pinned because `self` is: `self` is never `Unpin`, nothing was moved out of
        // it, and `drop` drops the future where it is. `&mut self` keeps others away.
        let outcome = unsafe { poll(this.buffer.get().cast(), context) };
        if outcome.is_ready() {
            this.does.poll = None;
        }
        outcome
    }
}

impl<L: ?Sized, Output, const BYTES: usize> Drop for Inline<'_, L, Output, BYTES> {
    fn drop(&mut self) {
        // SAFETY: as in `poll`; the buffer, which has no drop of its own, is not looked at again.
        // What the future borrows still lives: this `Drop` makes the compiler ask for `'a`.
        unsafe { (self.does.drop)(self.buffer.get().cast()) };
    }
}

impl<L: ?Sized, Output, const BYTES: usize> fmt::Debug for Inline<'_, L, Output, BYTES> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Inline")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use core::{cell::Cell, future::pending, ptr, task::Waker};
    use std::{
        boxed::Box,
        panic::{AssertUnwindSafe, catch_unwind},
        pin::pin,
    };

    use super::*;

    /// Counts how often it is dropped, and notes where it was when polled.
    struct Probe<'a> {
        drops: &'a Cell<u32>,
        place: Cell<*const Self>,
        panics: bool,
    }

    impl Drop for Probe<'_> {
        fn drop(&mut self) {
            self.drops.set(self.drops.get() + 1);
            let place = self.place.get();
            assert!(place.is_null() || ptr::eq(place, self), "it is dropped where it was polled");
        }
    }

    impl Future for Probe<'_> {
        type Output = Box<str>;

        fn poll(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Box<str>> {
            assert!(!self.panics, "as told");
            if self.place.replace(&*self).is_null() {
                Poll::Pending
            } else {
                Poll::Ready("done".into())
            }
        }
    }

    fn inline(drops: &Cell<u32>, panics: bool) -> Inline<'_, Cell<u32>, Box<str>, 32> {
        let probe = Probe { drops, place: Cell::new(ptr::null()), panics };
        // SAFETY: `Cell` is not `Sync`, so nothing is said of `Send`.
        unsafe { Inline::new(probe) }
    }

    #[test]
    fn the_future_inside_is_polled_to_its_end_and_dropped_once() {
        let drops = Cell::new(0);
        let future = inline(&drops, false);
        {
            let mut future = pin!(Some(future)); // moved, as it may be before the first poll
            let mut context = Context::from_waker(Waker::noop());
            let mut poll = || future.as_mut().as_pin_mut().unwrap().poll(&mut context);
            assert!(poll().is_pending(), "as the one inside says");
            assert_eq!(poll(), Poll::Ready("done".into()));
            assert_eq!(drops.get(), 0, "its end is no reason to drop it");
            assert!(catch_unwind(AssertUnwindSafe(poll)).is_err(), "the end is the end");
            assert!(future.as_ref().as_pin_ref().unwrap().is_terminated());
        }
        assert_eq!(drops.get(), 1);
    }

    #[test]
    fn a_future_that_was_never_polled_or_not_to_its_end_is_dropped_once() {
        let drops = Cell::new(0);
        drop(inline(&drops, false));
        assert_eq!(drops.get(), 1);
        let mut half_way = Box::pin(inline(&drops, false));
        assert!(half_way.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        drop(half_way);
        assert_eq!(drops.get(), 2);
    }

    #[test]
    fn a_future_that_panicked_when_polled_is_dropped_once() {
        let drops = Cell::new(0);
        let mut future = Box::pin(inline(&drops, true));
        let mut poll = || future.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        assert!(catch_unwind(AssertUnwindSafe(&mut poll)).is_err());
        assert!(catch_unwind(AssertUnwindSafe(&mut poll)).is_err(), "and may be polled again");
        assert_eq!(drops.get(), 0);
        drop(future);
        assert_eq!(drops.get(), 1);
    }

    #[test]
    fn a_future_without_a_size_needs_no_buffer() {
        // SAFETY: `pending` is `Send`.
        let future: Inline<'_, (), (), 0> = unsafe { Inline::new(pending()) };
        assert!(pin!(future).poll(&mut Context::from_waker(Waker::noop())).is_pending());
    }
}
