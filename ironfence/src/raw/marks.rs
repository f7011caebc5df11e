//! The table in which readers of biased locks are marked: one for the process. And what it remembers of when
//! that paid.
//!
//! A *group* of slots serves one lock at a time, its owner, while that is biased. A reader is marked in the
//! slot of its thread: there stands the address of the lock, and how many are marked so. Each slot has
//! a cache line of its own, so two threads that read write to no common one.
//!
//! A slot is only ever changed by an exchange, and one with the address of a lock by those alone who borrow that
//! lock where it lies: its readers, and who ends its bias. (Of a lock that was moved: who borrows it where it lies now;
//! see [`bias`](super::bias).) So a reader that comes late, to a group that
//! has another owner by now, finds no mark there but its own lock's, and its own is taken for no other's.

// Not loom's: what is remembered of the past is a guess.
use core::sync::atomic::AtomicU32;

use crate::sync::{
    AtomicUsize, CAN_BIAS, GROUPS, MAX_MARKS, Ordering, SLOTS, SPREADS, array_of, const_fn,
    looks_at_the_clock, numbered_threads, process_wide, thread_number, ticks,
};

/// The lowest bits of an address, which are 0, and the highest ones, which have to be, hold the count.
const HIGH_BITS: u32 = if usize::BITS == 64 { 8 } else { 0 };
const COUNT_MASK: usize = (align_of::<super::RawLock>() << HIGH_BITS) - 1;
const MOST: usize = if MAX_MARKS < COUNT_MASK { MAX_MARKS } else { COUNT_MASK };
/// How many marks there may be of one lock.
pub(super) const MOST_OF_A_LOCK: usize = SLOTS * MOST;

/// For how many locks, by their addresses, it is remembered whether the bias paid.
const PASTS: usize = GROUPS;

/// A bias pays if it lasts so many times as long as ending it takes. That is judged of several of them together: writes
/// that are rare on the average still come close to each other now and then.
const PAYS_FROM: u32 = 4;
/// Where it pays, it pauses for so many times of what ending it took.
const SHORT_PAUSE: u32 = 1;
/// Where it doesn't, so many times at least, and twice as long as the last time.
const LONG_PAUSE: u32 = 32;
/// But no longer: 16 ms.
const LONGEST_PAUSE: u32 = 16_000_000 >> 6;
/// After a pause that is no longer each reader that collides looks at the clock: 1 µs.
const SOON: u32 = 1000 >> 6;
/// No more is remembered of how long the biases of a lock lasted: 32 µs.
const MOST_CREDIT: u32 = 32_000 >> 6;

/// A lock's place: its address.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Key(usize);

/// How many are marked there, of which lock; or 0.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Slot(AtomicUsize);

/// The slots of one lock.
#[derive(Debug)]
#[repr(align(64))]
pub(super) struct Group {
    /// Where the owner was when it became biased, or 0.
    owner: AtomicUsize,
    /// When that was.
    began: AtomicU32,
    slots: [Slot; SLOTS],
}

/// What is remembered of the biases of a lock.
#[derive(Debug)]
struct Past {
    /// When the last one ended.
    since: AtomicU32,
    pause: AtomicU32,
    credit: AtomicU32,
}

/// What came of them, by the clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Outcome {
    /// For how long it is not to be biased again.
    pause: u32,
    /// How much longer they lasted than they had to, together.
    credit: u32,
}

#[derive(Debug)]
struct Table {
    groups: [Group; GROUPS],
    pasts: [Past; PASTS],
}

process_wide! {
    static TABLE: Table = Table::new();
}

impl Key {
    #[inline(always)]
    pub(super) fn of<T>(lock: &T) -> Self {
        Self(core::ptr::from_ref(lock).addr())
    }

    /// False of an address, on whatever machine, that leaves no room for the count.
    fn has_room(self) -> bool {
        self.0 << HIGH_BITS >> HIGH_BITS == self.0
    }

    /// A slot with its address, and no mark.
    #[inline(always)]
    fn none_in_slot(self) -> usize {
        self.0 << HIGH_BITS
    }

    /// Spreads the addresses over `0..count`.
    fn spread(self, count: usize) -> usize {
        let mixed = (self.0 >> 4).wrapping_mul(0x9E37_79B1) >> 8;
        if SPREADS { mixed & (count - 1) } else { 0 }
    }
}

