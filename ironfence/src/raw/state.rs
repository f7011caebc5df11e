//! The lock word: what its bits mean, and every step it can take, as pure functions.
//!
//! ```text
//!  31           10 9        4  3       2        1            0
//! +---------------+----------+-------+--------+------------+-----------+
//! |    readers    |  passes  | WOKEN | QUEUED | UPGRADABLE | EXCLUSIVE |
//! +---------------+----------+-------+--------+------------+-----------+
//! ```
//!
//! `E` is the exclusive bit, `r` the readers, `Q` and `W` the queue's bits, `p` the passes.
//!
//! | row | E | r | Q | W | p | means | leaves by |
//! |---|---|---|---|---|---|---|---|
//! | idle | 0 | 0 | 0 | 0 | 0 | free, nobody waits | any take |
//! | write | 1 | 0 | 0 | 0 | 0 | held alone | release → idle; downgrade → read; a waiter queues → write+Q |
//! | read | 0 | >0 | 0 | 0 | 0 | held by readers | a reader joins or leaves; a waiter queues → read+Q |
//! | parts | 1 | >0 | * | * | * | held alone, in `r + 1` parts | the parts' releases → write |
//! | write+Q, read+Q | | | 1 | 0 | * | held, somebody sleeps | the (last) release → free+Q |
//! | free+Q | 0 | 0 | 1 | 0 | * | a release is on its way to call the front | `call_next` → free+W; a newcomer takes it, `p + 1` |
//! | free+W | 0 | 0 | * | 1 | * | the bearer was called and has not answered | the bearer takes it, `p = 0`; a newcomer does, `p + 1`; the bearer leaves and calls the next |
//! | held+W | | | * | 1 | * | a newcomer passed the bearer | release → free+W; the bearer queues in front → held+Q |
//!
//! `p` counts who passed a waiter that was called, up to [`SILENT_LIMIT`]; it is 0 whenever `Q` and
//! `W` are. A reader that finds readers in, and somebody asleep (`Q`), sleeps too: so readers do
//! not starve a queued writer.
//!
//! `UPGRADABLE` is kept for the third mode; no step sets it yet.

use crate::{
    queue::Status,
    sync::{BARGE_LIMIT, SILENT_LIMIT},
};

pub(crate) const EXCLUSIVE_BIT: u32 = 1 << 0;
const UPGRADABLE_BIT: u32 = 1 << 1;
pub(crate) const QUEUED_BIT: u32 = 1 << 2;
pub(crate) const WOKEN_BIT: u32 = 1 << 3;
const ONE_PASS: u32 = 1 << 4;
const PASSES_MASK: u32 = ONE_READER - ONE_PASS;
pub(crate) const ONE_READER: u32 = 1 << 10;
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
    /// It is free, but somebody was called for it and passed too often: let the executor run.
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

    fn has_waiters(self) -> bool {
        self.0 & (QUEUED_BIT | WOKEN_BIT) != 0
    }

    /// True if those who were not called have to yield to the one who was.
    fn is_reserved(self) -> bool {
        self.has_waiters() && self.passes() >= BARGE_LIMIT
    }

    /// May a release call somebody: does anybody sleep, and is nobody's answer awaited? (A silent
    /// bearer is to be forgotten even where nobody sleeps.)
    pub(crate) fn may_call(self) -> bool {
        self.has_waiters() && self.lacks_bearer()
    }

    /// How many readers could come in now, if they were called.
    pub(crate) fn room_for_readers(self, max_readers: u32) -> u32 {
        if self.is_exclusive() { 0 } else { max_readers.saturating_sub(self.readers()) }
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
        if self.room_for_readers(max_readers) == 0 {
            return Answer::Wait;
        }
        match asker {
            Asker::Called { .. } => {}
            _ if self.is_held() && (self.has_queue() || self.is_reserved()) => return Answer::Wait,
            Asker::Newcomer if self.is_reserved() => return Answer::Yield,
            _ => {}
        }
        Answer::Take(State(self.taken_by(asker).0 + ONE_READER))
    }

    /// The bits beside the hold after `asker` took the lock.
    fn taken_by(self, asker: Asker) -> Self {
        match asker {
            Asker::Called { bearer: true } => self.answered(),
            Asker::Called { bearer: false } => self,
            Asker::Newcomer | Asker::Patient
                if self.has_waiters() && self.passes() < SILENT_LIMIT =>
            {
                State(self.0 + ONE_PASS)
            }
            Asker::Newcomer | Asker::Patient => self,
        }
    }

    /// The bearer has answered: nobody is called, and the count begins anew.
    pub(crate) fn answered(self) -> Self {
        State(self.0 & !(WOKEN_BIT | PASSES_MASK))
    }

    /// The waiter that asks as `asker` queues (again). It keeps its count of passes.
    pub(crate) fn queued_by(self, asker: Asker) -> Self {
        let woken = if asker == (Asker::Called { bearer: true }) { WOKEN_BIT } else { 0 };
        State((self.0 | QUEUED_BIT) & !woken)
    }

    /// True if no called waiter is expected to answer: nobody was called, or the one was silent.
    pub(crate) fn lacks_bearer(self) -> bool {
        self.0 & WOKEN_BIT == 0 || self.passes() >= SILENT_LIMIT
    }

    /// The front of the queue is called, if there is `any`; `all` if nobody sleeps after that.
    ///
    /// Calling beside a bearer that was silent begins a new count.
    pub(crate) fn called(self, any: bool, all: bool) -> Self {
        let was_silent = self.0 & WOKEN_BIT != 0 && self.lacks_bearer();
        let mut next = if was_silent { self.answered() } else { self };
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
        State(self.0 & !WOKEN_BIT).settled()
    }

    /// The last waiter left the queue.
    pub(crate) fn without_queue(self) -> Self {
        State(self.0 & !QUEUED_BIT).settled()
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
