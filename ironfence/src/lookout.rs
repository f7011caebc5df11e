//! L1: keeping watch over a waiter that was called: who does it, and for how long.
//!
//! A called waiter has the lock reserved for it, and may never be polled again. So newcomers, which
//! queue behind it, must not all sleep: one of them has itself polled again and again, and looks.
//! Each look advances a counter beside the queue. A waiter that finds the counter changed since its own last look
//! knows that somebody else has looked since, and sleeps; so one keeps watch at a time, all others are
//! polled one time more. The one that advanced the counter last always stays awake. When its watch ends, because it
//! has its turn, falls asleep or goes away, it sets the counter to [`NOBODY`], and the next one that looks takes
//! its place. When it goes away, it also has the front of the queue polled, which then looks.

use core::cell::Cell;

use crate::sync::{MIN_LOOKS, PATIENCE, YIELDS, elapsed, started};

/// What a waiter knows of its watch. Its owner's alone: only a poll of the future, or its drop,
/// touches it.
#[repr(C)]
pub(crate) struct Lookout {
    /// The counter at the last look. While it does not look: that it was beaten, then `began` says
    /// since when; or how often it has yielded. [`FRESH`] before all that.
    seen: Cell<u8>,
    /// How often it has looked, from the second time on others may rely on it; and [`SAMPLED_BIT`].
    looks: Cell<u8>,
    /// When it began to watch; of one that is sampled, to wait. In bytes, so that it fits beside them.
    began: Cell<[u8; 4]>,
}

/// What comes of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// Look again; after a few times, let other threads run first.
    Again { give_way: bool },
    /// Another one keeps watch.
    Relieved,
    /// The one that was called has been silent for too long.
    Outlasted,
}

const SAMPLED_BIT: u8 = 1 << 7;
const MOST_LOOKS: u8 = SAMPLED_BIT - 1;
const _: () = assert!(MIN_LOOKS < MOST_LOOKS, "the looks are counted as far as that");

/// After how many looks the thread gives way.
const BRIEF: u8 = 4;

impl Lookout {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self { seen: Cell::new(FRESH), looks: Cell::new(0), began: Cell::new([0; 4]) }
    }

    /// True until its owner begins to wait. Unlike the status, which others write, this is a plain
    /// load: where the future was made just now, the compiler knows the answer.
    #[inline(always)]
    pub(crate) fn is_fresh(&self) -> bool {
        self.seen.get() == FRESH
    }

    /// Its owner begins to wait.
    #[inline(always)]
    pub(crate) fn begin_to_wait(&self) {
        self.seen.set(0);
    }

    /// Looks, with the counter of the queue, which the caller has locked.
    #[cold]
    pub(crate) fn look(&self, counter: &mut u8) -> Look {
        let sampled = self.looks.get() & SAMPLED_BIT;
        let looks = self.looks.get() - sampled;
        if *counter == NOBODY {
            *counter = 0;
            self.seen.set(0);
            self.begin(sampled);
            return Look::Again { give_way: false };
        }
        if looks == 0 {
            self.seen.set(*counter);
            self.looks.set(1 | sampled);
            return Look::Again { give_way: false };
        }
        if self.seen.get() != *counter {
            self.end();
            return Look::Relieved;
        }
        *counter = (*counter + 1) % NOBODY;
        self.seen.set(*counter);
        if looks == 1 {
            self.begin(sampled);
            return Look::Again { give_way: false };
        }
        if looks >= MIN_LOOKS && elapsed(&self.began) >= PATIENCE {
            // The next one to be called has as long.
            self.begin(0);
            return Look::Outlasted;
        }
        self.looks.set((looks + 1).min(MOST_LOOKS) | sampled);
        Look::Again { give_way: looks > BRIEF }
    }

    /// Begins to watch so that others may rely on it.
    fn begin(&self, sampled: u8) {
        if sampled == 0 {
            self.began.set(started());
        }
        self.looks.set(2 | sampled);
    }

    /// True the first few times: its owner yields, where the one that was called answers in a moment.
    pub(crate) fn may_yield(&self) -> bool {
        let yields = self.seen.get().saturating_sub(YIELDED);
        self.seen.set(YIELDED + yields + 1);
        yields < YIELDS
    }

    /// Notes that its owner was called and found the lock taken by another. Says for how long that has
    /// gone on.
    pub(crate) fn is_beaten_for(&self) -> u32 {
        if self.seen.replace(BEATEN) == BEATEN {
            return elapsed(&self.began);
        }
        self.began.set(started());
        0
    }

    /// Ends the watch. True if others may have relied on it.
    pub(crate) fn end(&self) -> bool {
        let looks = self.looks.get();
        self.looks.set(looks & SAMPLED_BIT);
        looks & MOST_LOOKS > 1
    }

    /// Its owner begins to wait, and is to say for how long it did.
    pub(crate) fn sample(&self) {
        self.looks.set(SAMPLED_BIT);
        self.began.set(started());
    }

    /// For how long its owner has waited, once, if it was sampled.
    pub(crate) fn sampled_for(&self) -> Option<u32> {
        let looks = self.looks.get();
        self.looks.set(looks & MOST_LOOKS);
        (looks & SAMPLED_BIT != 0).then(|| elapsed(&self.began))
    }
}

/// The counter has two bits.
pub(crate) const COUNTS: u8 = 4;
/// What it says while nobody keeps watch whom others rely on: below this it counts.
pub(crate) const NOBODY: u8 = COUNTS - 1;
/// Beside them: what `seen` says of a waiter that was called and beaten.
const BEATEN: u8 = COUNTS;
/// Or of one that has yielded; from here on, so often.
const YIELDED: u8 = COUNTS + 1;
/// Or of one that has not begun to wait.
const FRESH: u8 = u8::MAX;
const _: () = assert!(YIELDS < FRESH - YIELDED, "the yields are counted below that");

#[cfg(all(test, not(any(ironfence_loom, ironfence_shuttle))))]
pub(crate) mod tests;