impl Slot {
    const_fn! {
        const fn new() -> Self {
            Self(AtomicUsize::new(0))
        }
    }

    /// Adds a mark of this lock, if there is room for it.
    #[inline(always)]
    pub(super) fn enter(&self, key: Key) -> bool {
        let none = key.none_in_slot();
        let seen = self.0.load(Ordering::Relaxed);
        let next = match seen {
            0 => none + 1,
            _ if seen & !COUNT_MASK == none && seen & COUNT_MASK < MOST => seen + 1,
            _ => return false,
        };
        // ORDERING: SeqCst, with the look at the state that follows and with those of `take_all`; see `bias`.
        self.0.compare_exchange(seen, next, Ordering::SeqCst, Ordering::Relaxed).is_ok()
    }

    /// Takes one mark of this lock away, if one is there.
    #[inline(always)]
    pub(super) fn leave(&self, key: Key) -> bool {
        let none = key.none_in_slot();
        // ORDERING: Acquire: if there is no mark, its hold is counted in the state by now, or was taken for
        // another's; who did that has seen the last writer. Release, with `take_all`: who ends the bias has
        // seen that we have read.
        let mut seen = self.0.load(Ordering::Acquire);
        loop {
            if seen == 0 || seen & !COUNT_MASK != none {
                return false;
            }
            let next = if seen == none + 1 { 0 } else { seen - 1 };
            match self.0.compare_exchange_weak(seen, next, Ordering::AcqRel, Ordering::Acquire) {
                Ok(_) => return true,
                Err(actual) => seen = actual,
            }
        }
    }

    /// Takes all marks of this lock away. Returns how many there were.
    fn take_all(&self, key: Key) -> u32 {
        loop {
            // ORDERING: SeqCst, with `enter`. Acquire with the Release of each `leave`, also where there
            // is no mark: each change of a slot is an exchange, so it heads a sequence that reaches us.
            let seen = self.0.load(Ordering::SeqCst);
            let count = marks(seen, key);
            if count == 0 {
                return 0;
            }
            let taken = self.0.compare_exchange(seen, 0, Ordering::SeqCst, Ordering::Relaxed);
            if taken.is_ok() {
                return count;
            }
        }
    }
}

/// How many of this lock are marked in a slot of which this was seen.
fn marks(seen: usize, key: Key) -> u32 {
    let is_its_own = seen != 0 && seen & !COUNT_MASK == key.none_in_slot();
    if is_its_own { (seen & COUNT_MASK) as u32 } else { 0 }
}

impl Group {
    const_fn! {
        const fn new() -> Self {
            Self {
                owner: AtomicUsize::new(0),
                began: AtomicU32::new(0),
                slots: array_of![Slot::new(); SLOTS],
            }
        }
    }

