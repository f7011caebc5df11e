//! The lock word: what its bits mean, and every step it can take, as pure functions.
//!
//! ```text
//!  31           11     10      9      5  4      3       2        1            0
//! +---------------+---------+----------+------+-------+--------+------------+-----------+
//! |    readers    | READERS |  passes  | CALL | WOKEN | QUEUED | UPGRADABLE | EXCLUSIVE |
//! +---------------+---------+----------+------+-------+--------+------------+-----------+
//! ```
//!
//! `E` is the exclusive bit, `U` the upgradable, `r` the readers, `Q` and `W` the queue's bits, `p`
//! the passes; `*` is any value.
//!
//! | row | E | U | r | Q | W | p | means | leaves by |
//! |---|---|---|---|---|---|---|---|---|
//! | idle | 0 | 0 | 0 | 0 | 0 | 0 | free, nobody waits | any take |
//! | write | 1 | 0 | 0 | 0 | 0 | 0 | held alone | release → idle; downgrade → read or upgradable; a waiter queues → held+Q |
//! | read | 0 | 0 | >0 | 0 | 0 | 0 | held by readers | a reader joins or leaves; an upgradable joins → upgradable; a waiter queues → held+Q |
//! | upgradable | 0 | 1 | * | 0 | 0 | 0 | held by readers and one who may upgrade | upgrade, if `r` is 0 → write, else it queues → held+Q; downgrade → read |
//! | parts | 1 | 0 | >0 | * | * | * | held alone, in `r + 1` parts | the parts' releases → write |
//! | held+Q | * | * | * | 1 | 0 | * | held, somebody sleeps | the release that makes room for the front → free+Q or calls it beside the others |
//! | free+Q | 0 | 0 | 0 | 1 | 0 | * | a release is on its way to call the front | `call_next` → free+W; a newcomer that may barge takes it, `p + 1` |
//! | free+W | 0 | 0 | 0 | * | 1 | * | the bearer was called and has not answered | the bearer takes it, `p = 0`; a newcomer that may barge does, `p + 1`; another newcomer queues and keeps watch; the bearer leaves and calls the next |
//! | held+W | * | * | * | * | 1 | * | a newcomer passed the bearer, or readers are being called beside others | release → free+W; the bearer comes in, `p = 0`, or queues in front → held+Q |
//!
//! `Q` may be set while the queue is empty, in a lock that admits no readers (whom the bit would keep out) and
//! while nobody is called: the last waiter left the queue, and the release, which comes to `call_next` for the
//! bit, clears it: held+Q → free+Q → idle.
//!
//! `p` counts who passed the bearer, up to [`BARGE_LIMIT`]: from there on nobody may. It is 0 whenever `Q` and
//! `W` are.
//! `READERS` is set only beside `W`: all who were called are readers, so another reader keeps nobody of them out.
//! `CALL` is set only beside `Q` and `W`: by a waiter that falls asleep although a bearer has yet to answer,
//! and by one that was called beside it and answers. The next release calls the front all the same, in
//! case the bearer never does. A reader that finds readers in, and somebody asleep (`Q`), sleeps too: so readers do
//! not starve a queued writer.
//! `E` excludes `U`. A waiter that upgrades keeps `U` while it waits in front of the queue.
//!
//! While the lock is [biased](super::bias), and only then, the highest bit is set, and the word is another one:
//!
//! ```text
//!   31   30 29              11 10   5 4     1    0
//! +----+-----------------------+-------+-------+--------+
//! |  1 |    readers + 2^18     | group |   0   | ENDING |
//! +----+-----------------------+-------+-------+--------+
//! ```
//!
//! | row | ENDING | means | leaves by |
//! |---|---|---|---|
//! | biased | 0 | readers mark themselves in the group; nobody waits | a reader that finds no room there joins, or leaves; whoever would have to wait, ends it → ending |
//! | ending | 1 | the marks are being counted, by one who has the queue's lock | the same: → idle or read |
//!
//! Its count of readers may be less than 0, where one was marked and leaves by the count. To all others a
//! biased lock looks held, and so full that nobody may join.

use crate::{
    queue::{Status, Wants},
    sync::{BARGE_LIMIT, CAN_BIAS, GROUPS},
};

