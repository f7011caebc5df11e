//! A future of the program, its task, and what may be known about both.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use super::{
    model::{Cells, MAY_PASS, Model, YIELDS},
    subject::{Kind, Outcome, Taking},
};

/// Counts how often a task was woken; its strong count tells who still has a waker.
#[derive(Debug, Default)]
pub(super) struct Bell(AtomicUsize);

impl Wake for Bell {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Bell {
    fn rings(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

/// A future that has not ended.
pub(super) struct Waiting<'l> {
    future: Taking<'l>,
    pub(super) kind: Kind,
    /// The n-th future of the program.
    pub(super) id: usize,
    /// The task that polls it.
    bell: Arc<Bell>,
    /// A bell of an earlier task, if the queue may still have that one's waker.
    earlier: Option<Arc<Bell>>,
    /// How often the bells had rung when the last poll ended.
    heard: usize,
    pub(super) was_polled: bool,
    /// The last poll left it in the queue. (It may have been called since.)
    is_queued: bool,
    /// The last poll woke its own task.
    has_yielded: bool,
    /// How often it yielded in a row, nobody taking the lock meanwhile.
    yields: usize,
    /// How often the lock had been taken when it last yielded.
    taken_at_yield: usize,
    /// Its place among all that ever queued.
    pub(super) ticket: Option<usize>,
    /// The call was seen by [`Waiting::newly_called`].
    call_is_noted: bool,
    pub(super) was_ever_called: bool,
    /// Since it was called nobody else slept or was called.
    pub(super) is_alone: bool,
}

impl<'l> Waiting<'l> {
    pub(super) fn new(id: usize, kind: Kind, future: Taking<'l>) -> Self {
        Self {
            future,
            kind,
            id,
            bell: Arc::default(),
            earlier: None,
            heard: 0,
            was_polled: false,
            is_queued: false,
            has_yielded: false,
            yields: 0,
            taken_at_yield: 0,
            ticket: None,
            call_is_noted: false,
            was_ever_called: false,
            is_alone: false,
        }
    }

    fn rings(&self) -> usize {
        self.bell.rings() + self.earlier.as_ref().map_or(0, |bell| bell.rings())
    }

    /// It is in the queue, or was called out of it and has not answered.
    pub(super) fn is_queued(&self) -> bool {
        self.is_queued
    }

    /// The lock woke it out of the queue, and it was not polled since.
    pub(super) fn is_called(&self) -> bool {
        self.is_queued && self.rings() > self.heard
    }

    /// It is in the queue and nothing has woken it.
    pub(super) fn is_asleep(&self) -> bool {
        self.is_queued && !self.is_called()
    }

    /// Its task was woken, and so an executor would poll it.
    pub(super) fn is_woken(&self) -> bool {
        self.has_yielded || self.is_called()
    }

    /// True once for each call.
    pub(super) fn newly_called(&mut self) -> bool {
        let is_new = self.is_called() && !std::mem::replace(&mut self.call_is_noted, true);
        self.is_alone |= is_new;
        is_new
    }

    /// Polls it; `Ready` also if the section panicked on purpose. `others_wait` if anybody else was
    /// polled and has not ended.
    pub(super) fn poll(
        &mut self,
        with_a_new_waker: bool,
        others_wait: bool,
        model: &Model,
        tickets: &mut usize,
    ) -> Poll<Outcome<'l>> {
        let was_called = self.is_called();
        let before = if with_a_new_waker { Some(std::mem::take(&mut self.bell)) } else { None };
        let rings = self.bell.rings();
        let waker = Waker::from(self.bell.clone());
        let polling =
            AssertUnwindSafe(|| self.future.as_mut().poll(&mut Context::from_waker(&waker)));
        let outcome = match catch_unwind(polling) {
            Ok(outcome) => outcome,
            Err(panic) if self.kind == Kind::WithPanic => Poll::Ready(Outcome::Done(seen(panic))),
            Err(panic) => resume_unwind(panic),
        };
        drop(waker);
        self.was_polled = true;
        let has_yielded = self.bell.rings() > rings;
        if outcome.is_ready() {
            return outcome;
        }

        if has_yielded {
            assert!(
                model.admits(self.kind.mode()),
                "one yields only before a lock that it might take"
            );
            assert!(!was_called, "one that was called takes a free lock and yields to nobody");
            assert!(others_wait, "one yields only to others");
            assert!(model.passes >= MAY_PASS, "one yields only after 32 passes");
            let goes_on = self.has_yielded && self.taken_at_yield == model.taken;
            self.yields = if goes_on { self.yields + 1 } else { 1 };
            assert!(self.yields <= YIELDS, "one yields at most 3 times in a row");
            self.taken_at_yield = model.taken;
            // Still in the queue, with the waker that it slept with.
            self.earlier = self.earlier.take().or(before).filter(|_| self.is_queued);
        } else {
            let mode = self.kind.mode();
            assert!(
                model.promises(mode, others_wait) != Some(true),
                "a polled future takes a lock that is free for it, or yields"
            );
            assert!(
                !model.admits(mode) || !was_called,
                "one that was called takes what it may have"
            );
            self.is_queued = true;
            self.earlier = None;
            self.ticket.get_or_insert_with(|| {
                *tickets += 1;
                *tickets
            });
            if let Some(before) = before {
                assert_eq!(Arc::strong_count(&before), 1, "the waker of the last poll is kept");
            }
        }
        self.has_yielded = has_yielded;
        self.call_is_noted = false;
        self.heard = self.rings();
        outcome
    }

    /// The lock has this task's waker just as long as it may have to wake it.
    #[track_caller]
    pub(super) fn check_wakers(&self) {
        let stored: usize =
            self.earlier.iter().chain([&self.bell]).map(|bell| Arc::strong_count(bell) - 1).sum();
        assert_eq!(
            stored,
            usize::from(self.is_asleep()),
            "a waker is kept while asleep, only then"
        );
    }

    /// Drops the future; returns its bells, which nobody else may have any more.
    pub(super) fn end(self) {
        drop(self.future);
        for bell in self.earlier.iter().chain([&self.bell]) {
            assert_eq!(Arc::strong_count(bell), 1, "no waker outlives its future");
        }
    }
}

/// What the closure that panics has seen.
fn seen(panic: Box<dyn Any + Send>) -> Cells {
    *panic.downcast().unwrap_or_else(|panic| resume_unwind(panic))
}
