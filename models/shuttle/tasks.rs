//! How a task is run: by which executor, how restlessly, and what it does beside.

use std::{
    future::{Future, poll_fn},
    pin::{Pin, pin},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use shuttle::{sync::atomic::AtomicBool, thread};

use super::draw;
use crate::block::block_on;

/// Runs all of them at once, each in a thread of its own, and waits for them.
pub(super) fn all_at_once(tasks: Vec<Box<dyn FnOnce() + Send>>) {
    let threads: Vec<_> = tasks.into_iter().map(thread::spawn).collect();
    for thread in threads {
        thread.join().expect("no task panics");
    }
}

/// Runs a task to its end with this thread, by one of several executors.
pub(super) fn run<F: Future>(task: F) -> F::Output {
    match draw(3) {
        0 => block_on(task),
        1 => shuttle::future::block_on(task),
        _ => block_on(restless(task)),
    }
}

/// A step at which others may go on, that the task needs for nothing.
pub(super) fn pause() {
    AtomicBool::new(false).load(Ordering::Relaxed);
}

/// Wakes for somebody else, under an address that is new each time.
struct Forward(Waker);

impl Wake for Forward {
    fn wake(self: Arc<Self>) {
        self.0.wake_by_ref();
    }
}

/// Polled with a new waker each time, and sometimes although nobody has woken it.
pub(super) async fn restless<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    let mut left = draw(4);
    poll_fn(|context| {
        let waker = Waker::from(Arc::new(Forward(context.waker().clone())));
        let poll = future.as_mut().poll(&mut Context::from_waker(&waker));
        if poll.is_pending() && left > 0 {
            left -= 1;
            context.waker().wake_by_ref();
        }
        poll
    })
    .await
}

/// Polled a few times at the most, and dropped then: asleep, called, or with the lock just missed.
pub(super) async fn give_up<F: Future>(future: F) -> Option<F::Output> {
    let mut future = Box::pin(future);
    for _ in 0..=draw(3) {
        if let Poll::Ready(output) = poll_once(future.as_mut()).await {
            return Some(output);
        }
        rest().await;
    }
    None
}

/// One poll, with the waker of the task.
async fn poll_once<F: Future>(mut future: Pin<&mut F>) -> Poll<F::Output> {
    poll_fn(|context| Poll::Ready(future.as_mut().poll(context))).await
}

/// Gives the executor back its thread once.
pub(super) async fn rest() {
    let mut has_rested = false;
    poll_fn(|context| {
        if std::mem::replace(&mut has_rested, true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

/// Both in one task, to their ends.
pub(super) async fn join(one: impl Future<Output = ()>, other: impl Future<Output = ()>) {
    let (mut one, mut other) = (pin!(one), pin!(other));
    let (mut one_is_done, mut other_is_done) = (false, false);
    poll_fn(|context| {
        one_is_done = one_is_done || one.as_mut().poll(context).is_ready();
        other_is_done = other_is_done || other.as_mut().poll(context).is_ready();
        if one_is_done && other_is_done { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Who of two in one task is ready.
pub(super) enum Either<A, B> {
    One(A),
    Other(B),
}

/// The first that is ready. The other one is dropped then, asleep or called.
pub(super) async fn select<A: Future, B: Future>(one: A, other: B) -> Either<A::Output, B::Output> {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|context| match one.as_mut().poll(context) {
        Poll::Ready(output) => Poll::Ready(Either::One(output)),
        Poll::Pending => other.as_mut().poll(context).map(Either::Other),
    })
    .await
}

/// Counts how often it was woken, for futures that are polled by hand.
#[derive(Default)]
pub(super) struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

impl Bell {
    pub(super) fn has_rung(&self) -> bool {
        self.0.load(Ordering::Relaxed) > 0
    }
}

/// Polls by hand, and has this woken.
pub(super) fn poll_with<F: Future>(
    future: Pin<&mut F>,
    woken: &Arc<impl Wake + Send + Sync + 'static>,
) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(&Waker::from(woken.clone())))
}

/// A future that was polled once and has to wait. Nobody hears what wakes it.
pub(super) fn queued<F: Future>(future: F) -> Pin<Box<F>> {
    let mut future = Box::pin(future);
    let poll = poll_with(future.as_mut(), &Arc::<Bell>::default());
    assert!(poll.is_pending(), "the lock is held");
    future
}
