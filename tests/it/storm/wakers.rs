//! Counts the wakers that its work is polled with.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Polls its work with wakers that are counted.
pub(super) struct CountsWakers {
    // The first to be dropped: what the locks still have then is theirs alone.
    pub(super) work: Pin<Box<dyn Future<Output = ()> + Send>>,
    pub(super) task: Option<Arc<Counted>>,
    pub(super) wakers: Arc<[AtomicUsize; 2]>,
}

pub(super) struct Counted {
    real: Waker,
    wakers: Arc<[AtomicUsize; 2]>,
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.wakers[0].fetch_sub(1, Relaxed);
    }
}

impl Wake for Counted {
    fn wake(self: Arc<Self>) {
        self.real.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.real.wake_by_ref();
    }
}

impl Future for CountsWakers {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        // As executors do: the same waker while it is the same task.
        if this.task.as_ref().is_none_or(|task| !task.real.will_wake(context.waker())) {
            this.wakers.iter().for_each(|count| _ = count.fetch_add(1, Relaxed));
            let (real, wakers) = (context.waker().clone(), this.wakers.clone());
            this.task = Some(Arc::new(Counted { real, wakers }));
        }
        let waker = Waker::from(this.task.clone().expect("it was made just now"));
        this.work.as_mut().poll(&mut Context::from_waker(&waker))
    }
}
