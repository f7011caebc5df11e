//! The events, each passed on to the listeners.

use core::task::{Context, Poll, Waker};

use super::{Mark, Site, Way, check};

/// In each lock future.
#[derive(Debug)]
pub struct Wait {
    check: check::Wait,
}

/// In each permit.
#[derive(Debug)]
pub struct Hold {
    check: check::Hold,
}

impl Wait {
    /// A future that asks for a lock. Nothing was polled yet.
    #[inline(always)]
    pub(crate) fn new(site: Site) -> Self {
        Self { check: check::Wait::new(site) }
    }

    /// A future that upgrades this hold.
    #[inline(always)]
    pub(crate) fn upgrading(hold: Hold, site: Site) -> Self {
        Self { check: check::Wait::upgrading(hold.check, site) }
    }

    #[inline(always)]
    pub(crate) fn map_site(&mut self, change: impl FnOnce(Site) -> Site) {
        self.check.map_site(change);
    }

    /// A poll that may have to wait.
    #[inline(always)]
    pub(crate) fn polled<R>(
        &mut self,
        mark: &Mark,
        way: Way,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        self.check.polled(mark, way, context, poll)
    }

    /// The future goes away without the lock.
    #[inline(always)]
    pub(crate) fn cancelled(&mut self) {
        self.check.cancelled();
    }
}

impl Hold {
    /// Nobody was told of it.
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self { check: check::Hold::none() }
    }

    /// `wait` has come to its end, and the hold is this, asked for and held in these ways. It `may_travel` if
    /// the guard borrows nothing.
    #[inline(always)]
    pub(crate) fn acquired(
        &mut self,
        wait: &mut Wait,
        mark: &Mark,
        ways: (Way, Way),
        may_travel: bool,
        waker: &Waker,
    ) {
        self.check.acquired(&mut wait.check, mark, ways, may_travel, waker);
    }

    /// A hold that was had without waiting: nobody waits for what it takes second.
    #[inline(always)]
    pub(crate) fn tried(mark: &Mark, way: Way, may_travel: bool, site: Site) -> Self {
        Self { check: check::Hold::tried(mark, way, may_travel, site) }
    }

    /// The same hold in another way.
    #[inline(always)]
    pub(crate) fn turned(self, way: Way) -> Self {
        Self { check: self.check.turned(way) }
    }

    /// A second guard shares the hold.
    #[inline(always)]
    pub(crate) fn split(&self) -> Self {
        Self { check: self.check.split() }
    }

    /// The hold goes on without a permit.
    #[inline(always)]
    pub(crate) fn leave(self) {
        self.check.leave();
    }

    /// The hold of a lock that goes on without a permit, for the permit that takes it up.
    #[inline(always)]
    pub(crate) fn left_of(mark: &Mark) -> Self {
        Self { check: check::Hold::left_of(mark) }
    }

    /// It is about to be released: before, so that a lock that is free is never said to be held.
    #[inline(always)]
    pub(crate) fn released(&mut self) {
        self.check.released();
    }

    /// It is the current task's.
    pub(crate) fn adopt(&mut self) {
        self.check.adopt();
    }

    /// It is nobody's for now.
    pub(crate) fn disown(&mut self) {
        self.check.disown();
    }
}