    /// The group of this number.
    #[inline(always)]
    pub(super) fn of_number(number: usize) -> &'static Self {
        let table: &'static Table = &TABLE;
        &table.groups[number & (GROUPS - 1)]
    }

    /// A group for a lock that is to be biased, with its number, if one is free.
    pub(super) fn claim(key: Key) -> Option<(usize, &'static Self)> {
        if !key.has_room() {
            return None;
        }
        let first = key.spread(GROUPS);
        (first..first + GROUPS).find_map(|number| {
            let number = number & (GROUPS - 1);
            let group = Self::of_number(number);
            let is_free = group.owner.load(Ordering::Relaxed) == 0;
            // ORDERING: Acquire, with the Release of `give_back`: the slots are as its owner left them.
            let claimed = is_free
                && group
                    .owner
                    .compare_exchange(0, key.0, Ordering::Acquire, Ordering::Relaxed)
                    .is_ok();
            claimed.then(|| {
                group.began.store(ticks(), Ordering::Relaxed);
                (number, group)
            })
        })
    }

    /// The lock that claimed it needs it no longer, and has no marks in it.
    pub(super) fn give_back(&self) {
        // ORDERING: Release, with `claim`.
        self.owner.store(0, Ordering::Release);
    }

    /// True if the lock was here when it became biased, and not somewhere else.
    #[inline(always)]
    pub(super) fn is_of(&self, key: Key) -> bool {
        // ORDERING: Relaxed: the state is looked at again, when the mark is made.
        self.owner.load(Ordering::Relaxed) == key.0
    }

    /// The slot of this thread.
    #[inline(always)]
    pub(super) fn slot(&self) -> &Slot {
        &self.slots[thread_number() & (SLOTS - 1)]
    }

    /// The slots that threads have so far.
    ///
    /// ORDERING: SeqCst in `numbered_threads`. Who ends a bias comes here after it has said so in the state; a
    /// thread has its number before it marks itself, and looks at the state after that. So one that is not
    /// counted here will see that the bias ends, as if its mark came too late.
    fn used_slots(&self) -> &[Slot] {
        &self.slots[..numbered_threads().min(SLOTS)]
    }

    /// Takes all marks of its owner away. Returns how many there were.
    pub(super) fn take_all(&self) -> u32 {
        let key = self.owner_key();
        self.used_slots().iter().map(|slot| slot.take_all(key)).sum()
    }

    /// How many marks of its owner there are.
    pub(super) fn count(&self) -> u32 {
        let key = self.owner_key();
        // ORDERING: Acquire: who sees nobody sees what they did.
        self.used_slots().iter().map(|slot| marks(slot.0.load(Ordering::Acquire), key)).sum()
    }

    fn owner_key(&self) -> Key {
        // ORDERING: Relaxed: who ends the bias has seen it begin, which came after the claim. (Who only counts
        // may be wrong.)
        Key(self.owner.load(Ordering::Relaxed))
    }

    /// Remembers for how long the bias of the lock that lies there lasted until it ended, at this time by the clock,
    /// and how long ending it took.
    pub(super) fn learn(&self, key: Key, ended: u32) {
        Past::of(key).learn(self.began.load(Ordering::Relaxed), ended);
    }
}

impl Past {
    const_fn! {
        const fn new() -> Self {
            Self { since: AtomicU32::new(0), pause: AtomicU32::new(0), credit: AtomicU32::new(0) }
        }
    }

    fn outcome(&self) -> Outcome {
        let [pause, credit] = [&self.pause, &self.credit].map(|word| word.load(Ordering::Relaxed));
        Outcome { pause, credit }
    }

    fn of(key: Key) -> &'static Self {
        let table: &'static Table = &TABLE;
        &table.pasts[key.spread(PASTS)]
    }

    /// Takes note of one more bias, which began and ended at these times by the clock.
    fn learn(&self, began: u32, ended: u32) {
        let took = ticks().wrapping_sub(ended).max(1);
        let Outcome { pause, credit } = self.outcome().after(ended.wrapping_sub(began), took);
        self.since.store(ended, Ordering::Relaxed);
        self.pause.store(pause, Ordering::Relaxed);
        self.credit.store(credit, Ordering::Relaxed);
    }

    /// True if the pause is over. False also where this call did not look at the clock.
    fn is_over(&self) -> bool {
        let pause = self.pause.load(Ordering::Relaxed);
        if pause > SOON && !looks_at_the_clock() {
            return false;
        }
        ticks().wrapping_sub(self.since.load(Ordering::Relaxed)) >= pause
    }
}

impl Outcome {
    /// With one more, that lasted so long and took so long to end.
    fn after(self, lasted: u32, took: u32) -> Self {
        let lasted = self.credit.saturating_add(lasted).min(MOST_CREDIT);
        let (pause, credit) = match lasted.checked_sub(took.saturating_mul(PAYS_FROM)) {
            Some(credit) => (took.saturating_mul(SHORT_PAUSE), credit),
            None => (self.pause.saturating_mul(2).max(took.saturating_mul(LONG_PAUSE)), 0),
        };
        Self { pause: pause.min(LONGEST_PAUSE), credit }
    }
}

/// False while this lock is not to be biased again; mostly without a look at the clock, if that is not soon.
pub(super) fn pays_to_bias(key: Key) -> bool {
    CAN_BIAS && Past::of(key).is_over()
}

impl Table {
    const_fn! {
        const fn new() -> Self {
            Self {
                groups: array_of![Group::new(); GROUPS],
                pasts: array_of![Past::new(); PASTS],
            }
        }
    }
}

#[cfg(all(test, feature = "std", not(any(ironfence_loom, ironfence_shuttle))))]
mod tests;