pub(crate) const EXCLUSIVE_BIT: u32 = 1;
pub(crate) const UPGRADABLE_BIT: u32 = 1 << 1;
pub(crate) const QUEUED_BIT: u32 = 1 << 2;
pub(crate) const WOKEN_BIT: u32 = 1 << 3;
const CALL_BIT: u32 = 1 << 4;
const ONE_PASS: u32 = 1 << 5;
const PASSES_MASK: u32 = READERS_CALLED_BIT - ONE_PASS;
const READERS_CALLED_BIT: u32 = 1 << 10;
pub(crate) const ONE_READER: u32 = 1 << 11;
const READERS_MASK: u32 = !(ONE_READER - 1);
const BIAS_BIT: u32 = 1 << 31;
/// Beside `BIAS_BIT`.
pub(crate) const ENDING_BIT: u32 = EXCLUSIVE_BIT;
const GROUP_SHIFT: u32 = 5;
const GROUP_MASK: u32 = ONE_READER - (1 << GROUP_SHIFT);
/// A biased lock without a counted reader: far from both ends.
pub(super) const NO_READERS: u32 = ONE_READER << 18;
/// Somebody waits.
const WAITERS_MASK: u32 = QUEUED_BIT | WOKEN_BIT;
/// Somebody was called.
const CALLED_MASK: u32 = WOKEN_BIT | CALL_BIT | READERS_CALLED_BIT;
const HELD_MASK: u32 = EXCLUSIVE_BIT | UPGRADABLE_BIT | READERS_MASK;

/// How many may hold a lock shared at once, or hold parts of it. The state could count more; where it has four
/// bits for them, the limits have the lock's level.
pub(crate) const MAX_READERS: u32 = (READERS_MASK / ONE_READER) >> 4;

const _: () = assert!(GROUPS <= (GROUP_MASK >> GROUP_SHIFT) as usize + 1, "a group has 6 bits");
const _: () = assert!(NO_READERS < BIAS_BIT / 2 && MAX_READERS < NO_READERS / ONE_READER);
const _: () = assert!(BARGE_LIMIT <= PASSES_MASK / ONE_PASS, "the passes have 5 bits");

/// A value of the lock word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(pub(crate) u32);

/// What the lock answers to one who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is yours if this becomes the state.
    Take(State),
    /// It is free, but others come first: queue, and keep watch over the one that was called.
    Watch,
    /// It is held, or others wait for it first: queue.
    Wait,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Not called: a newcomer, or a waiter polled by chance. True if it `may_barge`: take a free lock
    /// before those who wait.
    Newcomer { may_barge: bool },
    /// One that can't wait (`try_lock`).
    Trying,
    /// A waiter that was called; true if it bears the `WOKEN_BIT`.
    Called { bearer: bool },
}

impl Asker {
    /// As whom a waiter with this status asks.
    #[inline(always)]
    pub(crate) fn of(status: Status, may_barge: bool) -> Self {
        match status {
            Status::Idle | Status::Waiting => Asker::Newcomer { may_barge },
            Status::Called => Asker::Called { bearer: false },
            Status::Bearer => Asker::Called { bearer: true },
        }
    }
}

impl State {
    #[inline(always)]
    pub(crate) fn readers(self) -> u32 {
        self.0 / ONE_READER
    }

    /// How many share the lock: the readers, and the one who may upgrade. The parts of an exclusive hold
    /// share nothing.
    pub(crate) fn sharing(self) -> u32 {
        let upgradable = u32::from(self.0 & UPGRADABLE_BIT != 0);
        if self.is_exclusive() { 0 } else { self.readers() + upgradable }
    }

    fn passes(self) -> u32 {
        (self.0 & PASSES_MASK) / ONE_PASS
    }

    #[inline(always)]
    pub(crate) fn is_held(self) -> bool {
        self.0 & HELD_MASK != 0
    }

    pub(crate) fn has_queue(self) -> bool {
        self.0 & QUEUED_BIT != 0
    }

    #[inline(always)]
    pub(crate) fn is_exclusive(self) -> bool {
        self.0 & EXCLUSIVE_BIT != 0
    }

    pub(crate) fn has_waiters(self) -> bool {
        self.0 & WAITERS_MASK != 0
    }

    /// May a release call somebody: does anybody sleep, and is nobody's answer awaited?
    pub(crate) fn may_call(self) -> bool {
        self.has_queue() && (self.lacks_bearer() || self.0 & CALL_BIT != 0)
    }

    /// True if readers may sleep that could come in beside the one who is in.
    pub(crate) fn lets_others_in(self) -> bool {
        !self.is_exclusive() && self.has_queue()
    }

    /// How many readers could come in now, if they were called.
    pub(crate) fn room_for_readers(self, max_readers: u32) -> u32 {
        if self.is_exclusive() { 0 } else { max_readers.saturating_sub(self.sharing()) }
    }

    /// True if the place of the one who may upgrade is free.
    pub(crate) fn has_no_upgradable(self) -> bool {
        self.0 & (EXCLUSIVE_BIT | UPGRADABLE_BIT) == 0
    }

