//! The events, each passed on to the listeners.
//!
//! | event | told by |
//! |---|---|
//! | a lock is asked for | [`Wait::new`], [`Wait::upgrading`] |
//! | the first poll that may wait, and each later one | [`Wait::polled`] |
//! | it was acquired: asked for so, held so; a `Wait` that was never polled has not waited | [`Hold::acquired`] |
//! | the wait was given up | [`Wait::cancelled`] |
//! | it was had by a `try_` form | [`Hold::tried`] |
//! | it was acquired before others who wait | [`Mark::has_passed`] |
//! | it is held in another way | [`Hold::turned`] |
//! | it is released | [`Hold::released`] |
//!
//! A listener keeps what it likes in its own part of the three structs below, which has no size where the
//! listener is off.

use core::task::{Context, Poll, Waker};

use super::{Field, Site, Way, check, class::Identity, console, stats};

/// In each lock: which one it is.
#[derive(Debug)]
pub(crate) struct Mark {
    identity: Identity,
}

/// In each lock future.
#[derive(Debug)]
pub struct Wait {
    check: check::Wait,
    stats: stats::Wait,
    console: console::Wait,
}

/// In each permit.
#[derive(Debug)]
pub struct Hold {
    check: check::Hold,
    stats: stats::Hold,
    console: console::Hold,
}

impl Mark {
    #[inline(always)]
    #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
    pub(crate) const fn at_level(level: u8) -> Self {
        Self { identity: Identity::at_level(level) }
    }

    /// The lock was put at another level.
    #[inline(always)]
    pub(crate) fn is_at(&self, level: u8) {
        self.identity.is_at(level);
    }

    /// The lock is this field of `twin`, of which nothing is looked at but the address.
    #[inline(always)]
    pub(crate) fn is_field<T>(&self, twin: *const T, field: Field) {
        self.identity.is_field(twin, field);
        #[cfg(feature = "check")]
        check::is_field(&self.identity);
    }

    /// The lock is known by this name.
    #[cfg(any(feature = "check", feature = "stats"))]
    pub(crate) fn is_named(&self, name: &str) {
        self.identity.is_named(name);
    }

    /// The lock is of a value of this name.
    #[cfg(feature = "check")]
    pub(crate) fn is_of_value(&self, number: u32, name: &alloc::sync::Arc<str>) {
        check::values::name(&self.identity, number, name);
    }

    /// The lock's value has a name, which ends with it.
    #[cfg(any(feature = "check", feature = "stats", feature = "console"))]
    #[inline]
    pub(crate) fn has_more_to_forget(&self) -> bool {
        #[cfg(feature = "check")]
        return self.identity.value() != 0;
        #[cfg(not(feature = "check"))]
        false
    }

    /// What tells the lock from all others.
    #[cfg(feature = "stats")]
    pub(crate) fn address(&self) -> usize {
        self.identity.address()
    }

    /// A newcomer has taken the lock before those who wait for it. The statistics alone ask.
    #[inline(always)]
    pub(crate) fn has_passed(&self) {
        stats::has_passed(&self.identity);
    }

    /// The lock was made at no place of its own.
    #[inline(always)]
    pub(crate) fn has_no_place(&self) {
        self.identity.has_no_place();
    }

    /// The lock is being dropped, though guards or futures of it were forgotten.
    #[cfg(any(feature = "check", feature = "stats", feature = "console"))]
    #[cold]
    pub(crate) fn is_gone(&self) {
        check::is_gone(&self.identity);
        stats::is_gone(&self.identity);
        console::is_gone(&self.identity);
    }
}

impl Wait {
    /// A future that asks for a lock. Nothing was polled yet.
    #[inline(always)]
    pub(crate) fn new(site: Site) -> Self {
        Self {
            check: check::Wait::new(site),
            stats: stats::Wait::new(site),
            console: console::Wait::new(site),
        }
    }

