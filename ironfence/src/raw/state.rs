//! The lock word: what its bits mean, and every step it can take, as pure functions.
//!
//! ```text
//!  31           11 10       5  4      3       2        1            0
//! +---------------+----------+------+-------+--------+------------+-----------+
//! |    readers    |  passes  | CALL | WOKEN | QUEUED | UPGRADABLE | EXCLUSIVE |
//! +---------------+----------+------+-------+--------+------------+-----------+
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
//! | free+Q | 0 | 0 | 0 | 1 | 0 | * | a release is on its way to call the front | `call_next` → free+W; a newcomer takes it, `p + 1` |
//! | free+W | 0 | 0 | 0 | * | 1 | * | the bearer was called and has not answered | the bearer takes it, `p = 0`; a newcomer does, `p + 1`; the bearer leaves and calls the next |
//! | held+W | * | * | * | * | 1 | * | a newcomer passed the bearer, or readers are being called beside others | release → free+W; the bearer comes in, `p = 0`, or queues in front → held+Q |
//!
//! `Q` may be set while the queue is empty, in a lock that admits no readers (whom the bit would keep out) and
//! while nobody is called: the last waiter left the queue, and the release, which comes to `call_next` for the
//! bit, clears it: held+Q → free+Q → idle.
//!
//! `p` counts who passed the bearer, up to [`SILENT_LIMIT`]; it is 0 whenever `Q` and `W` are.
//! `CALL` is set only beside `Q` and `W`: by one who falls asleep although a bearer has yet to answer,
//! and by one who was called beside it and answers. The next release calls the front all the same, in
//! case the bearer never does. A reader that finds readers in, and somebody asleep (`Q`), sleeps too: so readers do
//! not starve a queued writer.
//! `E` excludes `U`. The one who upgrades keeps `U` while it waits in front of the queue.

use crate::{
    queue::Status,
    sync::{BARGE_LIMIT, SILENT_LIMIT},
};

pub(crate) const EXCLUSIVE_BIT: u32 = 1 << 0;
pub(crate) const UPGRADABLE_BIT: u32 = 1 << 1;
pub(crate) const QUEUED_BIT: u32 = 1 << 2;
pub(crate) const WOKEN_BIT: u32 = 1 << 3;
const CALL_BIT: u32 = 1 << 4;
const ONE_PASS: u32 = 1 << 5;
const PASSES_MASK: u32 = ONE_READER - ONE_PASS;
pub(crate) const ONE_READER: u32 = 1 << 11;
const READERS_MASK: u32 = !(ONE_READER - 1);
const HELD_MASK: u32 = EXCLUSIVE_BIT | UPGRADABLE_BIT | READERS_MASK;

/// How many may hold a lock shared at once, or hold parts of it.
pub(crate) const MAX_READERS: u32 = READERS_MASK / ONE_READER;

const _: () = assert!(SILENT_LIMIT <= PASSES_MASK / ONE_PASS, "the passes have 6 bits");

/// A value of the lock word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct State(pub(crate) u32);

/// What the lock answers to one who wants it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It is yours if this becomes the state.
    Take(State),
    /// There is room, but somebody was called before and passed too often: let the executor run.
    Yield,
    /// It is held, or others wait for it first: queue.
    Wait,
}

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Asker {
    /// Not called: a newcomer, or a waiter polled by chance.
    Newcomer,
    /// One that yielded enough, or that can't (`try_lock`).
    Patient,
    /// A waiter that was called; true if it bears the `WOKEN_BIT`.
    Called { bearer: bool },
}

impl Asker {
    /// As whom a waiter with this status asks.
    pub(crate) fn of(status: Status) -> Self {
        match status {
            Status::Idle | Status::Waiting => Asker::Newcomer,
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

    pub(crate) fn passes(self) -> u32 {
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
        self.0 & (QUEUED_BIT | WOKEN_BIT) != 0
    }

    /// True if those who were not called have to yield to the one who was.
    fn is_reserved(self) -> bool {
        self.has_waiters() && self.passes() >= BARGE_LIMIT
    }

    /// May a release call somebody: does anybody sleep, and is nobody's answer awaited? (The count
    /// of a silent bearer begins anew even where nobody sleeps.)
    pub(crate) fn may_call(self) -> bool {
        self.has_waiters() && (self.lacks_bearer() || self.0 & CALL_BIT != 0)
    }

    /// True if readers may sleep that could come in beside the one who is in.
    pub(crate) fn lets_others_in(self) -> bool {
        !self.is_exclusive() && self.has_queue()
    }

    /// How many readers could come in now, if they were called.
    pub(crate) fn room_for_readers(self, max_readers: u32) -> u32 {
        let upgradable = u32::from(self.0 & UPGRADABLE_BIT != 0);
        if self.is_exclusive() {
            0
        } else {
            max_readers.saturating_sub(self.readers() + upgradable)
        }
    }

    /// True if the place of the one who may upgrade is free.
    pub(crate) fn has_no_upgradable(self) -> bool {
        self.0 & (EXCLUSIVE_BIT | UPGRADABLE_BIT) == 0
    }

    /// What an exclusive taker is told.
    pub(crate) fn ask_exclusive(self, asker: Asker) -> Answer {
        if self.is_held() {
            return Answer::Wait;
        }
        match asker {
            Asker::Newcomer if self.is_reserved() => Answer::Yield,
            asker => Answer::Take(State(self.taken_by(asker).0 | EXCLUSIVE_BIT)),
        }
    }

    /// What a shared taker is told.
    pub(crate) fn ask_shared(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            0 => Answer::Wait,
            _ => self.ask_beside_readers(asker, ONE_READER),
        }
    }

    /// What a shared taker is told that may hold the lock already: it never waits for a writer
    /// that waits.
    pub(crate) fn ask_recursive(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            0 => Answer::Wait,
            _ => Answer::Take(State(self.taken_by(asker).0 + ONE_READER)),
        }
    }

