//! The one future that waits for a lock, over who keeps the lock alive and how it is wanted.
#![allow(unsafe_code)]

use core::{
    future::Future,
    marker::{PhantomData, PhantomPinned},
    pin::Pin,
    task::{Context, Poll},
};

use super::{
    RawLock,
    handle::Handle,
    mode::{Fresh, Mode, Upgrade},
    permit::{Exclusive, Permit, Upgradable},
    state::Asker,
};
use crate::{
    queue::{Status, Waiter},
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

    /// The poll of a task whose budget is spent: it leaves a free lock alone, and is woken for another poll. Where
    /// it has to wait anyhow it queues now, so that it keeps its turn among those who come later.
    #[cold]
    #[inline(never)]
    pub(crate) fn queue_at_least(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Permit<H, M::Held>> {
        match &self.handle {
            Some(handle) if handle.raw().is_free::<M>() => Poll::Pending,
            _ => self.poll(context),
        }
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
        let is_fresh = waiter.lookout.is_fresh();
        // The common end of a wait: called, and the lock is free.
        let asker = match is_fresh {
            true => Asker::of(Status::Idle, false),
            false => Asker::of(waiter.status(), false),
        };
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
        let polled = wait.polled(&raw.mark, M::WAY, raw.reader_limit(), context, |context| {
            // SAFETY: the waiter is pinned; the drop of `Self` takes it out of the queue. It is `Idle`
            // while it is fresh.
            unsafe {
                match is_fresh {
                    true => raw.begin_to_wait::<M>(waiter, context),
                    false => raw.go_on_waiting::<M>(waiter, context),
                }
            }
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
        // One that has not begun to wait is `Idle`.
        // SAFETY: the future has what `M` keeps while it waits, since `new`: it has not ended.
        if this.waiter.lookout.is_fresh() && unsafe { M::take_quiet(handle.raw()) } {
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