    /// A future that upgrades this hold.
    #[inline(always)]
    pub(crate) fn upgrading(hold: Hold, site: Site) -> Self {
        let Hold { check, stats, console } = hold;
        Self {
            check: check::Wait::upgrading(check, site),
            stats: stats::Wait::upgrading(stats, site),
            console: console::Wait::upgrading(console, site),
        }
    }

    #[inline(always)]
    pub(crate) fn map_site(&mut self, change: impl FnOnce(Site) -> Site) {
        self.check.map_site(change);
    }

    /// A poll that may have to wait, for a lock that so many may read at once, if there is a limit.
    #[inline(always)]
    pub(crate) fn polled<R>(
        &mut self,
        mark: &Mark,
        way: Way,
        max_readers: Option<u32>,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        let (Self { check, stats, console }, mark) = (self, &mark.identity);
        let ways = (way, max_readers);
        check.polled(mark, ways, context, |context| {
            stats.polled(mark, ways, context, |context| console.polled(mark, ways, context, poll))
        })
    }

    /// The future goes away without the lock.
    #[inline(always)]
    pub(crate) fn cancelled(&mut self, mark: &Mark) {
        self.check.cancelled(&mark.identity);
        self.stats.cancelled(&mark.identity);
        self.console.cancelled(&mark.identity);
    }
}

impl Hold {
    /// Nobody was told of it.
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self {
            check: check::Hold::none(),
            stats: stats::Hold::none(),
            console: console::Hold::none(),
        }
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
        // The checker last: it may panic.
        let mark = &mark.identity;
        self.stats.acquired(&mut wait.stats, mark, ways, may_travel, waker);
        self.console.acquired(&mut wait.console, mark, ways, may_travel, waker);
        self.check.acquired(&mut wait.check, mark, ways, may_travel, waker);
    }

    /// A hold that was had without waiting: nobody waits for what it takes second.
    #[inline(always)]
    pub(crate) fn tried(mark: &Mark, way: Way, may_travel: bool, site: Site) -> Self {
        let mark = &mark.identity;
        Self {
            stats: stats::Hold::tried(mark, way, may_travel, site),
            console: console::Hold::tried(mark, way, may_travel, site),
            check: check::Hold::tried(mark, way, may_travel, site),
        }
    }

    /// The same hold in another way.
    #[inline(always)]
    pub(crate) fn turned(self, way: Way) -> Self {
        Self {
            check: self.check.turned(way),
            stats: self.stats.turned(way),
            console: self.console.turned(way),
        }
    }

    /// A second guard shares the hold.
    #[inline(always)]
    pub(crate) fn split(&self) -> Self {
        Self { check: self.check.split(), stats: self.stats.split(), console: self.console.split() }
    }

    /// The hold goes on without a permit.
    #[inline(always)]
    pub(crate) fn leave(self, mark: &Mark) {
        self.check.leave(&mark.identity);
        self.stats.leave(&mark.identity);
        self.console.leave(&mark.identity);
    }

    /// The hold of a lock that goes on without a permit, for the permit that takes it up.
    #[inline(always)]
    pub(crate) fn left_of(mark: &Mark) -> Self {
        let mark = &mark.identity;
        Self {
            check: check::Hold::left_of(mark),
            stats: stats::Hold::left_of(mark),
            console: console::Hold::left_of(mark),
        }
    }

    /// It is about to be released: before, so that a lock that is free is never said to be held.
    #[inline(always)]
    pub(crate) fn released(&mut self, mark: &Mark) {
        self.check.released(&mark.identity);
        self.stats.released(&mark.identity);
        self.console.released(&mark.identity);
    }

    /// It is the current task's.
    pub(crate) fn adopt(&mut self) {
        self.check.adopt();
        self.stats.adopt();
        self.console.adopt();
    }

    /// It is nobody's for now.
    pub(crate) fn disown(&mut self) {
        self.check.disown();
        self.stats.disown();
        self.console.disown();
    }
}
