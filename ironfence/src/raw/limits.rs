//! Beside the state: how many may read, at which level the lock is, and whether it helps to spin.
//!
//! One word, like the state's: the limit stands where the state has its readers, so that the two
//! compare as they are. Above it is the level, which only those look at who take several locks at once.
//! Below it are two small numbers, guesses that steer and decide nothing; they
//! are read and written without care for others who do so at the same time.
//!
//! ```text
//!  31    28 27          11  10   9        3 2       0
//! +--------+--------------+------+-----------+---------+
//! |  level |   limit of   | FIFO |  skipped  |  score  |
//! |        |   readers    |      |           |         |
//! +--------+--------------+------+-----------+---------+
//! ```
//!
//! The score says whether a waiter that looks again for a moment sees the lock released. While it
//! does, the holders run and their sections are short: then spinning helps, and barging pays. At 0 the
//! holders are suspended with the lock: then nobody spins, and whoever comes queues. One arrival in 128
//! looks all the same, or measures how long it waits, to find out whether that has changed.

// Not loom's: the limit and the level never change, and the rest is a guess.
use core::sync::atomic::{AtomicU32, Ordering};

use super::state::{MAX_READERS, ONE_READER};
use crate::sync::{FIRST_SCORE, MAX_SPINS};

const SCORE_MASK: u32 = 0x7;
/// The best score.
const BEST: u32 = 7;
/// The score of a trial: the first failure ends it.
const TRIAL: u32 = 1;
/// From this score on others have seen the lock released, more than once.
const PROVEN: u32 = 3;
const ONE_SKIPPED: u32 = 1 << 3;
const SKIPPED_MASK: u32 = FIFO_BIT - ONE_SKIPPED;
const FIFO_BIT: u32 = 1 << 10;
const LEVEL_SHIFT: u32 = 28;
const LEVEL_MASK: u32 = !0 << LEVEL_SHIFT;
const LIMIT_MASK: u32 = !(ONE_READER - 1) & !LEVEL_MASK;

/// The highest level.
pub(crate) const MAX_LEVEL: u8 = (LEVEL_MASK >> LEVEL_SHIFT) as u8;

const _: () = assert!(MAX_READERS == LIMIT_MASK / ONE_READER, "the limit fills its bits");

/// See the module's docs.
#[derive(Debug)]
pub(super) struct Limits(AtomicU32);

/// The word as it was seen once.
#[derive(Clone, Copy)]
pub(super) struct Seen(u32);

impl Seen {
    #[inline(always)]
    fn score(self) -> u32 {
        self.0 & SCORE_MASK
    }

    /// True while a newcomer may take a free lock before those who wait.
    #[inline(always)]
    pub(super) fn may_barge(self) -> bool {
        self.score() != 0 && !self.is_fifo()
    }

    /// True if the lock is taken strictly in the order of the first polls.
    #[inline(always)]
    pub(super) fn is_fifo(self) -> bool {
        self.0 & FIFO_BIT != 0
    }

    #[inline(always)]
    pub(super) fn max_readers(self) -> u32 {
        (self.0 & LIMIT_MASK) / ONE_READER
    }
}

impl Limits {
    pub(super) const fn new(max_readers: u32, is_fifo: bool, level: u8) -> Self {
        assert!(level <= MAX_LEVEL, "a lock's level is 15 at the most");
        let limit = if max_readers < MAX_READERS { max_readers } else { MAX_READERS };
        let fifo = if is_fifo { FIFO_BIT } else { 0 };
        let level = (level as u32) << LEVEL_SHIFT;
        Self(AtomicU32::new(level + limit * ONE_READER + fifo + FIRST_SCORE))
    }

    /// At which level the lock is.
    #[inline(always)]
    pub(super) fn level(&self) -> u8 {
        (self.0.load(Ordering::Relaxed) >> LEVEL_SHIFT) as u8
    }

    /// Puts the lock at another level.
    pub(super) fn set_level(&self, level: u8) {
        assert!(level <= MAX_LEVEL, "a lock's level is 15 at the most");
        let word = self.0.load(Ordering::Relaxed);
        self.0.store(word & !LEVEL_MASK | u32::from(level) << LEVEL_SHIFT, Ordering::Relaxed);
    }

    #[inline(always)]
    pub(super) fn seen(&self) -> Seen {
        Seen(self.0.load(Ordering::Relaxed))
    }

    /// True if a waiter is to say for how long it waited: one in 128.
    pub(super) fn wants_a_sample(&self) -> bool {
        !self.seen().is_fifo() && self.is_time_for_a_trial()
    }

    /// Learns that a waiter had the lock soon: sections may be short, so newcomers may barge for a
    /// trial.
    pub(super) fn may_be_short(&self) {
        if self.seen().score() == 0 {
            self.set_score(TRIAL);
        }
    }

    /// True if one that was called answers so soon that it is better to come back than to queue.
    pub(super) fn pays_to_yield(&self) -> bool {
        self.seen().score() >= PROVEN
    }

    /// The state of a lock with as many readers as there may be, and nothing else.
    #[inline(always)]
    pub(super) fn full(&self) -> u32 {
        self.0.load(Ordering::Relaxed) & LIMIT_MASK
    }

    /// True if fewer may read than the state could count.
    pub(super) fn is_limited(&self) -> bool {
        self.seen().max_readers() < MAX_READERS
    }

    /// How often one that has `seen` this word should look again before it falls asleep, where others sleep
    /// already or not.
    #[inline(always)]
    pub(super) fn spins(&self, seen: Seen, has_queue: bool) -> u32 {
        let (spins, always) = match seen.score() {
            _ if MAX_SPINS == 0 => return 0,
            PROVEN.. => (MAX_SPINS, !has_queue),
            0 => (MAX_SPINS / 2, false),
            _ => (MAX_SPINS, true),
        };
        if always || self.is_time_for_a_trial() { spins } else { 0 }
    }

    /// One arrival in 128.
    fn is_time_for_a_trial(&self) -> bool {
        let word = self.0.load(Ordering::Relaxed);
        let is_time = word & SKIPPED_MASK == SKIPPED_MASK;
        let next = if is_time { word & !SKIPPED_MASK } else { word + ONE_SKIPPED };
        self.0.store(next, Ordering::Relaxed);
        is_time
    }

    /// Learns from having spun.
    pub(super) fn have_spun(&self, helped: bool) {
        let score = self.seen().score();
        self.set_score(if helped { (score + 1).min(BEST) } else { score.saturating_sub(1) });
    }

    /// Learns that a waiter was beaten for long: the holders are suspended with the lock.
    pub(super) fn are_suspended(&self) {
        self.set_score(0);
    }

    fn set_score(&self, score: u32) {
        let word = self.0.load(Ordering::Relaxed);
        self.0.store(word & !SCORE_MASK | score, Ordering::Relaxed);
    }
}

#[cfg(all(test, not(any(ironfence_loom, ironfence_shuttle))))]
mod tests;
