//! Futures polled by hand, in the order in which they are woken: an executor without a cost.
#![allow(unsafe_code)]

use std::{
    cell::RefCell,
    collections::VecDeque,
    future::Future,
    pin::{Pin, pin},
    ptr::without_provenance,
    task::{Context, Poll, RawWaker, RawWakerVTable, Waker},
};

thread_local! {
    /// The numbers of those that were woken and not yet polled.
    static WOKEN: RefCell<VecDeque<usize>> = const { RefCell::new(VecDeque::new()) };
}

const BY_NUMBER: RawWakerVTable = RawWakerVTable::new(clone, wake, wake, |_| ());

fn clone(number: *const ()) -> RawWaker {
    RawWaker::new(number, &BY_NUMBER)
}

fn wake(number: *const ()) {
    WOKEN.with_borrow_mut(|woken| woken.push_back(number.addr()));
}

/// A waker that notes `number`, on the thread that wakes. Cloning and dropping it costs nothing.
pub(crate) fn waker(number: usize) -> Waker {
    // SAFETY: the number owns nothing and is never dereferenced, so the functions keep the
    // contract of `RawWaker` whatever is done with it, on any thread.
    unsafe { Waker::from_raw(clone(without_provenance(number))) }
}

/// The one that was woken first, if any.
pub(crate) fn next_woken() -> Option<usize> {
    WOKEN.with_borrow_mut(VecDeque::pop_front)
}

/// Forgets who was woken, and makes room for `count` more.
pub(crate) fn clear_woken(count: usize) {
    WOKEN.with_borrow_mut(|woken| {
        woken.clear();
        woken.reserve(count);
    });
}

/// Polls a future that needs no waiting.
#[inline(always)]
pub(crate) fn poll_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("a future waits for a lock that is free"),
    }
}

/// Futures side by side in memory, each pinned where it is.
pub(crate) struct Futures<F> {
    /// What a future's number is more than its index.
    first: usize,
    slots: Pin<Box<[Option<F>]>>,
}

impl<F: Future> Futures<F> {
    /// `count` futures, numbered from `first`.
    pub(crate) fn new(first: usize, count: usize, mut make: impl FnMut() -> F) -> Self {
        let slots: Box<[_]> = (0..count).map(|_| Some(make())).collect();
        Self { first, slots: slots.into() }
    }

    #[inline]
    fn slot(&mut self, number: usize) -> Pin<&mut Option<F>> {
        let index = number - self.first;
        // SAFETY: an element of a pinned slice, which nothing moves.
        unsafe { self.slots.as_mut().map_unchecked_mut(|slots| &mut slots[index]) }
    }

    /// Polls one, and drops it if it is done.
    #[inline]
    pub(crate) fn poll(&mut self, number: usize) -> Poll<F::Output> {
        let waker = waker(number);
        let mut slot = self.slot(number);
        let future = slot.as_mut().as_pin_mut().expect("polled after its end");
        let polled = future.poll(&mut Context::from_waker(&waker));
        if polled.is_ready() {
            slot.set(None);
        }
        polled
    }

    /// Drops one.
    pub(crate) fn cancel(&mut self, number: usize) {
        self.slot(number).set(None);
    }

    /// Polls each once. They are to wait.
    pub(crate) fn queue_all(&mut self) {
        for number in self.first..self.first + self.slots.len() {
            assert!(
                self.poll(number).is_pending(),
                "a future does not wait for a lock that is held"
            );
        }
    }

    /// Polls whoever is woken until nobody is, or until it looks as if that would never end.
    /// Returns how many were done.
    #[inline]
    pub(crate) fn run(&mut self, mut done: impl FnMut(F::Output)) -> usize {
        let mut count = 0;
        for _ in 0..100 * self.slots.len() {
            let Some(number) = next_woken() else {
                break;
            };
            // A lock may wake one more than once.
            if self.slot(number).is_none() {
                continue;
            }
            if let Poll::Ready(output) = self.poll(number) {
                done(output);
                count += 1;
            }
        }
        count
    }
}
