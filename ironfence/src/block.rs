//! L0: waiting for a future with a thread, for the `blocking_*` methods.

use alloc::{sync::Arc, task::Wake};
use core::{
    cell::RefCell,
    future::Future,
    pin::pin,
    task::{Context, Poll, Waker},
};

use crate::{
    budget,
    sync::{AtomicBool, Ordering, Thread, current, park, thread_local, yield_now},
    watch::Blocking,
};

/// What wakes a thread.
struct Parker {
    thread: Thread,
    woken: AtomicBool,
}

impl Wake for Parker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        // ORDERING: Release, with the Acquire in `wait`: the thread sees why it was woken.
        if !self.woken.swap(true, Ordering::Release) {
            self.thread.unpark();
        }
    }
}

impl Parker {
    fn new() -> Arc<Self> {
        Arc::new(Self { thread: current(), woken: AtomicBool::new(false) })
    }

    fn wait(&self) {
        // ORDERING: Acquire, with the Release in `wake_by_ref`.
        if self.woken.swap(false, Ordering::Acquire) {
            // Woken while it was polling: the future yields to somebody, so the thread does too.
            yield_now();
            return;
        }
        while !self.woken.swap(false, Ordering::Acquire) {
            park();
        }
    }
}

thread_local! {
    /// Kept from one call to the next, so that only a thread's first one allocates. Taken while it
    /// is in use: a call inside a call (from a waker, say) makes its own.
    #[allow(clippy::missing_const_for_thread_local, reason = "loom's macro takes no `const` block")]
    static PARKER: RefCell<Option<Arc<Parker>>> = RefCell::new(None);
}

/// Polls `future` to its end, parking the thread in between. Never panics because of where it is
/// called.
pub(crate) fn block_on<F: Future>(future: F) -> F::Output {
    let _blocking = Blocking::begin();
    run(budget::without(future))
}

/// The same for a future that is a task: its thread does nothing else, but it may have branches.
pub(crate) fn run<F: Future>(future: F) -> F::Output {
    let mut future = pin!(future);
    // A thread that is being torn down has lost its slot; then a new parker serves.
    let kept = PARKER.try_with(RefCell::take).ok().flatten();
    let parker = kept.unwrap_or_else(Parker::new);
    let waker = Waker::from(parker.clone());
    let mut context = Context::from_waker(&waker);
    let output = loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(output) => break output,
            Poll::Pending => parker.wait(),
        }
    };
    _ = PARKER.try_with(|slot| slot.replace(Some(parker)));
    output
}
