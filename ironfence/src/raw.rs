//! L2: the raw lock: one algorithm for every mode, without a `T`.
//!
//! Two words: the *state* (see [`state`], whose rows the steps below cite) and the
//! [queue](crate::queue). The rules that hold everything together:
//!
//! 1. **A release makes the lock free, then calls the front of the queue.** Nobody is handed the
//!    lock. A called waiter that is polled and finds it free takes it.
//! 2. **A waiter is taken out of the queue when it is called.** So a waiter that is called and
//!    never polled again stands in nobody's way: the queue holds only those not yet called.
//! 3. **`WOKEN_BIT` means: a called waiter has yet to answer.** It keeps a release from calling
//!    another one each time. The waiter called for it, the *bearer*, clears it: by taking the lock,
//!    by queueing again (in front), or by going away (then it calls the next). The bearer may never
//!    answer: so `CALL_BIT` has the next release call all the same, beside it. A waiter that falls asleep
//!    meanwhile sets it, and a waiter that was called so, for those behind.
//! 4. **First come, first served.** A newcomer that finds the lock free, and others before it, queues.
//!    Only where barging pays ([`Limits::may_barge`]: spinning helps, so the sections are short) may it
//!    take the lock before the bearer. These passes are counted in the state, in the same exchange that
//!    takes the lock; there are at most [`BARGE_LIMIT`](crate::sync::BARGE_LIMIT) of them, and none
//!    once a bearer that was polled has been beaten for [`BARGE_TIME`](crate::sync::BARGE_TIME).
//!    (The bearer alone is protected: others that were called, with it or beside it, may be beaten once when
//!    it has answered. They queue again in front.)
//! 5. **A silent bearer is outlasted.** A newcomer that queues while the lock is free keeps
//!    [watch](crate::lookout), one at a time. When the bearer has not answered within
//!    [`PATIENCE`](crate::sync::PATIENCE), the one on watch calls the front of the queue, which is the
//!    bearer from then on.
//!
//! No wake-up is lost: while the lock is held, a waiter goes to sleep only by a step that finds it held *in the same
//! atomic operation* that leaves `QUEUED_BIT` set, and either `WOKEN_BIT` clear or `CALL_BIT` set; the
//! release that follows sees those bits and comes to [`RawLock::call_next`]. (Where they are so already a
//! look is enough, under the queue's lock: only who holds that clears `QUEUED_BIT` or sets `WOKEN_BIT`, and
//! `CALL_BIT` is cleared outside it only together with `WOKEN_BIT`. The look is recent enough: who had the
//! queue's lock before us has shown us its release, who comes after us finds us in the ring.) While the lock is
//! free, a waiter sleeps only if another one keeps watch. And no reader
//! sleeps in front of the queue while others read: a reader that bore the bit calls those behind it, once
//! it is in.
#![allow(unsafe_code)]

pub(crate) mod acquire;
mod bias;
pub(crate) mod handle;
mod limits;
mod marks;
pub(crate) mod mode;
pub(crate) mod permit;
pub(crate) mod state;
mod waiting;

use core::{
    panic::{RefUnwindSafe, UnwindSafe},
    task::Waker,
};

use crate::{
    queue::{LockedQueue, WaitQueue, Wakers, Wants},
    sync::{ALWAYS_BIASED, AtomicU32, BATCH, Ordering, Shield, Tracker, const_fn, relax},
    waking::wake,
    watch::Mark,
};
use limits::Limits;
use state::{EXCLUSIVE_BIT, MAX_READERS, ONE_READER, QUEUED_BIT, State, UPGRADABLE_BIT, WOKEN_BIT};

/// The lock. See the module's docs.
#[derive(Debug)]
pub struct RawLock {
    state: AtomicU32,
    limits: Limits,
    queue: WaitQueue,
    /// Which lock it is, for the checker.
    pub(crate) mark: Mark,
    /// Stands for the guarded data under loom.
    pub(crate) tracker: Tracker,
}

