//! The one future that waits for a lock, over who keeps the lock alive and how it is wanted.
#![allow(unsafe_code)]

use core::{
    future::Future,
    marker::{PhantomData, PhantomPinned},
    mem,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{
    RawLock,
    handle::Handle,
    limits::Limits,
    mode::{Fresh, Mode, Upgrade},
    permit::{Exclusive, Permit, Upgradable},
    state::{Answer, Asker, State},
};
use crate::{
    lookout::{Look, NOBODY},
    queue::{LockedQueue, Status, Waiter, Wants},
    sync::{BARGE_TIME, SHORT_WAIT, SUSPENDED_TIME, Shield, give_way, relax},
    waking::{discard, wake},
    watch::{Site, Wait},
};

/// Waits for the lock. Does nothing before it is polled; may be dropped at any point.
pub(crate) struct Acquire<H: Handle, M: Mode> {
    /// Taken by the permit in the end.
    handle: Option<H>,
    waiter: Waiter,
    /// What the checker knows of it.
    wait: Wait,
    mode: PhantomData<fn(M)>,
    /// The queue points to the waiter.
    _pinned: PhantomPinned,
}

/// A newcomer that may not barge.
const STRICT: Asker = Asker::Newcomer { may_barge: false };

/// What is left to do once the lock is taken and the permit exists: both may run foreign code.
#[must_use]
struct Leftovers {
    /// Wakers that were cloned or stored in vain.
    wakers: [Discarded; 2],
    /// Readers may sleep that could come in too.
    call_others: bool,
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

impl<H: Handle, M: Mode> Acquire<H, M> {
    /// # Safety
    /// What `M` keeps while it waits (see [`Mode`]) is had of the lock behind `handle`, and is the
    /// future's from now on.
    #[inline(always)]
    pub(crate) unsafe fn new(handle: H, wait: Wait) -> Self {
        Self {
            handle: Some(handle),
            waiter: Waiter::new(M::WANTS),
            wait,
            mode: PhantomData,
            _pinned: PhantomPinned,
        }
    }

    /// The handle of a future that was never polled.
    #[inline]
    pub(crate) fn into_handle(mut self) -> H {
        assert_eq!(self.waiter.status(), Status::Idle, "a polled future can't be moved");
        self.handle.take().expect("a future that was never polled has its handle")
    }

    /// Says more of where the lock was asked for.
    #[inline(always)]
    pub(crate) fn map_site(&mut self, change: impl FnOnce(Site) -> Site) {
        self.wait.map_site(change);
    }

    /// True once the permit was handed out.
    pub(crate) fn is_terminated(&self) -> bool {
        self.handle.is_none()
    }

    /// A poll that found the lock not idle, or that is not the first.
    #[cold]
    #[inline(never)]
    fn poll_slow(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit<H, M::Held>> {
        // SAFETY: nothing pinned is moved: `Handle` promises that its lock does not mind, and `wait` is
        // not pinned. The waiter is only ever borrowed shared: the queue may point to it.
        let this = unsafe { self.get_unchecked_mut() };
        let (handle, waiter, wait) = (&mut this.handle, &this.waiter, &mut this.wait);
        let raw = handle.as_ref().expect("`poll` has seen it").raw();
        // The common end of a wait: called, and the lock is free.
        let asker = Asker::of(waiter.status(), false);
        let answered = match asker {
            // SAFETY: the future has what `M` keeps while it waits, since `new`: it has not ended.
            Asker::Called { .. } => unsafe { raw.take_as::<M>(asker) },
            _ => None,
        };
        if let Some(now) = answered {
            raw.is_over(waiter);
            waiter.rest(); // the one that called it has taken it out of the queue, and its waker
            let handle = handle.take().expect("`poll` has seen it");
            // SAFETY: `take_as` has just taken the lock in the mode `M`.
            let permit = unsafe { Permit::new(handle) }.was_awaited(wait, M::WAY, context.waker());
            if asker == (Asker::Called { bearer: true }) && now.lets_others_in() {
                permit.handle().raw().call_next();
            }
            return Poll::Ready(permit);
        }
        let polled = wait.polled(&raw.mark, M::WAY, context, |context| {
            // SAFETY: the waiter is pinned; the drop of `Self` takes it out of the queue.
            unsafe { raw.wait::<M>(waiter, context) }
        });
        match polled {
            Poll::Pending => Poll::Pending,
            Poll::Ready(leftovers) => {
                // The waiter rests.
                let handle = handle.take().expect("`poll` has seen it");
                // SAFETY: `wait` has just taken the lock in the mode `M`.
                let permit =
                    unsafe { Permit::new(handle) }.was_awaited(wait, M::WAY, context.waker());
                // Foreign code from here on; if it panics, the permit is dropped and releases.
                if leftovers.call_others {
                    permit.handle().raw().call_next();
                }
                drop(leftovers);
                Poll::Ready(permit)
            }
        }
    }
}

impl<H: Handle, M: Mode> Future for Acquire<H, M> {
    type Output = Permit<H, M::Held>;

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Permit<H, M::Held>> {
        // SAFETY: nothing is moved but `handle`, which is not pinned: `Handle` promises that the
        // lock does not mind.
        let this = unsafe { self.as_mut().get_unchecked_mut() };
        let Some(handle) = this.handle.take() else { polled_after_completion() };
        // SAFETY: the future has what `M` keeps while it waits, since `new`: it has not ended.
        if this.waiter.status() == Status::Idle && unsafe { M::take_quiet(handle.raw()) } {
            // SAFETY: the lock was taken in the mode `M`, just now.
            let permit = unsafe { Permit::new(handle) };
            return Poll::Ready(permit.was_awaited(&mut this.wait, M::WAY, context.waker()));
        }
        this.handle = Some(handle);
        self.poll_slow(context)
    }
}

#[cold]
#[inline(never)]
fn polled_after_completion() -> ! {
    panic!("a lock future was polled after completion")
}

impl<H: Handle, M: Mode> Drop for Acquire<H, M> {
    #[inline(always)]
    fn drop(&mut self) {
        // Without a handle it has ended, and its waiter rests.
        if let Some(handle) = &self.handle {
            // Dropped last, and also if the checker panics: the waiter must not stay in the queue.
            let _leaving =
                Leaving::<M> { raw: handle.raw(), waiter: &self.waiter, mode: PhantomData };
            self.wait.cancelled(&handle.raw().mark);
        }
    }
}

/// A waiter that goes away without the lock, when this is dropped.
struct Leaving<'a, M: Mode> {
    raw: &'a RawLock,
    waiter: &'a Waiter,
    mode: PhantomData<fn(M)>,
}

impl<M: Mode> Drop for Leaving<'_, M> {
    #[inline(always)]
    fn drop(&mut self) {
        match self.waiter.status() {
            // SAFETY: the future had what `M` keeps while it waits, since `new`; it ends here.
            Status::Idle => unsafe { M::abandon(self.raw) },
            // SAFETY: as above; and a waiter that is not idle waits for its future's lock.
            _ => unsafe { self.raw.cancel::<M>(self.waiter) },
        }
    }
}

/// Takes the lock if that needs no waiting.
#[inline]
pub(crate) fn try_acquire<H: Handle, M: Fresh>(
    handle: H,
    site: Site,
) -> Option<Permit<H, M::Held>> {
    // SAFETY: `Fresh` modes keep nothing while they wait.
    let taken = unsafe { handle.raw().try_take::<M>() };
    // SAFETY: the lock was taken in the mode `M`, just now.
    taken.then(|| unsafe { Permit::new(handle) }.was_tried(site))
}

impl<H: Handle> Permit<H, Upgradable> {
    /// Becomes exclusive if nobody else reads.
    pub(crate) fn try_upgrade(self) -> Result<Permit<H, Exclusive>, Self> {
        // SAFETY: the permit has what an upgrade keeps, the upgradable hold.
        if !unsafe { self.handle().raw().try_take::<Upgrade>() } {
            return Err(self);
        }
        // SAFETY: it has become the exclusive one just now, in one piece.
        Ok(unsafe { self.upgraded() })
    }
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
        M::is_free(self.state()) && unsafe { M::take_quiet(self) || self.try_take_slow::<M>() }
    }

    /// # Safety
    /// As for [`Mode::take_quiet`].
    #[cold]
    #[inline(never)]
    unsafe fn try_take_slow<M: Mode>(&self) -> bool {
        let asker = match self.limits.is_fifo() {
            true => STRICT,
            false => Asker::Trying,
        };
        // SAFETY: the caller's contract.
        unsafe { self.take_as::<M>(asker) }.is_some() || self.try_past_upgradables::<M>()
    }

    /// Takes the lock beside an upgradable guard, past those who wait for its place.
    fn try_past_upgradables<M: Mode>(&self) -> bool {
        if M::WANTS != Wants::Shared {
            return false;
        }
        let queue = self.queue.lock();
        let mut current = self.state();
        while let Answer::Take(next) = self.ask_past_upgradables(current, &queue) {
            match self.exchange(current, next) {
                Ok(()) => return true,
                Err(actual) => current = actual,
            }
        }
        false
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
    unsafe fn take_as<M: Mode>(&self, asker: Asker) -> Option<State> {
        let mut current = self.state();
        while let Answer::Take(next) = M::ask(current, asker, self.max_readers()) {
            match self.exchange(current, next) {
                Ok(()) => return Some(next),
                Err(actual) => current = actual,
            }
        }
        None
    }

    /// Takes the lock if it is free for `waiter`, and queues it otherwise.
    ///
    /// # Safety
    /// What `M` keeps while it waits is had by the owner of `waiter`, who has it as the new hold if this
    /// returns `Ready`. `waiter` is pinned, wants what `M` says, waits for no other lock, and is given to
    /// [`RawLock::cancel`] before it dies, unless this returned `Ready`.
    #[inline(always)]
    unsafe fn wait<M: Mode>(&self, waiter: &Waiter, context: &mut Context<'_>) -> Poll<Leftovers> {
        let status = waiter.status();
        let asker = Asker::of(status, self.limits.may_barge());
        let mut spins = Spins::new(self, status);
        let mut current = self.state();
        loop {
            match M::ask(current, asker, self.max_readers()) {
                Answer::Take(next) => match self.exchange(current, next) {
                    Ok(()) => {
                        spins.helped();
                        // SAFETY: the caller's contract; the lock was taken as `asker` just now.
                        return Poll::Ready(unsafe { self.taken(waiter, asker, next) });
                    }
                    Err(actual) => current = actual,
                },
                Answer::Wait if spins.once_more(current.has_queue()) => current = self.state(),
                answer => {
                    if answer == Answer::Watch {
                        spins.helped();
                        if asker == STRICT && status == Status::Idle && self.limits.wants_a_sample()
                        {
                            waiter.lookout.sample();
                        }
                    }
                    // Too many have passed the one that was called.
                    let is_reserved =
                        answer == Answer::Watch || (M::is_free(current) && !current.has_queue());
                    if is_reserved && status == Status::Idle && self.yields(waiter) {
                        context.waker().wake_by_ref();
                        return Poll::Pending;
                    }
                    // SAFETY: the caller's contract.
                    return unsafe { self.sleep::<M>(waiter, context) };
                }
            }
        }
    }

    /// A waiter has the lock. It may have kept watch, and may have been sampled.
    fn is_over(&self, waiter: &Waiter) {
        if waiter.lookout.end() {
            self.end_the_watch();
        }
        if waiter.lookout.sampled_for().is_some_and(|time| time < SHORT_WAIT) {
            self.limits.may_be_short();
        }
    }

    /// Does a newcomer come back instead of queueing?
    fn yields(&self, waiter: &Waiter) -> bool {
        self.limits.pays_to_yield() && waiter.lookout.may_yield()
    }

    /// Queues the waiter, or leaves it there, with the context's waker; unless the lock is free by
    /// now. While the lock is free for the one that was called, it may have to keep watch.
    ///
    /// # Safety
    /// As for [`RawLock::wait`].
    unsafe fn sleep<M: Mode>(&self, waiter: &Waiter, context: &mut Context<'_>) -> Poll<Leftovers> {
        loop {
            // SAFETY: the caller's contract.
            match unsafe { self.queue_up::<M>(waiter, context) } {
                Queued::Taken(leftovers) => return Poll::Ready(leftovers),
                Queued::Asleep | Queued::Watching(Look::Relieved) => return Poll::Pending,
                Queued::Watching(Look::Again { give_way: gives_way }) => {
                    if gives_way {
                        give_way();
                    }
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                // This waiter may be the one that is called now. If not, it goes on watching.
                Queued::Watching(Look::Outlasted) => self.call_past_a_silent_one(),
            }
        }
    }

    /// One step of [`RawLock::sleep`].
    ///
    /// # Safety
    /// As for [`RawLock::wait`].
    unsafe fn queue_up<M: Mode>(&self, waiter: &Waiter, context: &mut Context<'_>) -> Queued {
        // Foreign code, so before the queue is locked. One that is asleep has a waker.
        let is_asleep = waiter.status() == Status::Waiting;
        let mut waker = Discarded((!is_asleep).then(|| context.waker().clone()));
        let mut queue = self.queue.lock();
        while waker.0.is_none() {
            let is_asleep = waiter.status() == Status::Waiting;
            // SAFETY: it is asleep in this queue, by the caller's contract: looked up under the lock.
            if is_asleep && unsafe { queue.has_waker(waiter, context.waker()) } {
                break;
            }
            drop(queue);
            waker.0 = Some(context.waker().clone());
            queue = self.queue.lock();
        }
        let status = waiter.status();
        let may_barge = self.limits.may_barge();
        let asker = Asker::of(status, may_barge);
        let beaten_for = match asker {
            Asker::Called { .. } if may_barge => waiter.lookout.is_beaten_for(),
            _ => 0,
        };
        if beaten_for >= SUSPENDED_TIME {
            self.limits.are_suspended();
        }
        let mut current = self.state();
        let watches = loop {
            let answer = match M::ask(current, asker, self.max_readers()) {
                Answer::Wait if M::WANTS == Wants::Shared && status == Status::Idle => {
                    self.ask_past_upgradables(current, &queue)
                }
                answer => answer,
            };
            if let Answer::Take(next) = answer {
                match self.exchange(current, next) {
                    Ok(()) => {
                        drop(queue);
                        // SAFETY: the caller's contract; the lock was taken as `asker` just now.
                        let mut leftovers = unsafe { self.taken(waiter, asker, next) };
                        leftovers.wakers[1] = waker;
                        return Queued::Taken(leftovers);
                    }
                    Err(actual) => current = actual,
                }
                continue;
            }
            // Rows "held+Q" and "held+W": held at this very step, and by it the release that
            // follows is to call: so it finds the waiter. Else free, and somebody keeps watch.
            let mut next = current.queued_by(asker);
            if beaten_for >= BARGE_TIME {
                next = next.reserved();
            }
            if next == current {
                break answer == Answer::Watch;
            }
            match self.exchange(current, next) {
                Ok(()) => break answer == Answer::Watch,
                Err(actual) => current = actual,
            }
        };
        // SAFETY: `Waiting` was looked up under the lock. Else the waiter is in no ring; it is
        // pinned, and to be cancelled, by the caller's contract. One that was called keeps its
        // place in front, and nobody can come in before one that upgrades has.
        unsafe {
            match (status, waker.0.take()) {
                (Status::Waiting, Some(new)) => {
                    waker.0 = Some(queue.replace_waker(waiter, new));
                }
                (Status::Waiting, None) => {}
                (Status::Idle, Some(waker)) if M::WANTS != Wants::Upgrade => {
                    queue.push_back(waiter, waker);
                }
                (_, Some(waker)) => queue.push_front(waiter, waker),
                (_, None) => unreachable!("one that is not asleep has brought a waker"),
            }
        }
        if watches {
            return Queued::Watching(waiter.lookout.look(&mut queue.looks));
        }
        // The release that follows is to call. Others who look must not take it that one keeps watch.
        if waiter.lookout.end() {
            queue.looks = NOBODY;
        }
        Queued::Asleep
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
        let finds_nobody = self.max_readers() == 0 && self.state().will_find_nobody();
        if queue.is_empty() && !finds_nobody {
            self.update(State::without_queue);
        }
        Some(waker)
    }

    /// The waiter goes away without the lock. Whoever should be woken instead, is.
    ///
    /// # Safety
    /// `waiter` waits for this lock, and wants what `M` says.
    #[cold]
    #[inline(never)]
    unsafe fn cancel<M: Mode>(&self, waiter: &Waiter) {
        // Dropped last: that may run foreign code.
        // SAFETY: the caller's contract.
        let _waker = Discarded(unsafe { self.leave_queue(waiter) });
        let kept_watch = waiter.lookout.end();
        let (now, was_called) = match waiter.status() {
            // If it kept watch and the lock is held now, the release is to call.
            Status::Waiting | Status::Idle if kept_watch => {
                (self.update(|now| if now.is_held() { now.to_call() } else { now }), false)
            }
            Status::Waiting | Status::Idle => (self.state(), false),
            Status::Called => (self.update(State::to_call), true),
            // Its turn is the next one's.
            Status::Bearer => (self.update(State::without_bearer), true),
        };
        // From here on foreign code may run, and panic: the waiter is out of the queue.
        // SAFETY: the caller is the future of this waiter, which ends: see `Acquire::new`.
        unsafe { M::abandon(self) };
        // A writer that waited behind readers may have kept other readers out. But one that slept does
        // not have others called before the one that was.
        let mut calls = !now.is_exclusive() && now.may_call() && (was_called || now.lacks_bearer());
        if kept_watch {
            self.end_the_watch();
        }
        // Who is called now may be silent too.
        let mut hands_over = (kept_watch || !calls) && !now.is_held() && now.has_queue();
        if calls && hands_over {
            Shield::run_to_end(|| {
                if mem::take(&mut calls) {
                    self.call_next();
                }
                if mem::take(&mut hands_over) {
                    self.hand_over_the_watch();
                }
            });
        } else if calls {
            self.call_next();
        } else if hands_over {
            self.hand_over_the_watch();
        }
    }

    /// One that kept watch does so no longer: the next one that looks takes its place.
    #[cold]
    fn end_the_watch(&self) {
        self.queue.lock().looks = NOBODY;
    }

    /// Others may sleep because a waiter kept watch that has gone away, or was to take the watch over: the
    /// front of the queue is woken, and stays where it is. When it is polled it watches, as any waiter does
    /// that finds the lock free.
    #[cold]
    fn hand_over_the_watch(&self) {
        let mut queue = self.queue.lock();
        if queue.looks != NOBODY {
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

/// What became of a waiter that could not have the lock.
enum Queued {
    Taken(Leftovers),
    /// It sleeps, until it is called.
    Asleep,
    /// It is queued, and the lock is free for another.
    Watching(Look),
}

/// Looking again a few times before falling asleep, as often as has helped of late.
struct Spins<'a> {
    limits: &'a Limits,
    /// Asked for when it is needed.
    left: Option<u32>,
    spun: u32,
}

impl<'a> Spins<'a> {
    fn new(raw: &'a RawLock, status: Status) -> Self {
        // One that is asleep and was polled by chance goes back to sleep.
        let left = (status == Status::Waiting).then_some(0);
        Self { limits: &raw.limits, left, spun: 0 }
    }

    /// Waits a moment, if there is a point in it.
    fn once_more(&mut self, has_queue: bool) -> bool {
        let left = *self.left.get_or_insert_with(|| self.limits.spins(has_queue));
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