    /// What is told to a taker who wants to be the one that may upgrade.
    pub(crate) fn ask_upgradable(self, asker: Asker, max_readers: u32) -> Answer {
        match self.room_for_readers(max_readers) {
            1.. if self.has_no_upgradable() => self.ask_beside_readers(asker, UPGRADABLE_BIT),
            _ => Answer::Wait,
        }
    }

    /// What the upgradable holder is told that wants to be alone.
    pub(crate) fn ask_upgrade(self, asker: Asker) -> Answer {
        match self.readers() {
            0 => Answer::Take(State(self.taken_by(asker).0 - UPGRADABLE_BIT + EXCLUSIVE_BIT)),
            _ => Answer::Wait,
        }
    }

    /// Nobody is in that would exclude one who adds `hold`; but others may wait for the lock.
    fn ask_beside_readers(self, asker: Asker, hold: u32) -> Answer {
        match asker {
            Asker::Called { .. } => {}
            // Readers don't starve those asleep; a bearer that is polled and beaten is one of them.
            _ if self.is_held() && self.has_queue() => return Answer::Wait,
            Asker::Newcomer if self.is_reserved() => return Answer::Yield,
            _ => {}
        }
        Answer::Take(State(self.taken_by(asker).0 + hold))
    }

    /// The bits beside the hold after `asker` took the lock.
    fn taken_by(self, asker: Asker) -> Self {
        match asker {
            Asker::Called { bearer: true } => self.answered(),
            // The bearer may never answer, so this one's release is to call; and it passed nobody if
            // it came in beside others.
            Asker::Called { bearer: false } if self.is_held() => self.to_call(),
            Asker::Called { bearer: false } => self.to_call().passed(),
            Asker::Newcomer | Asker::Patient => self.passed(),
        }
    }

    /// One more took the lock before the bearer.
    fn passed(self) -> Self {
        match self.has_waiters() && self.passes() < SILENT_LIMIT {
            true => State(self.0 + ONE_PASS),
            false => self,
        }
    }

    /// The next release is to call, if anybody sleeps.
    pub(crate) fn to_call(self) -> Self {
        const BOTH: u32 = QUEUED_BIT | WOKEN_BIT;
        State(if self.0 & BOTH == BOTH { self.0 | CALL_BIT } else { self.0 })
    }

    /// The bearer has answered: nobody is called, and the count begins anew.
    pub(crate) fn answered(self) -> Self {
        State(self.0 & !(WOKEN_BIT | CALL_BIT | PASSES_MASK))
    }

    /// The waiter that asks as `asker` falls asleep in the queue; the next release is to call.
    pub(crate) fn queued_by(self, asker: Asker) -> Self {
        let queued = State(self.0 | QUEUED_BIT);
        match asker {
            Asker::Called { bearer: true } => State(queued.0 & !(WOKEN_BIT | CALL_BIT)),
            _ => queued.to_call(),
        }
    }

    /// True if no called waiter is expected to answer: nobody was called, or the one was silent.
    pub(crate) fn lacks_bearer(self) -> bool {
        self.0 & WOKEN_BIT == 0 || self.passes() >= SILENT_LIMIT
    }

    /// The front of the queue is called, if there is `any`; `all` if nobody sleeps after that.
    ///
    /// Where a bearer was silent a new count begins: of the one called beside it, or of itself if
    /// nobody else waits.
    pub(crate) fn called(self, any: bool, all: bool) -> Self {
        let mut next = State(self.0 & !CALL_BIT);
        if self.0 & WOKEN_BIT != 0 && self.lacks_bearer() {
            next.0 &= !PASSES_MASK;
        }
        if any {
            next.0 |= WOKEN_BIT;
        }
        if all {
            next.0 &= !QUEUED_BIT;
        }
        next.settled()
    }

