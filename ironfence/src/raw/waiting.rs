//! Waiting for the lock: taking it, queueing, sleeping, keeping watch, going away.
//!
//! What the [future](super::acquire) does with its waiter, without the permit that it ends in.
#![allow(unsafe_code)]

use core::{
    mem,
    task::{Context, Poll, Waker},
};

use super::{
    RawLock,
    limits::{Limits, Seen},
    mode::Mode,
    state::{Answer, Asker, State},
};
use crate::{
    lookout::{Look, NOBODY},
    queue::{LockedQueue, Status, Waiter, Wants},
    sync::{BARGE_TIME, SHORT_WAIT, SUSPENDED_TIME, Shield, give_way, relax},
    waking::{discard, wake},
};

/// A newcomer that may not barge.
const STRICT: Asker = Asker::Newcomer { may_barge: false };

/// What is left to do once the lock is taken and the permit exists: both may run foreign code.
#[must_use]
pub(super) struct Leftovers {
    /// Wakers that were cloned or stored in vain.
    wakers: [Discarded; 2],
    /// Readers may sleep that could come in too.
    pub(super) call_others: bool,
}

/// A waker that is not needed. Its drop is foreign code, and may panic while another panic is on its
/// way.
struct Discarded(Option<Waker>);

impl Drop for Discarded {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(waker) = self.0.take() {
            Shield::run_alone(|| discard(waker));
        }
    }
}

/// What became of a waiter that could not have the lock.
enum Queued {
    Taken(Leftovers),
    /// It sleeps, until it is called.
    Asleep,
    /// It is queued, and the lock is free for another.
    Watching(Look),
}

impl RawLock {
    /// A free lock is taken even if others were called for it: one that can't wait can't queue. Only
    /// a lock with a strict order refuses it while others wait.
    ///
    /// # Safety
    /// As for [`Mode::take_quiet`].
    #[inline(always)]
    pub(crate) unsafe fn try_take<M: Mode>(&self) -> bool {
        // ORDERING: Relaxed, a hint. A lock that is held is left with no more than this load.
        // SAFETY: the caller's contract.
        unsafe {
            let current = self.state();
            match M::is_free(current) {
                true => M::take_quiet(self) || self.try_take_slow::<M>(),
                false => current.is_biased() && self.try_take_slow::<M>(),
            }
        }
    }

    /// # Safety
    /// As for [`Mode::take_quiet`].
    #[cold]
    #[inline(never)]
    unsafe fn try_take_slow<M: Mode>(&self) -> bool {
        let asker = match self.limits.seen().is_fifo() {
            true => STRICT,
            false => Asker::Trying,
        };
        // SAFETY: the caller's contract.
        let taken = unsafe { self.take_as::<M>(asker) };
        if let Some(now) = taken {
            self.tell_of_a_pass::<M>(Status::Idle, now);
        }
        taken.is_some() || self.try_past_upgradables::<M>()
    }

    /// Takes the lock beside an upgradable guard, past those who wait for its place.
    fn try_past_upgradables<M: Mode>(&self) -> bool {
        if M::WANTS != Wants::Shared {
            return false;
        }
        let queue = self.queue.lock();
        self.take_if::<M>(Some(&queue), |now| self.ask_past_upgradables(now, &queue)).is_ok()
    }

    fn ask_past_upgradables(&self, current: State, queue: &LockedQueue<'_>) -> Answer {
        match current.ask_past_upgradables(self.max_readers()) {
            Answer::Take(next) if queue.is_of_upgradables() => Answer::Take(next),
            _ => Answer::Wait,
        }
    }

    /// Takes the lock, if it is free for one who asks so. Returns the state after that.
    ///
    /// # Safety
    /// As for [`Mode::take_quiet`].
    #[inline]
    pub(super) unsafe fn take_as<M: Mode>(&self, asker: Asker) -> Option<State> {
        self.take_if::<M>(None, |now| M::ask(now, asker, self.max_readers())).ok()
    }

