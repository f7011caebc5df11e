//! A lock biased to readers: they mark themselves beside it, and write nothing to it.
//!
//! # What is counted
//! Holds have no names: a lock is free for a writer when all who came in have left, whoever left by which
//! way. So these are one number, the readers of a biased lock, in two places:
//!
//! > the marks in its group + the count in its state (which may be less than 0) = those who are in
//!
//! A reader comes in by a mark in the slot of its thread, or by the count, if there is no room; it leaves by a mark
//! in the slot of the thread it is on by then, or by the count, if there is none. Neither remembers which way it
//! came, so a guard is what it was, is sent to other threads, is kept without a permit, is forgotten.
//!
//! # How it ends
//! Whoever can't come in beside readers ends the bias first, and then queues as in any other lock: so
//! fairness, cancelling, limits and wakes are no concern of this file. With the queue locked, so that nobody waits
//! meanwhile, it sets [`ENDING_BIT`], takes all marks out of the group, and adds them to the count.
//!
//! A reader that marks itself meanwhile may come too late to be found. So it looks at the state once more: if the
//! lock takes marks still, in this group, it is in: who ends that bias does so later, and finds its mark.
//!
//! ```text
//!   the reader:               who ends the bias:
//!     mark in the slot          ENDING_BIT in the state
//!     -- fence --               -- fence --
//!     look at the state         look into the slots
//! ```
//!
//! At least one of them sees the other: that is what the two fences are for, each the other's partner. (They are the
//! `SeqCst` of those four accesses, but in loom; see [`store_load_fence`].) If both do, the reader tries to take
//! its mark back. Either it does, and was never in. Or the mark is gone: it was added to the count (or was taken for
//! the mark of another one that left, whose hold is in the count): so the reader has a hold, as good as any.
//!
//! No writer is in meanwhile: a mark of a lock that is no longer biased is one of a reader that has yet to look
//! again, or stands for one that did and went by what it found. So in each slot there are no more marks than
//! such readers, and all who are in are in the count.
//!
//! # What moves
//! A lock that is moved while it is biased has no readers (but for guards that were forgotten), and its number goes with
//! it, in the state and in the group whose owner's address it no longer has. The marks there are its own until its
//! bias ends, which is what the first reader sees to that finds it moved. A lock that is dropped
//! does so too; one that never is keeps its group.
//!
//! Another lock may lie at the old address by then, and be biased too, in another group. None of its readers comes late to
//! this one: such a reader has seen this group's number in the state of its own lock, and borrows that lock since. So
//! nothing else lay there meanwhile that could have claimed the group with this address.

use super::{
    RawLock,
    marks::{self, Group, Key},
    mode::Mode,
    state::{ENDING_BIT, MAX_READERS, NO_READERS, ONE_READER, State},
};
use crate::{
    queue::{LockedQueue, Wants},
    sync::{Ordering, store_load_fence, ticks},
};

// As many as are marked may leave by the count: it becomes so much less than 0, and never less.
const _: () = assert!(
    marks::MOST_OF_A_LOCK < (NO_READERS / ONE_READER) as usize,
    "the count would reach the bit of the bias"
);

impl RawLock {
    /// True if readers were seen to collide, and it is time for a bias again.
    pub(super) fn pays_to_bias(&self) -> bool {
        marks::pays_to_bias(Key::of(self))
    }

    /// Makes a lock biased that has nobody but readers. Row "idle" or "read". True if it is so then.
    #[cold]
    pub(super) fn begin_bias(&self) -> bool {
        let current = self.state();
        if self.limits.is_limited() || !self.is_quiet_beside(current) {
            return current.is_biased();
        }
        let Some((number, group)) = Group::claim(Key::of(self)) else { return false };
        let has_begun = self.exchange(current, current.biased(number)).is_ok();
        if !has_begun {
            group.give_back();
        }
        has_begun
    }

    /// Joins the readers of a biased lock. False if it is none by now, or has no room for one more.
    #[inline(never)]
    pub(super) fn take_marked(&self) -> bool {
        let current = self.state();
        let key = Key::of(self);
        let group = Group::of_number(current.group());
        if !current.takes_marks() {
            return false;
        }
        if !group.is_of(key) {
            self.end_bias();
            return false;
        }
        let slot = group.slot();
        if !slot.enter(key) {
            return self.join_biased().is_some();
        }
        store_load_fence();
        // ORDERING: SeqCst, after the SeqCst of `enter`: with the pair of `end_bias_under`. Acquire, with the
        // Release of the last writer: the word was changed by exchanges alone since then.
        let now = State(self.state.load(Ordering::SeqCst));
        (now.takes_marks() && now.group() == current.group()) || !slot.leave(key)
    }

