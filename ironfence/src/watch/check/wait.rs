//! What each lock future says: that it waits, and what for.

use alloc::{sync::Arc, task::Wake};
use core::{
    mem,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};

use super::{
    clock::is_on,
    flow::Flow,
    hold::Hold,
    ledger::{self, Claim, Waiting, Woken},
    mode::now,
    order::{self, Asked},
    queues,
    site::Site,
    tasks::Task,
    words,
};
use crate::watch::{Way, class::Identity};

/// In each lock future.
#[derive(Debug)]
pub(crate) struct Wait {
    site: Site,
    /// The number in the ledger, from the first poll that had to wait; else 0.
    number: u64,
    task: Task,
    /// What an upgrade holds meanwhile.
    upgrading: Hold,
    /// What it was polled with when it took the lock. Kept until the permit exists: to drop it may
    /// run foreign code.
    waker: Option<Waker>,
}

/// What the queue wakes: notes it, and forwards.
struct WaitWaker {
    woken: Arc<Woken>,
    inner: Waker,
}

impl Wake for WaitWaker {
    fn wake(self: Arc<Self>) {
        match Arc::try_unwrap(self) {
            Ok(Self { woken, inner }) => {
                woken.now(now());
                inner.wake();
            }
            Err(this) => this.wake_by_ref(),
        }
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.now(now());
        self.inner.wake_by_ref();
    }
}

impl Wait {
    #[inline(always)]
    pub(crate) fn new(site: Site) -> Self {
        Self::upgrading(Hold::none(), site)
    }

    #[inline(always)]
    pub(crate) fn upgrading(upgrading: Hold, site: Site) -> Self {
        Self { site, number: 0, task: Task::NOBODY, upgrading, waker: None }
    }

    pub(crate) fn map_site(&mut self, change: impl FnOnce(Site) -> Site) {
        self.site = change(self.site);
    }

    /// A poll that may have to wait.
    pub(crate) fn polled<R>(
        &mut self,
        mark: &Identity,
        ways: (Way, Option<u32>),
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        if !is_on() {
            return poll(context);
        }
        let flow = Flow::current(Some(context.waker()));
        let woken = Arc::default();
        self.awake(mark, ways, &flow, &woken);
        let inner = context.waker().clone();
        let waker = Waker::from(Arc::new(WaitWaker { woken, inner }));
        let polled = poll(&mut Context::from_waker(self.waker.insert(waker)));
        if polled.is_pending() {
            // The queue has it, or has not.
            self.waker = None;
            let number = self.number;
            ledger::with(self.task, |live| {
                if let Some(waiting) = live.waiting.get_mut(&number) {
                    waiting.is_asleep = true;
                }
            });
            // A scope looks when its poll ends.
            if flow.sleeps() {
                words::look(flow.task);
            }
        }
        polled
    }

    /// It is polled: puts it into the ledger, or brings it up to date there.
    fn awake(
        &mut self,
        mark: &Identity,
        (way, max_readers): (Way, Option<u32>),
        flow: &Flow,
        woken: &Arc<Woken>,
    ) {
        let is_first = self.number == 0;
        let asked = self.asked(mark, way, flow);
        if is_first {
            let found =
                order::look(&asked, flow, |look| ledger::with(flow.task, |live| look(live)));
            words::say_found(found, &asked);
        }
        let previous = self.leave();
        self.task = flow.task;
        self.number = previous.as_ref().map_or_else(
            || {
                static LAST: AtomicU64 = AtomicU64::new(0);
                LAST.fetch_add(1, Ordering::Relaxed) + 1
            },
            |waiting| waiting.number,
        );
        let waiting = Waiting {
            claim: asked.claim,
            number: self.number,
            max_readers,
            since: previous.map_or_else(now, |waiting| waiting.since),
            poll: flow.poll,
            is_direct: flow.is_direct,
            is_blocking: flow.is_blocking,
            is_asleep: false,
            woken: woken.clone(),
            last: Task(mark.taken_by()),
        };
        queues::begin_wait(waiting);
    }

    fn leave(&mut self) -> Option<Waiting> {
        let number = mem::take(&mut self.number);
        (number != 0).then(|| queues::end_wait(self.task, number))?
    }

    fn asked(&self, mark: &Identity, way: Way, flow: &Flow) -> Asked {
        let Site { place, set, is_first, is_nested } = self.site;
        let claim = Claim::new(mark, (flow.task, flow.home), way, (place, set));
        Asked { claim, is_first, is_nested }
    }

    /// The future goes away without the lock.
    pub(crate) fn cancelled(&mut self, mark: &Identity) {
        self.leave();
        self.upgrading.released(mark);
    }
}

impl Hold {
    /// `wait` has come to its end, and the hold is this, asked for and held in these ways.
    #[inline]
    pub(crate) fn acquired(
        &mut self,
        wait: &mut Wait,
        mark: &Identity,
        (asked, way): (Way, Way),
        may_travel: bool,
        waker: &Waker,
    ) {
        if !is_on() {
            return;
        }
        let was_first = wait.number == 0;
        if !was_first {
            wait.leave();
            wait.waker = None;
        }
        let flow = Flow::current(Some(waker));
        mark.is_taken_by(flow.task.0);
        if wait.upgrading.number != 0 {
            let hold = mem::replace(&mut wait.upgrading, Self::none());
            *self = hold.turned(way);
            return;
        }
        let held = Self::record(&flow, mark, way, may_travel, wait.site);
        if !was_first {
            // The order was looked at when the wait began.
            self.enter(&flow, held, |_| {});
            return;
        }
        let asked = wait.asked(mark, asked, &flow);
        let found = order::look(&asked, &flow, |look| self.enter(&flow, held, look));
        words::say_found(found, &asked);
    }
}