/// Why waiters are called.
#[derive(Clone, Copy)]
enum Call {
    /// A release, or somebody in whose stead others are to be called.
    Next,
    /// The bearer has been silent for too long.
    PastASilentOne,
    /// More of the readers that stood in front.
    FurtherReaders,
}

impl Call {
    /// May somebody be called in this state?
    fn may(self, state: State) -> bool {
        match self {
            Call::Next => state.may_call(),
            Call::PastASilentOne => !state.is_held(),
            Call::FurtherReaders => true,
        }
    }

    /// Is one of those who are called the bearer?
    fn has_bearer(self, state: State) -> bool {
        matches!(self, Call::PastASilentOne) || state.lacks_bearer()
    }
}

// A panic, of a waker or beside a guard, goes on only when both words are in order. So a lock goes over
// a caught panic as its value does; by itself `UnwindSafe` would be told of the cells in a waiter.
impl UnwindSafe for RawLock {}
impl RefUnwindSafe for RawLock {}

/// Nobody holds or waits for a lock that is gone: a guard or a future of it that was forgotten is none of
/// the next lock at its address.
impl Drop for RawLock {
    #[inline(always)]
    fn drop(&mut self) {
        if self.state().is_biased() {
            self.end_bias();
        }
        #[cfg(any(feature = "check", feature = "stats", feature = "console"))]
        {
            let last = self.state();
            if last.is_held() || last.has_waiters() || self.mark.has_more_to_forget() {
                self.mark.is_gone();
            }
        }
    }
}

