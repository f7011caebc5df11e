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
    model::{Cells, Model},
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
    /// How often the bell had rung when the last poll ended.
    heard: usize,
    /// The last poll left it in the queue. (It may have been called since.)
    pub(super) was_polled: bool,
    /// How many polls in a row have woken its own task.
    pub(super) looks: usize,
    /// When it fell asleep before a lock that was free, as another one kept watch: so many steps had been
    /// done, and so often had the lock been taken.
    relies_since: Option<(usize, usize)>,
    /// After how many steps it was seen that it was woken.
    woken_at: Option<usize>,
    /// It was woken when one that kept watch was dropped: perhaps it stays in the queue, and is to keep
    /// watch itself.
    pub(super) may_be_relief: bool,
    /// Its place among all that ever queued.
    pub(super) ticket: Option<usize>,
    /// The call was seen by [`Waiting::newly_called`].
    call_is_noted: bool,
    pub(super) was_ever_called: bool,
}

/// What the others do while one is polled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Others {
    /// Somebody waits.
    pub(super) wait: bool,
    /// Somebody sleeps, or keeps watch; all who do want the upgradable place.
    pub(super) sleep: bool,
    pub(super) sleep_for_upgradable: bool,
    /// Somebody was called and has not answered; all who were called read.
    pub(super) are_called: bool,
    pub(super) called_read: bool,
    /// Somebody keeps watch, or is to.
    pub(super) watch: bool,
}

impl<'l> Waiting<'l> {
    pub(super) fn new(id: usize, kind: Kind, future: Taking<'l>) -> Self {
        Self {
            future,
            kind,
            id,
            bell: Arc::default(),
            heard: 0,
            was_polled: false,
            looks: 0,
            relies_since: None,
            woken_at: None,
            may_be_relief: false,
            ticket: None,
            call_is_noted: false,
            was_ever_called: false,
        }
    }

    /// The lock woke it after its last poll.
    pub(super) fn is_called(&self) -> bool {
        self.was_polled && self.bell.rings() > self.heard
    }

    /// It is in the queue, and has heard of nothing. (It may keep watch.)
    pub(super) fn is_asleep(&self) -> bool {
        self.was_polled && !self.is_called()
    }

    /// It keeps watch, or is to.
    pub(super) fn watches(&self) -> bool {
        self.looks > 0 || self.may_be_relief
    }

    /// Its task was woken, and so an executor would poll it.
    pub(super) fn is_woken(&self) -> bool {
        self.looks > 0 || self.is_called()
    }

    /// True once for each call.
    pub(super) fn newly_called(&mut self) -> bool {
        self.is_called() && !self.may_be_relief && !std::mem::replace(&mut self.call_is_noted, true)
    }

    /// Notes when it was woken.
    pub(super) fn note_wake(&mut self, now: usize) {
        if self.is_called() {
            self.woken_at.get_or_insert(now);
        }
    }

    /// Since when it has slept before a lock that was free all the time.
    pub(super) fn relies_since(&self, model: &Model) -> Option<usize> {
        let (since, taken) = self.relies_since?;
        (self.is_asleep() && taken == model.taken).then_some(since)
    }

    /// True if it looks, or was woken and is to look or to take the lock.
    pub(super) fn looks_for(&self, since: usize) -> bool {
        self.looks > 0 || self.woken_at.is_some_and(|at| at >= since)
    }

    /// Polls it; `Ready` also if the section panicked on purpose.
    pub(super) fn poll(
        &mut self,
        with_a_new_waker: bool,
        others: Others,
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
        let watches = self.bell.rings() > rings;
        if outcome.is_ready() {
            return outcome;
        }

        let mode = self.kind.mode();
        let is_admitted = model.admits(mode);
        assert!(
            !is_admitted || (others.wait && !mode.goes_past()),
            "a polled future takes a lock that is free for it"
        );
        assert!(
            !is_admitted || !was_called || self.may_be_relief,
            "one that was called takes what it may have"
        );
        self.relies_since = None;
        self.woken_at = None;
        if watches {
            assert!(model.is_free(), "one keeps watch only before a lock that it might take");
            assert!(others.are_called, "one keeps watch only over one that was called");
        } else if model.is_free() {
            assert!(others.watch, "one sleeps before a free lock only if another one keeps watch");
            self.relies_since = Some((model.steps, model.taken));
        }
        self.ticket.get_or_insert_with(|| {
            *tickets += 1;
            *tickets
        });
        if let Some(before) = before {
            assert_eq!(Arc::strong_count(&before), 1, "the waker of the last poll is kept");
        }
        self.looks = if watches { self.looks + 1 } else { 0 };
        self.may_be_relief = false;
        self.call_is_noted = false;
        self.heard = self.bell.rings();
        outcome
    }

    /// The lock has this task's waker just as long as it may have to wake it.
    #[track_caller]
    pub(super) fn check_wakers(&self) {
        let stored = Arc::strong_count(&self.bell) - 1;
        assert_eq!(
            stored,
            usize::from(self.is_asleep()),
            "a waker is kept while asleep, only then"
        );
    }

    /// Drops the future; nobody else may have its bell any more.
    pub(super) fn end(self) {
        drop(self.future);
        assert_eq!(Arc::strong_count(&self.bell), 1, "no waker outlives its future");
    }
}

/// What the closure that panics has seen.
fn seen(panic: Box<dyn Any + Send>) -> Cells {
    *panic.downcast().unwrap_or_else(|panic| resume_unwind(panic))
}