    /// The bearer goes away without having taken the lock; the passes are the next one's.
    pub(crate) fn without_bearer(self) -> Self {
        State(self.0 & !(WOKEN_BIT | CALL_BIT)).settled()
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

#[cfg(all(test, not(loom)))]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    const MOST: u32 = 3;

    const ASKERS: [Asker; 4] = [
        Asker::Newcomer,
        Asker::Patient,
        Asker::Called { bearer: false },
        Asker::Called { bearer: true },
    ];

    /// The rows of the table that a state belongs to.
    fn rows(state: State) -> Vec<&'static str> {
        let exclusive = state.is_exclusive();
        let upgradable = state.0 & UPGRADABLE_BIT != 0;
        let readers = state.readers() > 0;
        let queued = state.has_queue();
        let woken = state.0 & WOKEN_BIT != 0;
        let quiet = !queued && !woken;
        let table = [
            ("idle", !state.is_held() && quiet),
            ("write", exclusive && !readers && quiet),
            ("read", !exclusive && !upgradable && readers && quiet),
            ("upgradable", upgradable && quiet),
            ("parts", exclusive && readers),
            ("held+Q", state.is_held() && !(exclusive && readers) && queued && !woken),
            ("free+Q", !state.is_held() && queued && !woken),
            ("free+W", !state.is_held() && woken),
            ("held+W", state.is_held() && !(exclusive && readers) && woken),
        ];
        table.iter().filter(|row| row.1).map(|row| row.0).collect()
    }

    /// Every state that one step leads to.
    fn steps(state: State) -> Vec<State> {
        let mut next = Vec::new();
        let mut answer = |asker, answer| match answer {
            Answer::Take(taken) => next.push(taken),
            Answer::Wait => next.push(state.queued_by(asker)),
            Answer::Yield => {}
        };
        for asker in ASKERS {
            if asker == (Asker::Called { bearer: true }) && state.0 & WOKEN_BIT == 0 {
                continue;
            }
            answer(asker, state.ask_exclusive(asker));
            answer(asker, state.ask_shared(asker, MOST));
            answer(asker, state.ask_recursive(asker, MOST));
            answer(asker, state.ask_upgradable(asker, MOST));
            if state.0 & UPGRADABLE_BIT != 0 {
                answer(asker, state.ask_upgrade(asker));
            }
        }
        if state.is_exclusive() {
            next.push(state.without_part());
            next.extend(state.with_part().filter(|split| split.readers() <= MOST));
            if state.readers() == 0 {
                next.push(State(state.0 - EXCLUSIVE_BIT + ONE_READER));
                next.push(State(state.0 - EXCLUSIVE_BIT + UPGRADABLE_BIT));
            }
        } else if state.readers() > 0 {
            next.push(State(state.0 - ONE_READER));
        }
        if state.0 & UPGRADABLE_BIT != 0 {
            next.push(State(state.0 - UPGRADABLE_BIT));
            next.push(State(state.0 - UPGRADABLE_BIT + ONE_READER));
        }
        if state.0 & WOKEN_BIT != 0 {
            next.extend([state.answered(), state.without_bearer()]);
        }
        if state.has_queue() {
            next.push(state.without_queue());
        }
        if state.may_call() {
            next.push(state.called(false, true));
            next.extend([state.called(true, true), state.called(true, false)]);
        }
        next.push(state.to_call());
        next
    }

    /// Every state that some steps lead to.
    fn reachable() -> BTreeSet<u32> {
        let mut seen = BTreeSet::from([0]);
        let mut ahead = vec![State(0)];
        while let Some(state) = ahead.pop() {
            for next in steps(state) {
                if seen.insert(next.0) {
                    ahead.push(next);
                }
            }
        }
        seen
    }

    #[test]
    fn past_the_bound_no_newcomer_takes_a_free_lock_without_yielding() {
        let reserved = reachable().into_iter().map(State).filter(|state| {
            !state.is_held() && state.has_waiters() && state.passes() >= BARGE_LIMIT
        });
        let mut count = 0;
        for state in reserved {
            for answer in [
                state.ask_exclusive(Asker::Newcomer),
                state.ask_shared(Asker::Newcomer, MOST),
                state.ask_upgradable(Asker::Newcomer, MOST),
            ] {
                assert_eq!(answer, Answer::Yield, "{state:?}: the bearer comes first");
            }
            count += 1;
        }
        assert!(count > 0, "the bound is reached");
    }

    #[test]
    fn every_state_that_can_be_reached_is_in_one_row_of_the_table() {
        let seen = reachable();
        let mut found = BTreeSet::new();
        for state in seen.iter().copied().map(State) {
            let rows = rows(state);
            assert_eq!(rows.len(), 1, "{state:?} is in the rows {rows:?}");
            found.extend(rows);
            assert!(
                !(state.is_exclusive() && state.0 & UPGRADABLE_BIT != 0),
                "{state:?}: `E` excludes `U`"
            );
            assert!(state.passes() <= SILENT_LIMIT, "{state:?}: the passes end there");
            assert!(state.passes() == 0 || state.has_waiters(), "{state:?}: nobody to pass");
            let is_to_call = state.0 & CALL_BIT != 0;
            assert!(
                !is_to_call || (state.has_queue() && state.0 & WOKEN_BIT != 0),
                "{state:?}: `CALL` is set only beside `Q` and `W`"
            );
        }
        assert_eq!(found.len(), 9, "each row can be reached: {found:?}");
        assert!(seen.len() > 100, "{} states", seen.len());
    }
}
