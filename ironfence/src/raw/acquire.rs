//! The one future that waits for a lock, over who keeps the lock alive and how it is wanted.
#![allow(unsafe_code)]

use core::{
    future::Future,
    marker::{PhantomData, PhantomPinned},
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{
    RawLock,
    handle::Handle,
    limits::Limits,
    mode::{Fresh, Mode},
    permit::Permit,
    state::{Answer, Asker, State},
};
use crate::{
    queue::{Status, Waiter, Wants},
    sync::{Shield, YIELDS, relax},
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
            Shield::run_alone(|| drop(waker));
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
        debug_assert_eq!(self.waiter.status(), Status::Idle, "a polled future can't be moved");
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
        let asker = Asker::of(waiter.status());
        let answered = match asker {
            // SAFETY: the future has what `M` keeps while it waits, since `new`: it has not ended.
            Asker::Called { .. } => unsafe { raw.take_as::<M>(asker) },
            _ => None,
        };
        if let Some(now) = answered {
            waiter.rest(); // who called has taken its waker, and it out of the queue
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
            self.wait.cancelled();
            match self.waiter.status() {
                // SAFETY: the future has what `M` keeps while it waits, since `new`; it ends here.
                Status::Idle => unsafe { M::abandon(handle.raw()) },
                _ => handle.raw().cancel::<M>(&self.waiter),
            }
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

impl RawLock {
    /// A free lock is taken even if others were called for it: one who can't wait can't yield.
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
        // SAFETY: the caller's contract.
        unsafe { self.take_as::<M>(Asker::Patient) }.is_some()
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
        let mut asker = Asker::of(status);
        let mut spins = Spins::new(self, status);
        let mut current = self.state();
        loop {
            match M::ask(current, asker, self.max_readers()) {
                Answer::Take(next) => match self.exchange(current, next) {
                    Ok(()) => {
                        spins.helped();
                        return Poll::Ready(self.taken(waiter, asker, next));
                    }
                    Err(actual) => current = actual,
                },
                Answer::Yield if waiter.has_yielded(current.passes() as u8) => {
                    asker = Asker::Patient;
                }
                Answer::Yield => {
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                Answer::Wait if !current.has_queue() && spins.once_more() => {
                    current = self.state();
                }
                // SAFETY: the caller's contract.
                Answer::Wait => return unsafe { self.sleep::<M>(waiter, context) },
            }
        }
    }

    /// Queues the waiter, or leaves it there, with the context's waker; unless the lock is free by
    /// now.
    ///
    /// # Safety
    /// As for [`RawLock::wait`].
    unsafe fn sleep<M: Mode>(&self, waiter: &Waiter, context: &mut Context<'_>) -> Poll<Leftovers> {
        // Foreign code, so before the queue is locked.
        let waker = context.waker().clone();
        let mut queue = self.queue.lock();
        let status = waiter.status();
        let asker = Asker::of(status);
        let mut current = self.state();
        loop {
            match M::ask(current, asker, self.max_readers()) {
                Answer::Take(next) => match self.exchange(current, next) {
                    Ok(()) => {
                        drop(queue);
                        let mut leftovers = self.taken(waiter, asker, next);
                        leftovers.wakers[1].0 = Some(waker);
                        return Poll::Ready(leftovers);
                    }
                    Err(actual) => current = actual,
                },
                Answer::Yield => {
                    drop(queue);
                    waker.wake();
                    return Poll::Pending;
                }
                // Rows "held+Q" and "held+W": held at this very step, and by it the release that
                // follows is to call: so it finds the waiter.
                Answer::Wait => {
                    let next = current.queued_by(asker);
                    if next == current {
                        break;
                    }
                    match self.exchange(current, next) {
                        Ok(()) => break,
                        Err(actual) => current = actual,
                    }
                }
            }
        }
        let mut old = Discarded(None);
        // SAFETY: `Waiting` was looked up under the lock. Else the waiter is in no ring; it is
        // pinned, and to be cancelled, by the caller's contract. One that was called keeps its
        // place in front, and nobody can come in before one that upgrades has.
        unsafe {
            match status {
                Status::Waiting => old.0 = Some(queue.replace_waker(waiter, waker)),
                Status::Idle if M::WANTS != Wants::Upgrade => queue.push_back(waiter, waker),
                _ => queue.push_front(waiter, waker),
            }
        }
        drop(queue);
        drop(old);
        Poll::Pending
    }

    /// `waiter` has taken the lock, as `asker`, which left the state `now`: it waits no longer.
    fn taken(&self, waiter: &Waiter, asker: Asker, mut now: State) -> Leftovers {
        let mut waker = None;
        if waiter.status() == Status::Waiting {
            let mut queue = self.queue.lock();
            if waiter.status() == Status::Waiting {
                waker = Some(self.forget(&mut queue, waiter));
            }
        }
        let status = waiter.status();
        let was_bearer = status == Status::Bearer;
        if asker != Asker::of(status) {
            // Called while it was taking the lock by itself. Having it is the answer; and one called
            // beside a bearer has the next release call those behind it.
            match status {
                Status::Bearer => now = self.update(State::answered),
                Status::Called => now = self.update(State::to_call),
                Status::Idle | Status::Waiting => {}
            }
        }
        waiter.rest();
        let call_others = was_bearer && now.lets_others_in();
        Leftovers { wakers: [Discarded(waker), Discarded(None)], call_others }
    }

    /// The waiter goes away without the lock. Whoever should be woken instead, is.
    #[cold]
    #[inline(never)]
    fn cancel<M: Mode>(&self, waiter: &Waiter) {
        let mut _waker = Discarded(None); // dropped last: that may run foreign code
        if waiter.status() == Status::Waiting {
            let mut queue = self.queue.lock();
            if waiter.status() == Status::Waiting {
                _waker = Discarded(Some(self.forget(&mut queue, waiter)));
            }
        }
        let now = match waiter.status() {
            Status::Waiting | Status::Idle => self.state(),
            Status::Called => self.update(State::to_call),
            // Its turn is the next one's.
            Status::Bearer => self.update(State::without_bearer),
        };
        // From here on foreign code may run, and panic: the waiter is out of the queue.
        // SAFETY: the caller is the future of this waiter, which ends: see `Acquire::new`.
        unsafe { M::abandon(self) };
        // A writer that waited behind readers may have kept other readers out.
        if !now.is_exclusive() && now.may_call() {
            self.call_next();
        }
    }
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
    fn once_more(&mut self) -> bool {
        let left = *self.left.get_or_insert_with(|| self.limits.spins());
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

    fn helped(&self) {
        if self.spun > 0 {
            self.limits.have_spun(true);
        }
    }
}

impl Waiter {
    /// Counts one poll that ought to yield. True if it was enough: [`YIELDS`] in a row during
    /// which nobody passed, so whoever was called was not polled meanwhile.
    fn has_yielded(&self, passes: u8) -> bool {
        let before = if self.passes_seen.replace(passes) == passes { self.yields.get() } else { 0 };
        self.yields.set((before + 1).min(YIELDS));
        before >= YIELDS
    }
}
