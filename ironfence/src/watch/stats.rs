//! The statistics, as a listener: how often, how long waited for, how long held.
//!
//! An acquisition that does not wait is one count in the thread's own part (`counts`). The clock is read by those who
//! wait (`waiting`), and for holds if they are timed, which is asked for. Imports run downwards: `histogram`, `counts`,
//! `waiting`, and this file on top.

pub(crate) mod counts;
pub(crate) mod histogram;
pub(crate) mod waiting;

use core::{
    cell::Cell,
    sync::atomic::{AtomicU32, Ordering},
    task::{Context, Poll, Waker},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    thread_local,
};

use self::{
    counts::Counts,
    histogram::add,
    waiting::{Waiter, now},
};
use super::{
    Site, Way,
    class::{Class, Identity, lock},
};

/// One hold in so many is timed; 0 for none.
pub(crate) static TIMED: AtomicU32 = AtomicU32::new(0);

/// A wait that takes so many nanoseconds is an event of `tracing`; `u64::MAX` for none.
#[cfg(feature = "tracing")]
pub(crate) static WAIT_LIMIT: core::sync::atomic::AtomicU64 =
    core::sync::atomic::AtomicU64::new(u64::MAX);

thread_local! {
    /// How many holds are to be taken until the next one is timed.
    static UNTIL_TIMED: Cell<u32> = const { Cell::new(0) };
}

/// When timed holds began that have no permit now, by lock.
static LEFT: LazyLock<Mutex<HashMap<usize, u64>>> = LazyLock::new(Mutex::default);

/// In each lock future: the number of the wait, from the first poll that had to wait; else 0.
#[derive(Debug)]
pub(crate) struct Wait {
    number: u64,
    /// What an upgrade holds meanwhile.
    upgrading: Hold,
}

/// In each permit.
#[derive(Debug)]
pub(crate) struct Hold {
    /// When it began; 0 for one that is not timed.
    since: u64,
}

/// A lock is being dropped, though guards or futures of it were forgotten.
pub(super) fn is_gone(mark: &Identity) {
    waiting::forget(mark.address());
    lock(&LEFT).remove(&mark.address());
}

/// A newcomer has taken the lock before those who wait for it.
#[cold]
pub(super) fn has_passed(mark: &Identity) {
    counts::with(mark.class(), |counts| add(&counts.passes, 1));
}

impl Wait {
    #[inline(always)]
    pub(crate) fn new(_: Site) -> Self {
        Self { number: 0, upgrading: Hold::none() }
    }

    #[inline(always)]
    pub(crate) fn upgrading(upgrading: Hold, _: Site) -> Self {
        Self { number: 0, upgrading }
    }

    /// A poll that may have to wait.
    pub(crate) fn polled<R>(
        &mut self,
        mark: &Identity,
        _: (Way, Option<u32>),
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        // Before the poll: who has queued may be called at once.
        let since = if self.number == 0 { now() } else { 0 };
        let polled = poll(context);
        if polled.is_pending() && self.number == 0 {
            let waiter = Waiter { class: mark.class(), lock: mark.address(), since };
            self.number = waiting::begin(waiter);
        }
        polled
    }

    /// The future goes away without the lock.
    pub(crate) fn cancelled(&mut self, mark: &Identity) {
        if let Some(waiter) = self.end() {
            counts::with(waiter.class, |counts| add(&counts.given_up, 1));
        }
        self.upgrading.released(mark);
    }

    fn end(&mut self) -> Option<Waiter> {
        let number = core::mem::take(&mut self.number);
        if number == 0 { None } else { waiting::end(number) }
    }
}

impl Hold {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self { since: 0 }
    }

    /// `wait` has come to its end, and the hold is this.
    #[inline]
    pub(crate) fn acquired(
        &mut self,
        wait: &mut Wait,
        mark: &Identity,
        (asked, way): (Way, Way),
        _: bool,
        _: &Waker,
    ) {
        let class = mark.class();
        counts::with(class, |counts| counts.took(way));
        if wait.number != 0 {
            waited(wait, class);
        }
        if asked == Way::Upgrade {
            *self = core::mem::replace(&mut wait.upgrading, Self::none());
        } else {
            self.begin();
        }
    }

    /// A hold that was had without waiting.
    #[inline]
    pub(crate) fn tried(mark: &Identity, way: Way, _: bool, _: Site) -> Self {
        let class = mark.class();
        counts::with(class, |counts| counts.took(way));
        let mut this = Self::none();
        this.begin();
        this
    }

    /// Times it, if it is one of those.
    #[inline]
    fn begin(&mut self) {
        // ORDERING: Relaxed: a setting, seen a moment later.
        let one_in = TIMED.load(Ordering::Relaxed);
        if one_in != 0 && is_timed(one_in) {
            self.since = now().max(1);
        }
    }

    #[inline(always)]
    pub(crate) fn turned(self, _: Way) -> Self {
        self
    }

    /// A second guard shares the hold, which is timed until the first of both is gone.
    #[inline(always)]
    pub(crate) fn split(&self) -> Self {
        Self::none()
    }

    /// The hold goes on without a permit.
    #[inline]
    pub(crate) fn leave(self, mark: &Identity) {
        if self.since != 0 {
            lock(&LEFT).insert(mark.address(), self.since);
        }
    }

    /// The hold of a lock that goes on without a permit.
    #[inline]
    pub(crate) fn left_of(mark: &Identity) -> Self {
        // ORDERING: Relaxed: as in `begin`.
        if TIMED.load(Ordering::Relaxed) == 0 {
            return Self::none();
        }
        Self { since: lock(&LEFT).remove(&mark.address()).unwrap_or(0) }
    }

    /// It is about to be released.
    #[inline]
    pub(crate) fn released(&mut self, mark: &Identity) {
        if self.since != 0 {
            self.was_timed(mark.class());
        }
    }

    #[cold]
    fn was_timed(&mut self, class: &'static Class) {
        let held = now().saturating_sub(core::mem::take(&mut self.since));
        counts::with(class, |counts| counts.hold.record(held));
    }

    #[inline(always)]
    pub(crate) fn adopt(&mut self) {}

    #[inline(always)]
    pub(crate) fn disown(&mut self) {}
}

#[cold]
fn is_timed(one_in: u32) -> bool {
    let is_it = UNTIL_TIMED.try_with(|left| {
        let now = left.get();
        left.set(if now == 0 { one_in - 1 } else { now - 1 });
        now == 0
    });
    is_it.unwrap_or(false)
}

#[cold]
fn waited(wait: &mut Wait, class: &'static Class) {
    let Some(waiter) = wait.end() else { return };
    let nanos = now().saturating_sub(waiter.since);
    counts::with(class, |counts| {
        add(&counts.waited, 1);
        counts.wait.record(nanos);
    });
    #[cfg(feature = "tracing")]
    if nanos >= WAIT_LIMIT.load(Ordering::Relaxed) {
        let millis = nanos as f64 / 1e6;
        tracing::warn!(target: "ironfence", lock = %class, waited_ms = millis, "a long wait");
    }
}

impl Counts {
    #[inline]
    fn took(&self, way: Way) {
        let count = match way {
            Way::Exclusive | Way::Upgrade => &self.exclusive,
            Way::Shared | Way::Recursive => &self.shared,
            Way::Upgradable => &self.upgradable,
        };
        add(count, 1);
    }
}
