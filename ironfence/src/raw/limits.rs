//! Beside the state: how many may read, and whether it has helped to spin.
//!
//! One word, like the state's: the limit stands where the state has its readers, so that the two
//! compare as they are. Below it are two small numbers, guesses that steer and decide nothing; they
//! are read and written without care for others who do so at the same time.
//!
//! ```text
//!  31                  11 10        4 3       0
//! +----------------------+-----------+---------+
//! |  limit of readers    |  skipped  |  spins  |
//! +----------------------+-----------+---------+
//! ```

// Not loom's: the limit never changes, and the rest is a guess.
use core::sync::atomic::{AtomicU32, Ordering};

use super::state::{MAX_READERS, ONE_READER};
use crate::sync::MAX_SPINS;

const SPINS_MASK: u32 = 0xf;
const ONE_SKIPPED: u32 = 1 << 4;
const SKIPPED_MASK: u32 = ONE_READER - ONE_SKIPPED;
/// How often one tries although it didn't help the last times: once in 128 times.
const TRIAL: u32 = 2;

const _: () = assert!(MAX_SPINS <= SPINS_MASK, "the spins have 4 bits");

/// See the module's docs.
#[derive(Debug)]
pub(super) struct Limits(AtomicU32);

impl Limits {
    pub(super) const fn new(max_readers: u32) -> Self {
        let limit = if max_readers < MAX_READERS { max_readers } else { MAX_READERS };
        Self(AtomicU32::new(limit * ONE_READER))
    }

    /// The state of a lock with as many readers as there may be, and nothing else.
    #[inline(always)]
    pub(super) fn full(&self) -> u32 {
        self.0.load(Ordering::Relaxed) & !(ONE_READER - 1)
    }

    pub(super) fn max_readers(&self) -> u32 {
        self.full() / ONE_READER
    }

    /// True if fewer may read than the state could count.
    pub(super) fn is_limited(&self) -> bool {
        self.max_readers() < MAX_READERS
    }

    /// How often one should look again before it falls asleep.
    ///
    /// Where holders are suspended with the lock, spinning never helps, and one step in 128 is
    /// spent on finding out whether that has changed.
    pub(super) fn spins(&self) -> u32 {
        if MAX_SPINS == 0 {
            return 0;
        }
        let word = self.0.load(Ordering::Relaxed);
        match (word & SPINS_MASK, word & SKIPPED_MASK) {
            (0, SKIPPED_MASK) => {
                self.0.store(word & !SKIPPED_MASK, Ordering::Relaxed);
                TRIAL
            }
            (0, _) => {
                self.0.store(word + ONE_SKIPPED, Ordering::Relaxed);
                0
            }
            (spins, _) => spins,
        }
    }

    /// Learns from having spun.
    pub(super) fn have_spun(&self, helped: bool) {
        let word = self.0.load(Ordering::Relaxed);
        let spins = word & SPINS_MASK;
        let spins = if helped { (spins + 2).min(MAX_SPINS) } else { spins.saturating_sub(1) };
        self.0.store(word & !SPINS_MASK | spins, Ordering::Relaxed);
    }
}