    /// Makes the step that `ask` allows, if it does. Returns the state after that; or the state that was
    /// seen last, and its answer. If the queue is locked already, here it is.
    ///
    /// A biased lock is joined by readers, and no longer biased for the others.
    #[inline(always)]
    fn take_if<M: Mode>(
        &self,
        queue: Option<&LockedQueue<'_>>,
        ask: impl Fn(State) -> Answer,
    ) -> Result<State, (State, Answer)> {
        let mut current = self.state();
        loop {
            if current.is_biased() {
                match self.meet_bias(M::WANTS, queue) {
                    Some(now) => return Ok(now),
                    None => current = self.state(),
                }
                continue;
            }
            match ask(current) {
                Answer::Take(next) => match self.exchange(current, next) {
                    Ok(()) => return Ok(next),
                    Err(actual) => current = actual,
                },
                answer => return Err((current, answer)),
            }
        }
    }

    /// Takes the lock if it is free for `waiter`, which is polled for the first time, and queues it otherwise.
    ///
    /// # Safety
    /// What `M` keeps while it waits is had by the owner of `waiter`, who has it as the new hold if this
    /// returns `Ready`. `waiter` is pinned, wants what `M` says, waits for no other lock, and is given to
    /// [`RawLock::cancel`] before it dies, unless this returned `Ready`. It is `Idle`.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn begin_to_wait<M: Mode>(
        &self,
        waiter: &Waiter,
        context: &mut Context<'_>,
    ) -> Poll<Leftovers> {
        waiter.lookout.begin_to_wait();
        // SAFETY: the caller's contract.
        unsafe { self.wait::<M>(waiter, Status::Idle, context) }
    }

    /// The same for a waiter that was polled before.
    ///
    /// # Safety
    /// As for [`RawLock::begin_to_wait`], but that it may have any status.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn go_on_waiting<M: Mode>(
        &self,
        waiter: &Waiter,
        context: &mut Context<'_>,
    ) -> Poll<Leftovers> {
        // SAFETY: the caller's contract.
        unsafe { self.wait::<M>(waiter, waiter.status(), context) }
    }

    /// Both of them, with the status that was looked up.
    ///
    /// # Safety
    /// As for [`RawLock::go_on_waiting`].
    #[inline(always)]
    unsafe fn wait<M: Mode>(
        &self,
        waiter: &Waiter,
        status: Status,
        context: &mut Context<'_>,
    ) -> Poll<Leftovers> {
        let limits = self.limits.seen();
        let asker = Asker::of(status, limits.may_barge());
        let mut spins = Spins::new(&self.limits, limits, status);
        let (current, answer) = loop {
            match self.take_if::<M>(None, |now| M::ask(now, asker, limits.max_readers())) {
                Ok(now) => {
                    spins.helped();
                    self.tell_of_a_pass::<M>(status, now);
                    // SAFETY: the caller's contract; the lock was taken as `asker` just now.
                    return Poll::Ready(unsafe { self.taken(waiter, asker, now) });
                }
                Err((current, Answer::Wait)) if spins.once_more(current.has_queue()) => {}
                Err(seen) => break seen,
            }
        };
        if answer == Answer::Watch {
            spins.helped();
            if asker == STRICT && status == Status::Idle && self.limits.wants_a_sample() {
                waiter.lookout.sample();
            }
        }
        // Too many have passed the one that was called.
        let is_reserved = answer == Answer::Watch || (M::is_free(current) && !current.has_queue());
        if is_reserved && status == Status::Idle && self.yields(waiter) {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        // SAFETY: the caller's contract.
        match unsafe { self.queue_up::<M>(waiter, status, limits, context) } {
            Queued::Asleep => Poll::Pending,
            Queued::Taken(leftovers) => Poll::Ready(leftovers),
            // SAFETY: the caller's contract.
            Queued::Watching(look) => unsafe { self.watch::<M>(waiter, look, context) },
        }
    }

    /// A waiter has the lock. It may have kept watch, and may have been sampled.
    pub(super) fn is_over(&self, waiter: &Waiter) {
        if waiter.lookout.end() {
            self.end_the_watch();
        }
        if waiter.lookout.sampled_for().is_some_and(|time| time < SHORT_WAIT) {
            self.limits.may_be_short();
        }
    }

    /// One with this status has taken the lock, which left the state `now`.
    #[inline(always)]
    fn tell_of_a_pass<M: Mode>(&self, status: Status, now: State) {
        let is_newcomer = status == Status::Idle && M::WANTS != Wants::Upgrade;
        if is_newcomer && now.has_passed(M::WANTS) {
            self.mark.has_passed();
        }
    }

    /// Does a newcomer come back instead of queueing?
    fn yields(&self, waiter: &Waiter) -> bool {
        self.limits.pays_to_yield() && waiter.lookout.may_yield()
    }

    /// It is queued, has looked, and may have to keep watch.
    ///
    /// # Safety
    /// As for [`RawLock::go_on_waiting`].
    #[cold]
    #[inline(never)]
    unsafe fn watch<M: Mode>(
        &self,
        waiter: &Waiter,
        mut look: Look,
        context: &mut Context<'_>,
    ) -> Poll<Leftovers> {
        loop {
            match look {
                Look::Relieved => return Poll::Pending,
                Look::Again { give_way: gives_way } => {
                    if gives_way {
                        give_way();
                    }
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Look::Outlasted => self.call_past_a_silent_one(),
            }
            // This waiter may be the one that was called. If not, it goes on watching.
            let (status, limits) = (waiter.status(), self.limits.seen());
            // SAFETY: the caller's contract.
            match unsafe { self.queue_up::<M>(waiter, status, limits, context) } {
                Queued::Asleep => return Poll::Pending,
                Queued::Taken(leftovers) => return Poll::Ready(leftovers),
                Queued::Watching(next) => look = next,
            }
        }
    }

    /// Queues the waiter, or leaves it there, with the context's waker; unless the lock is free by now.
    /// While the lock is free for the one that was called, it looks whether it has to keep watch.
    ///
    /// `status` was looked up just now: only one that is `Waiting` may be called meanwhile.
    ///
    /// # Safety
    /// As for [`RawLock::go_on_waiting`].
    #[inline(always)]
    unsafe fn queue_up<M: Mode>(
        &self,
        waiter: &Waiter,
        status: Status,
        limits: Seen,
        context: &mut Context<'_>,
    ) -> Queued {
        // In this order, so that the queue is dropped first: a waker's drop is foreign code.
        let (waker, status, mut queue) = match status {
            // SAFETY: the caller's contract.
            Status::Waiting => unsafe { self.lock_queue_of(waiter, context) },
            // A clone is foreign code, so before the queue is locked.
            _ => (Some(context.waker().clone()), status, self.queue.lock()),
        };
        let asker = Asker::of(status, limits.may_barge());
        let beaten_for = match asker {
            Asker::Called { .. } if limits.may_barge() => waiter.lookout.is_beaten_for(),
            _ => 0,
        };
        if beaten_for >= SUSPENDED_TIME {
            self.limits.are_suspended();
        }
        let watches = loop {
            let taken = self.take_if::<M>(Some(&queue), |now| {
                match M::ask(now, asker, limits.max_readers()) {
                    Answer::Wait if M::WANTS == Wants::Shared && status == Status::Idle => {
                        self.ask_past_upgradables(now, &queue)
                    }
                    answer => answer,
                }
            });
            let (current, answer) = match taken {
                Ok(now) => {
                    drop(queue);
                    self.tell_of_a_pass::<M>(status, now);
                    // SAFETY: the caller's contract; the lock was taken as `asker` just now.
                    let mut leftovers = unsafe { self.taken(waiter, asker, now) };
                    leftovers.wakers[1] = Discarded(waker);
                    return Queued::Taken(leftovers);
                }
                Err(seen) => seen,
            };
            // Rows "held+Q" and "held+W": held at this very step, and by it the release that
            // follows is to call: so it finds the waiter. Else free, and somebody keeps watch.
            let mut next = current.queued_by(asker);
            if beaten_for >= BARGE_TIME {
                next = next.reserved();
            }
            if next == current || self.exchange(current, next).is_ok() {
                break answer == Answer::Watch;
            }
        };
        // SAFETY: `Waiting` was looked up under the lock. Else the waiter is in no ring; it is
        // pinned, and to be cancelled, by the caller's contract. One that was called keeps its
        // place in front, and nobody can come in before one that upgrades has.
        let old = unsafe {
            match (status, waker) {
                (Status::Waiting, Some(new)) => Some(queue.replace_waker(waiter, new)),
                (Status::Waiting, None) => None,
                (Status::Idle, Some(waker)) if M::WANTS != Wants::Upgrade => {
                    queue.push_back(waiter, waker);
                    None
                }
                (_, Some(waker)) => {
                    queue.push_front(waiter, waker);
                    None
                }
                (_, None) => unreachable!("one that is not asleep has brought a waker"),
            }
        };
        let queued = if watches {
            let mut looks = queue.looks();
            let look = waiter.lookout.look(&mut looks);
            queue.set_looks(looks);
            Queued::Watching(look)
        } else {
            // The release that follows is to call. Others who look must not take it that one keeps watch.
            if waiter.lookout.end() {
                queue.set_looks(NOBODY);
            }
            Queued::Asleep
        };
        drop(queue);
        drop(Discarded(old));
        queued
    }

    /// Locks the queue for a waiter that sleeps in it, or did so a moment ago. Returns a clone of the
    /// context's waker, unless it sleeps and has that; and its status.
    ///
    /// # Safety
    /// As for [`RawLock::go_on_waiting`].
    unsafe fn lock_queue_of(
        &self,
        waiter: &Waiter,
        context: &Context<'_>,
    ) -> (Option<Waker>, Status, LockedQueue<'_>) {
        let queue = self.queue.lock();
        let status = waiter.status();
        // SAFETY: it is asleep in this queue, by the caller's contract: looked up under the lock.
        if status == Status::Waiting && unsafe { queue.has_waker(waiter, context.waker()) } {
            return (None, status, queue);
        }
        // A clone is foreign code.
        drop(queue);
        let waker = context.waker().clone();
        let queue = self.queue.lock();
        (Some(waker), waiter.status(), queue)
    }

    /// `waiter` has taken the lock, as `asker`, which left the state `now`: it waits no longer.
    ///
    /// # Safety
    /// That is so; and `waiter` waited for this lock, or for none.
    unsafe fn taken(&self, waiter: &Waiter, asker: Asker, mut now: State) -> Leftovers {
        // SAFETY: the caller's contract.
        let waker = unsafe { self.leave_queue(waiter) };
        let status = waiter.status();
        // Perhaps it was called while it was taking the lock by itself. Having it is the answer; and
        // one called beside a bearer has the next release call those behind it.
        match status {
            Status::Bearer if asker != (Asker::Called { bearer: true }) => {
                now = self.update(State::answered);
            }
            Status::Called if asker != (Asker::Called { bearer: false }) => {
                now = self.update(State::to_call);
            }
            _ => {}
        }
        self.is_over(waiter);
        waiter.rest();
        let call_others = status == Status::Bearer && now.lets_others_in();
        Leftovers { wakers: [Discarded(waker), Discarded(None)], call_others }
    }

    /// Takes the waiter out of the queue, if it is there. Returns its waker.
    ///
    /// # Safety
    /// `waiter` waits for this lock, or for none.
    #[inline(always)]
    unsafe fn leave_queue(&self, waiter: &Waiter) -> Option<Waker> {
        if waiter.status() != Status::Waiting {
            return None;
        }
        let mut queue = self.queue.lock();
        if waiter.status() != Status::Waiting {
            return None;
        }
        // SAFETY: it is `Waiting`, looked up under the lock, and by the caller's contract here.
        let waker = unsafe { queue.remove(waiter) };
        if queue.is_empty() && !self.will_find_nobody() {
            self.update(State::without_queue);
        }
        Some(waker)
    }

    /// True if the bit of a queue that is empty is in nobody's way, and the release clears it.
    fn will_find_nobody(&self) -> bool {
        self.max_readers() == 0 && self.state().will_find_nobody()
    }

    /// The waiter goes away without the lock. Whoever should be woken instead, is.
    ///
    /// # Safety
    /// `waiter` waits for this lock, and wants what `M` says.
    #[cold]
    #[inline(never)]
    pub(super) unsafe fn cancel<M: Mode>(&self, waiter: &Waiter) {
        // SAFETY: the caller's contract.
        let waker = unsafe { self.leave_queue(waiter) };
        let kept_watch = waiter.lookout.end();
        let (now, was_called) = match waiter.status() {
            Status::Called => (self.update(State::to_call), true),
            // Its turn is the next one's.
            Status::Bearer => (self.update(State::without_bearer), true),
            // If it kept watch and the lock is held now, the release is to call.
            _ if kept_watch => {
                (self.update(|now| if now.is_held() { now.to_call() } else { now }), false)
            }
            _ => (self.state(), false),
        };
        // A writer that waited behind readers may have kept other readers out. But one that slept does
        // not have others called before the one that was.
        let mut calls = !now.is_exclusive() && now.may_call() && (was_called || now.lacks_bearer());
        // Who is called now may be silent too.
        let mut hands_over = (kept_watch || !calls) && !now.is_held() && now.has_queue();
        // Foreign code may run, and panic, from here on: the waiter is out of the queue.
        let waker = Discarded(waker);
        if M::WANTS != Wants::Upgrade && !calls && !hands_over && !kept_watch {
            return drop(waker);
        }
        // SAFETY: the caller is the future of this waiter, which ends: see `Acquire::new`.
        unsafe { M::abandon(self) };
        if kept_watch {
            self.end_the_watch();
        }
        match (calls, hands_over) {
            (false, false) => {}
            (true, false) => self.call_next(),
            (false, true) => self.hand_over_the_watch(),
            (true, true) => Shield::run_to_end(|| {
                if mem::take(&mut calls) {
                    self.call_next();
                }
                if mem::take(&mut hands_over) {
                    self.hand_over_the_watch();
                }
            }),
        }
    }

    /// One that kept watch does so no longer: the next one that looks takes its place.
    #[cold]
    fn end_the_watch(&self) {
        self.queue.lock().set_looks(NOBODY);
    }

    /// Others may sleep because a waiter kept watch that has gone away, or was to take the watch over: the
    /// front of the queue is woken, and stays where it is. When it is polled it watches, as any waiter does
    /// that finds the lock free.
    #[cold]
    fn hand_over_the_watch(&self) {
        let mut queue = self.queue.lock();
        if queue.looks() != NOBODY {
            return;
        }
        // Nothing foreign: the waker that does nothing is `core`'s.
        let front = queue.take_waker_of_front(Waker::noop().clone());
        drop(queue);
        if let Some(waker) = front {
            Shield::run_alone(|| wake(waker));
        }
    }
}

/// Looking again a few times before falling asleep, as often as has helped of late.
struct Spins<'a> {
    limits: &'a Limits,
    seen: Seen,
    /// Asked for when it is needed.
    left: Option<u32>,
    spun: u32,
}

impl<'a> Spins<'a> {
    #[inline(always)]
    fn new(limits: &'a Limits, seen: Seen, status: Status) -> Self {
        // One that is asleep and was polled by chance goes back to sleep.
        let left = (status == Status::Waiting).then_some(0);
        Self { limits, seen, left, spun: 0 }
    }

    /// Waits a moment, if there is a point in it.
    #[inline(always)]
    fn once_more(&mut self, has_queue: bool) -> bool {
        let left = *self.left.get_or_insert_with(|| self.limits.spins(self.seen, has_queue));
        if left == 0 {
            if self.spun > 0 {
                self.limits.have_spun(false);
            }
            return false;
        }
        self.left = Some(left - 1);
        relax(self.spun);
        self.spun += 1;
        true
    }

    /// The lock was released meanwhile.
    fn helped(&self) {
        if self.spun > 0 {
            self.limits.have_spun(true);
        }
    }
}

#[cfg(all(test, not(any(ironfence_loom, ironfence_shuttle))))]
pub(super) mod tests;