    /// What an exclusive taker is told.
    pub(crate) fn ask_exclusive(self, asker: Asker) -> Answer {
        match self.is_held() {
            true => Answer::Wait,
            false => self.ask_with_room(asker, EXCLUSIVE_BIT),
        }
    }

    /// What a shared taker is told.
    pub(crate) fn ask_shared(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            0 => Answer::Wait,
            _ if self.calls_only_readers() && max_readers == MAX_READERS => {
                Answer::Take(State(self.taken_by(asker, false).0 + ONE_READER))
            }
            _ => self.ask_with_room(asker, ONE_READER),
        }
    }

    /// What a shared taker is told that may hold the lock already: it never waits for a writer
    /// that waits.
    pub(crate) fn ask_recursive(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            0 => Answer::Wait,
            _ => Answer::Take(State(self.taken_by(asker, true).0 + ONE_READER)),
        }
    }

    /// What is told to a taker who wants to be the one that may upgrade.
    pub(crate) fn ask_upgradable(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            1.. if self.has_no_upgradable() => self.ask_with_room(asker, UPGRADABLE_BIT),
            _ => Answer::Wait,
        }
    }

    /// What the upgradable holder is told that wants to be alone.
    pub(crate) fn ask_upgrade(self, asker: Asker) -> Answer {
        match self.readers() {
            0 => Answer::Take(State(self.taken_by(asker, true).0 - UPGRADABLE_BIT + EXCLUSIVE_BIT)),
            _ => Answer::Wait,
        }
    }

    /// What a reader is told that found the lock held and somebody asleep, where all who sleep want
    /// the upgradable place: it is let in beside them, so it doesn't wait behind them.
    pub(crate) fn ask_past_upgradables(self, max_readers: u32) -> Answer {
        let may_join = self.0 & UPGRADABLE_BIT != 0
            && (self.lacks_bearer() || self.0 & READERS_CALLED_BIT != 0)
            && max_readers == MAX_READERS
            && self.room_for_readers(max_readers) > 0;
        if may_join { Answer::Take(State(self.0 + ONE_READER)) } else { Answer::Wait }
    }

    /// Nobody is in that would exclude one who adds `hold`; but others may wait for the lock.
    fn ask_with_room(self, asker: Asker, hold: u32) -> Answer {
        match asker {
            Asker::Called { .. } => {}
            _ if !self.has_waiters() => {}
            // Readers don't starve those asleep; a bearer that is polled and beaten is one of them.
            _ if self.is_held() && self.has_queue() => return Answer::Wait,
            Asker::Trying => {}
            Asker::Newcomer { may_barge: true } if self.passes() < BARGE_LIMIT => {}
            // Who was called comes first, and others may be in: their release calls.
            Asker::Newcomer { .. } if self.is_held() => return Answer::Wait,
            Asker::Newcomer { .. } => return Answer::Watch,
        }
        Answer::Take(State(self.taken_by(asker, true).0 + hold))
    }

    /// True if readers were called and nobody else, and nobody sleeps: another reader that comes in
    /// keeps nobody out and passes nobody.
    fn calls_only_readers(self) -> bool {
        self.0 & (READERS_CALLED_BIT | QUEUED_BIT) == READERS_CALLED_BIT
    }

    /// True if one that was not called, and has left this state, came in before somebody who waits: not beside
    /// readers that were called, nor beside an upgradable guard.
    pub(crate) fn has_passed(self, wants: Wants) -> bool {
        let is_beside = self.calls_only_readers() || self.0 & UPGRADABLE_BIT != 0;
        self.has_waiters() && !(wants == Wants::Shared && is_beside)
    }

    /// The bits beside the hold after `asker` took the lock; it `passes` the bearer, or comes in beside it.
    fn taken_by(self, asker: Asker, passes: bool) -> Self {
        match asker {
            Asker::Called { bearer: true } => self.answered(),
            // The bearer may never answer, so this one's release is to call; and it passed nobody if
            // it came in beside others.
            Asker::Called { bearer: false } if self.is_held() => self.to_call(),
            Asker::Called { bearer: false } => self.to_call().passed(),
            Asker::Newcomer { .. } | Asker::Trying if passes => self.passed(),
            Asker::Newcomer { .. } | Asker::Trying => self,
        }
    }

    /// One more took the lock before the bearer.
    fn passed(self) -> Self {
        match self.has_waiters() && self.passes() < BARGE_LIMIT {
            true => State(self.0 + ONE_PASS),
            false => self,
        }
    }

    /// Nobody may pass any more until a bearer has answered.
    pub(crate) fn reserved(self) -> Self {
        State(self.0 & !PASSES_MASK | (BARGE_LIMIT * ONE_PASS)).settled()
    }

    /// The next release is to call, if anybody sleeps.
    pub(crate) fn to_call(self) -> Self {
        let has_both = self.0 & WAITERS_MASK == WAITERS_MASK;
        State(if has_both { self.0 | CALL_BIT } else { self.0 })
    }

    /// The bearer has answered: nobody is called, and the count begins anew.
    pub(crate) fn answered(self) -> Self {
        State(self.0 & !CALLED_MASK & !PASSES_MASK)
    }

    /// The waiter that asks as `asker` falls asleep in the queue; the next release is to call.
    pub(crate) fn queued_by(self, asker: Asker) -> Self {
        let queued = State(self.0 | QUEUED_BIT);
        match asker {
            Asker::Called { bearer: true } => State(queued.0 & !CALLED_MASK),
            _ => queued.to_call(),
        }
    }

    /// True if no called waiter is expected to answer.
    pub(crate) fn lacks_bearer(self) -> bool {
        self.0 & WOKEN_BIT == 0
    }

    /// The front of the queue is called, if there is `any`; `all` if nobody sleeps after that. They
    /// are all `readers`, or one who wants to be alone.
    pub(crate) fn called(self, any: bool, all: bool, readers: bool) -> Self {
        let mut next = State(self.0 & !CALL_BIT);
        if any {
            if !readers {
                next.0 &= !READERS_CALLED_BIT;
            } else if self.lacks_bearer() {
                next.0 |= READERS_CALLED_BIT;
            }
            next.0 |= WOKEN_BIT;
        }
        if all {
            next.0 &= !QUEUED_BIT;
        }
        next.settled()
    }

    /// The bearer goes away without having taken the lock; the passes are the next one's.
    pub(crate) fn without_bearer(self) -> Self {
        State(self.0 & !CALLED_MASK).settled()
    }

    /// The last waiter left the queue.
    pub(crate) fn without_queue(self) -> Self {
        State(self.0 & !(QUEUED_BIT | CALL_BIT)).settled()
    }

    /// True if the release of this hold will look for waiters anyway, and no passes are to be
    /// forgotten until then: row "held+Q", alone.
    pub(crate) fn will_find_nobody(self) -> bool {
        self.0 == EXCLUSIVE_BIT | QUEUED_BIT
    }

    /// An exclusive hold has one more part, if there is room for it.
    pub(crate) fn with_part(self) -> Option<Self> {
        (self.readers() < MAX_READERS).then(|| State(self.0 + ONE_READER))
    }

    /// True if readers are marked in a group of the table.
    #[inline(always)]
    pub(crate) fn is_biased(self) -> bool {
        CAN_BIAS && self.0 & BIAS_BIT != 0
    }

    /// True if it is, and readers may do so still.
    pub(crate) fn takes_marks(self) -> bool {
        self.is_biased() && self.0 & ENDING_BIT == 0
    }

    /// In which group: of a lock that is biased.
    pub(crate) fn group(self) -> usize {
        ((self.0 & GROUP_MASK) >> GROUP_SHIFT) as usize
    }

    /// A lock with nobody but readers begins to be biased, with this group.
    pub(crate) fn biased(self, group: usize) -> Self {
        debug_assert!(self.0 & (ONE_READER - 1) == 0, "only readers are there");
        State(BIAS_BIT + NO_READERS + self.0 + ((group as u32) << GROUP_SHIFT))
    }

    /// How many readers a biased lock counts in its word; less than 0 if some of those who left had a mark,
    /// which others have now.
    pub(crate) fn counted(self) -> i32 {
        ((self.0 & !BIAS_BIT) / ONE_READER) as i32 - (NO_READERS / ONE_READER) as i32
    }

    /// The bias is over, and so many readers were marked.
    pub(crate) fn unbiased(self, marked: u32) -> Self {
        let readers = self.counted() + marked as i32;
        debug_assert!(readers >= 0, "nobody leaves who was not in");
        State(readers as u32 * ONE_READER)
    }

    /// One part of an exclusive hold is given up, or the hold itself with the last.
    pub(crate) fn without_part(self) -> Self {
        debug_assert!(self.is_exclusive(), "only an exclusive hold has parts");
        State(if self.readers() > 0 { self.0 - ONE_READER } else { self.0 - EXCLUSIVE_BIT })
    }

    /// Without waiters there are no passes: so that the idle lock is 0.
    fn settled(self) -> Self {
        if self.has_waiters() { self } else { State(self.0 & !PASSES_MASK) }
    }
}

#[cfg(all(test, not(any(ironfence_loom, ironfence_shuttle))))]
mod tests;
