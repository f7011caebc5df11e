//! Futures polled by hand, by one task that counts how often it was woken.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
    time::{Duration, Instant},
};

/// Counts how often it was woken.
#[derive(Debug, Default)]
pub struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

/// A future and the task that polls it.
#[derive(Debug)]
pub struct Polled<F> {
    future: Pin<Box<F>>,
    wakes: Arc<Wakes>,
}

impl<F: Future> Polled<F> {
    /// The future in a task of its own, not polled yet.
    pub fn new(future: F) -> Self {
        Self { future: Box::pin(future), wakes: Arc::default() }
    }

    /// The future after a first poll, which must not have been its last.
    pub fn queued(future: F) -> Self {
        let mut this = Self::new(future);
        assert!(this.poll().is_pending(), "the lock is not to be had yet");
        this
    }

    /// Polls once.
    pub fn poll(&mut self) -> Poll<F::Output> {
        self.poll_with(&Waker::from(self.wakes.clone()))
    }

    /// Polls once with another waker.
    pub fn poll_with(&mut self, waker: &Waker) -> Poll<F::Output> {
        self.future.as_mut().poll(&mut Context::from_waker(waker))
    }

    /// Polls once and expects the end.
    #[track_caller]
    pub fn finish(&mut self) -> F::Output {
        match self.poll() {
            Poll::Ready(output) => output,
            Poll::Pending => panic!("the lock is free, so the poll takes it"),
        }
    }

    /// Polls until the end, as an executor does with a task that wakes itself at each poll: a waiter
    /// that keeps watch over another one, which is silent.
    #[track_caller]
    pub fn outlast(&mut self) -> F::Output {
        let limit = Limit::new();
        loop {
            let before = self.wakes();
            match self.poll() {
                Poll::Ready(output) => return output,
                Poll::Pending => {
                    assert!(self.wakes() > before, "it keeps watch, it does not sleep");
                }
            }
            limit.check();
        }
    }

    /// Polls one that keeps watch until something else has happened.
    #[track_caller]
    pub fn watch_until(&mut self, mut happened: impl FnMut() -> bool) {
        let limit = Limit::new();
        while !happened() {
            let before = self.wakes();
            assert!(self.poll().is_pending(), "others come first");
            assert!(self.wakes() > before || happened(), "it keeps watch, it does not sleep");
            limit.check();
        }
    }

    /// How often the task was woken.
    pub fn wakes(&self) -> usize {
        self.wakes.0.load(Ordering::SeqCst)
    }

    /// True if the task was woken.
    pub fn is_woken(&self) -> bool {
        self.wakes() > 0
    }

    /// How many hold the task's waker, this one included.
    pub fn wakers(&self) -> usize {
        Arc::strong_count(&self.wakes)
    }
}

/// Ends a loop that would never end if the rule under test were broken.
#[derive(Debug)]
pub struct Limit(Instant);

impl Limit {
    /// Long enough for the slowest machine.
    const TIME: Duration = Duration::from_secs(60);

    /// From now on.
    #[expect(clippy::new_without_default, reason = "it starts a clock")]
    pub fn new() -> Self {
        Self(Instant::now())
    }

    /// Fails once the time is over.
    #[track_caller]
    pub fn check(&self) {
        assert!(self.0.elapsed() < Self::TIME, "it goes on for ever");
    }
}

/// What a future ends in that has to outlast a silent waiter first, or several.
#[track_caller]
pub fn outlast<F: Future>(future: F) -> F::Output {
    Polled::new(future).outlast()
}

/// Polls a future once, with a waker that does nothing, and gives up on it.
pub fn poll_once<F: Future>(future: F) -> Poll<F::Output> {
    std::pin::pin!(future).poll(&mut Context::from_waker(Waker::noop()))
}

/// The guard (or whatever the future ends in) of a lock that is free.
#[track_caller]
pub fn now<F: Future>(future: F) -> F::Output {
    match poll_once(future) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("the lock is free, so the first poll takes it"),
    }
}