impl RawLock {
    const_fn! {
        /// A lock that admits as many readers as it can count.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub(crate) const fn new() -> Self {
            Self::with(MAX_READERS, false, 0)
        }
    }

    const_fn! {
        /// A lock that is only ever taken alone.
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub(crate) const fn alone() -> Self {
            Self::with(0, false, 0)
        }
    }

    const_fn! {
        /// A lock that admits `max_readers` at once, or [`MAX_READERS`] if that is less; taken
        /// strictly in the order of the first polls if it `is_fifo`; at this level, see
        /// [`order`](crate::order).
        #[cfg_attr(any(feature = "check", feature = "stats", feature = "console"), track_caller)]
        pub(crate) const fn with(max_readers: u32, is_fifo: bool, level: u8) -> Self {
            Self {
                state: AtomicU32::new(0),
                limits: Limits::new(max_readers, is_fifo, level),
                queue: WaitQueue::new(),
                mark: Mark::at_level(level),
                tracker: Tracker::new(),
            }
        }
    }

    /// How many may read at once, if that was asked for.
    fn reader_limit(&self) -> Option<u32> {
        self.limits.is_limited().then(|| self.max_readers())
    }

    fn max_readers(&self) -> u32 {
        self.limits.seen().max_readers()
    }

    /// At which level it is, among locks that are taken together.
    #[inline(always)]
    pub(crate) fn level(&self) -> u8 {
        self.limits.level()
    }

    /// Puts it at another level: while nobody uses it yet.
    pub(crate) fn set_level(&self, level: u8) {
        self.limits.set_level(level);
        self.mark.is_at(level);
    }

    /// The state now; it may be another one a moment later.
    #[inline(always)]
    pub(crate) fn state(&self) -> State {
        // ORDERING: Relaxed, a hint: whoever acts on it confirms it by an exchange.
        State(self.state.load(Ordering::Relaxed))
    }

    /// Replaces the state if it is still `current`.
    ///
    /// ORDERING: Acquire, for the data: with the Release of the permit that let go. Release, for
    /// `QUEUED_BIT`: with the Acquire load in `call_next`. Every step on the state is a
    /// read-modify-write, so each Release heads a sequence that reaches the next taker.
    #[inline(always)]
    fn exchange(&self, current: State, next: State) -> Result<(), State> {
        match self.state.compare_exchange_weak(
            current.0,
            next.0,
            Ordering::AcqRel,
            Ordering::Relaxed,
        ) {
            Ok(_) => Ok(()),
            Err(actual) => Err(State(actual)),
        }
    }

    /// As [`RawLock::exchange`], computing the next state until it fits. Returns it. While the lock is
    /// biased nobody waits, is called or holds it alone, so there is nothing to change.
    fn update(&self, mut next: impl FnMut(State) -> State) -> State {
        let mut current = self.state();
        loop {
            if current.is_biased() {
                return current;
            }
            let new = next(current);
            match self.exchange(current, new) {
                Ok(()) => return new,
                Err(actual) => current = actual,
            }
        }
    }

    /// Takes the idle lock exclusively. Row "idle" of the table.
    #[inline(always)]
    pub(crate) fn take_idle_exclusive(&self) -> bool {
        // ORDERING: Acquire, with the Release of the last permit. A strong exchange: on platforms
        // where the weak one may fail by chance, that would send us into the slow path.
        self.state.compare_exchange(0, EXCLUSIVE_BIT, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Joins the readers, or takes the idle lock shared, while nobody waits. Rows "idle" and "read".
    #[inline(always)]
    pub(crate) fn take_quiet_shared(&self) -> bool {
        if ALWAYS_BIASED {
            self.begin_bias();
        }
        let current = self.state();
        if self.is_quiet_beside(current) {
            self.join_readers(current) || self.take_quiet_shared_again()
        } else {
            current.is_biased() && self.take_marked()
        }
    }

    /// Another reader was faster. Lets it get on with it, for two who fight for the line are slower
    /// than two in turn.
    #[cold]
    #[inline(never)]
    fn take_quiet_shared_again(&self) -> bool {
        loop {
            relax(0);
            let current = self.state();
            if !self.is_quiet_beside(current) {
                return current.is_biased() && self.take_marked();
            }
            if self.pays_to_bias() && self.begin_bias() {
                return self.take_marked();
            }
            if self.join_readers(current) {
                return true;
            }
        }
    }

    /// True if nobody but readers is there, and fewer than may be: and the lock is not biased.
    #[inline(always)]
    fn is_quiet_beside(&self, current: State) -> bool {
        current.0 & (ONE_READER - 1) == 0 && current.0 < self.limits.full()
    }

    #[inline(always)]
    fn join_readers(&self, current: State) -> bool {
        let next = current.0 + ONE_READER;
        // ORDERING: Acquire, with the Release of the last exclusive permit.
        self.state
            .compare_exchange_weak(current.0, next, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Takes the idle lock upgradable. Row "idle" of the table.
    #[inline]
    pub(crate) fn take_idle_upgradable(&self) -> bool {
        // ORDERING: Acquire, as in `take_idle_exclusive`.
        self.state.compare_exchange(0, UPGRADABLE_BIT, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Makes the upgradable hold exclusive while nobody reads or waits. Row "upgradable".
    ///
    /// # Safety
    /// The upgradable hold is the caller's; if this returns true it has become the exclusive one.
    #[inline]
    pub(crate) unsafe fn upgrade_quiet(&self) -> bool {
        // ORDERING: Acquire, with the Release of the readers: they have read before we write.
        self.state
            .compare_exchange(UPGRADABLE_BIT, EXCLUSIVE_BIT, Ordering::Acquire, Ordering::Relaxed)
            .is_ok()
    }

    /// Gives up an exclusive hold that is in one piece.
    ///
    /// # Safety
    /// The lock is held so, and that hold is the caller's, who has it no longer.
    #[inline(always)]
    pub(crate) unsafe fn release_exclusive(&self) {
        // ORDERING: Release, with the Acquire of the next taker: it sees what we wrote.
        let before = self.state.fetch_sub(EXCLUSIVE_BIT, Ordering::Release);
        if before != EXCLUSIVE_BIT {
            self.call_next();
        }
    }

    /// Gives up one shared hold.
    ///
    /// # Safety
    /// As for [`RawLock::release_exclusive`].
    #[inline(always)]
    pub(crate) unsafe fn release_shared(&self) {
        if self.state().is_biased() {
            // SAFETY: the caller's contract.
            return unsafe { self.release_marked() };
        }
        // SAFETY: the caller's contract.
        unsafe { self.release_counted() };
    }

    /// As [`RawLock::release_shared`], by the count in the state.
    ///
    /// # Safety
    /// As for [`RawLock::release_exclusive`].
    #[inline(always)]
    unsafe fn release_counted(&self) {
        // ORDERING: Release: a writer after us must not write before we have read. (What it returns is compared
        // and nothing else: that is one instruction, with the subtraction.)
        if self.state.fetch_sub(ONE_READER, Ordering::Release) != ONE_READER {
            self.left_by_a_reader();
        }
    }

    /// A reader has left that was not alone there: others read too, or wait. Of readers that leave at once
    /// the last one finds none; if it finds another one that came in since, that one will come here.
    #[inline(never)]
    fn left_by_a_reader(&self) {
        let now = self.state();
        if now.has_waiters() && (now.readers() == 0 || self.is_limited(now)) {
            self.call_next();
        }
    }

    /// Gives up the upgradable hold.
    ///
    /// # Safety
    /// As for [`RawLock::release_exclusive`].
    pub(crate) unsafe fn release_upgradable(&self) {
        // ORDERING: Release, as in `release_shared`.
        let before = self.state.fetch_sub(UPGRADABLE_BIT, Ordering::Release);
        if before & (QUEUED_BIT | WOKEN_BIT) != 0 {
            self.call_next();
        }
    }

    /// Gives up one part of a split exclusive hold; the last part releases the lock. An unsplit hold
    /// is one part.
    ///
    /// # Safety
    /// As for [`RawLock::release_exclusive`].
    pub(crate) unsafe fn release_part(&self) {
        // ORDERING: the Release half of `update`: the part's writes are seen by the next taker,
        // through the release sequence that the other parts' steps continue.
        let after = self.update(State::without_part);
        if !after.is_held() && after.0 != 0 {
            self.call_next();
        }
    }

    /// Adds a part to an exclusive hold, for the caller.
    ///
    /// # Safety
    /// The caller has a part of it, and keeps that meanwhile.
    ///
    /// # Panics
    /// If there are as many as the state can count.
    pub(crate) unsafe fn add_part(&self) {
        // In one step: other parts may be split at the same time.
        self.update(|state| state.with_part().expect("a guard was split into too many parts"));
    }

    /// Turns an exclusive hold that is in one piece into a shared one. True if somebody waits: then
    /// the caller is to call [`RawLock::call_next`], as readers in front of the queue may come in.
    ///
    /// # Safety
    /// The lock is held so, and that hold is the caller's; what it becomes is too.
    #[must_use]
    pub(crate) unsafe fn downgrade(&self) -> bool {
        self.exchange_hold(EXCLUSIVE_BIT, ONE_READER)
    }

    /// Turns an exclusive hold that is in one piece into an upgradable one, as [`RawLock::downgrade`].
    ///
    /// # Safety
    /// As for [`RawLock::downgrade`].
    #[must_use]
    pub(crate) unsafe fn downgrade_to_upgradable(&self) -> bool {
        self.exchange_hold(EXCLUSIVE_BIT, UPGRADABLE_BIT)
    }

    /// Turns the upgradable hold into a shared one, as [`RawLock::downgrade`]: another upgradable may
    /// come in.
    ///
    /// # Safety
    /// As for [`RawLock::downgrade`].
    #[must_use]
    pub(crate) unsafe fn downgrade_upgradable(&self) -> bool {
        self.exchange_hold(UPGRADABLE_BIT, ONE_READER)
    }

    /// Turns a hold into a weaker one. True if somebody waits.
    fn exchange_hold(&self, old: u32, new: u32) -> bool {
        // ORDERING: Release, as in `release_exclusive`.
        let before = self.state.fetch_add(new.wrapping_sub(old), Ordering::Release);
        before & QUEUED_BIT != 0
    }

    /// True where a reader that has left may let in another one, beside others that stay: also where so many
    /// are in that there may have been no room.
    fn is_limited(&self, now: State) -> bool {
        self.limits.is_limited() || now.room_for_readers(MAX_READERS) < MAX_READERS / 2
    }

    /// Somebody waits: calls the front of the queue, one writer, or all the readers that stand there.
    ///
    /// Does nothing if the lock is held so that the front could not enter (its release comes here
    /// again), or if a called waiter has yet to answer.
    #[cold]
    #[inline(never)]
    pub(crate) fn call_next(&self) {
        // ORDERING: Acquire, with the Release by which a waiter set `QUEUED_BIT`: its locking of
        // the queue happened before ours, so we find it there.
        if State(self.state.load(Ordering::Acquire)).may_call() {
            self.call(Call::Next);
        }
    }

    /// Whoever was called has been silent for too long: calls the front of the queue beside it. The
    /// front is the bearer from now on.
    #[cold]
    #[inline(never)]
    fn call_past_a_silent_one(&self) {
        self.call(Call::PastASilentOne);
    }

    fn call(&self, call: Call) {
        let queue = self.queue.lock();
        if let Some(Wants::Shared | Wants::Upgradable) = queue.front_wants() {
            self.call_readers(queue, call);
        } else if let Some(waker) = self.call_one(queue, call) {
            Shield::run_alone(|| wake(waker));
        }
    }

    /// Calls the front waiter, who wants to be alone; or notes that nobody waits any more.
    fn call_one(&self, mut queue: LockedQueue<'_>, call: Call) -> Option<Waker> {
        let mut current = self.state();
        loop {
            let is_kept_out = match queue.front_wants() {
                None => false,
                Some(Wants::Upgrade) => current.readers() > 0,
                Some(_) => current.is_held(),
            };
            if is_kept_out || !call.may(current) {
                return None;
            }
            let next = current.called(!queue.is_empty(), queue.has_at_most_one(), false);
            match self.exchange(current, next) {
                Ok(()) => break,
                Err(actual) => current = actual,
            }
        }
        // SAFETY: the front waiter is there, and the queue is locked since it was looked at.
        (!queue.is_empty()).then(|| unsafe { queue.call_front(call.has_bearer(current)) })
    }

    /// Calls all the readers in front, batch by batch.
    fn call_readers(&self, mut queue: LockedQueue<'_>, call: Call) {
        let mut wakers = Wakers::new();
        let mut called = self.call_batch(&mut queue, call, &mut wakers);
        drop(queue);
        Shield::run_to_end(|| {
            loop {
                wakers.wake_all();
                // A full batch of readers may have more of them behind it; all are to come together,
                // unless their number is limited: then each that is in calls further ones.
                if called < BATCH || self.limits.is_limited() {
                    break;
                }
                called = self.call_batch(&mut self.queue.lock(), Call::FurtherReaders, &mut wakers);
            }
        });
    }

    /// Calls one batch of the readers in front. Returns how many there were.
    fn call_batch(&self, queue: &mut LockedQueue<'_>, call: Call, wakers: &mut Wakers) -> usize {
        let mut current = self.state();
        loop {
            if !call.may(current) {
                return 0;
            }
            let room = current.room_for_readers(self.max_readers()) as usize;
            let run = queue.readers_in_front(room.min(BATCH), current.has_no_upgradable());
            if run.count == 0 {
                return 0;
            }
            match self.exchange(current, current.called(true, run.is_all, true)) {
                Ok(()) => {
                    // SAFETY: the run was found just now, and the queue is locked since; `wakers` is
                    // empty, and has room for a batch.
                    unsafe { queue.call_run(run, call.has_bearer(current), wakers) };
                    return run.count;
                }
                Err(actual) => current = actual,
            }
        }
    }
}