    /// Adds a reader to the count of a biased lock. Returns the state after that. Row "biased" or "ending".
    fn join_biased(&self) -> Option<State> {
        let mut current = self.state();
        loop {
            if !current.is_biased() || current.counted() >= MAX_READERS as i32 {
                return None;
            }
            let next = State(current.0 + ONE_READER);
            match self.exchange(current, next) {
                Ok(()) => return Some(next),
                Err(actual) => current = actual,
            }
        }
    }

    /// What one does that finds the lock biased and wants this: a reader joins, and the state after that
    /// is returned. All others end the bias.
    #[cold]
    #[inline(never)]
    pub(super) fn meet_bias(&self, wants: Wants, queue: Option<&LockedQueue<'_>>) -> Option<State> {
        let joined = if wants == Wants::Shared { self.join_biased() } else { None };
        if joined.is_none() {
            match queue {
                Some(queue) => self.end_bias_under(queue),
                None => self.end_bias(),
            }
        }
        joined
    }

    /// Ends the bias, if there is one.
    #[cold]
    #[inline(never)]
    pub(crate) fn end_bias(&self) {
        self.end_bias_under(&self.queue.lock());
    }

    /// The same, by one who has locked the queue: nobody waits, and nobody begins to.
    fn end_bias_under(&self, _: &LockedQueue<'_>) {
        let mut current = self.state();
        loop {
            if !current.is_biased() {
                return;
            }
            // ORDERING: SeqCst, before the SeqCst loads of `take_all`: with the pair of `take_marked`.
            match self.state.compare_exchange_weak(
                current.0,
                current.0 | ENDING_BIT,
                Ordering::SeqCst,
                Ordering::Relaxed,
            ) {
                Ok(_) => break,
                Err(actual) => current = State(actual),
            }
        }
        let ended = ticks();
        store_load_fence();
        let group = Group::of_number(current.group());
        let marked = group.take_all();
        // ORDERING: Release of `exchange`: what the marked readers did before they left, which `take_all` has
        // acquired, is seen by the next writer.
        current = self.state();
        while let Err(actual) = self.exchange(current, current.unbiased(marked)) {
            current = actual;
        }
        group.learn(Key::of(self), ended);
        group.give_back();
    }

    /// Gives up one shared hold of a lock that was seen to be biased.
    ///
    /// # Safety
    /// As for [`RawLock::release_exclusive`].
    #[inline(never)]
    pub(super) unsafe fn release_marked(&self) {
        let current = self.state();
        let was_marked =
            current.is_biased() && Group::of_number(current.group()).slot().leave(Key::of(self));
        if !was_marked {
            // SAFETY: the caller's contract.
            unsafe { self.release_counted() };
        }
    }

    /// How many share the lock. It may be otherwise a moment later.
    pub(crate) fn sharing(&self) -> u32 {
        let current = self.state();
        if current.is_biased() { self.sharing_biased() } else { current.sharing() }
    }

    #[cold]
    fn sharing_biased(&self) -> u32 {
        // So nobody ends the bias meanwhile.
        let _queue = self.queue.lock();
        let current = self.state();
        if !current.is_biased() {
            return current.sharing();
        }
        let marked = Group::of_number(current.group()).count();
        self.state().counted().saturating_add_unsigned(marked).max(0) as u32
    }

    /// True if somebody holds the lock.
    pub(crate) fn is_held(&self) -> bool {
        let current = self.state();
        if current.is_biased() { self.sharing_biased() > 0 } else { current.is_held() }
    }

    /// True if one could have the lock in this mode, as far as those who hold it go.
    pub(crate) fn is_free<M: Mode>(&self) -> bool {
        let current = self.state();
        M::is_free(current) || (current.is_biased() && self.sharing_biased() == 0)
    }

    /// True if somebody holds it alone.
    pub(crate) fn is_exclusive(&self) -> bool {
        let current = self.state();
        !current.is_biased() && current.is_exclusive()
    }
}

#[cfg(all(test, feature = "std", not(any(ironfence_loom, ironfence_shuttle))))]
mod tests;
