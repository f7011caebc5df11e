//! The proof that a lock is held, and the only type whose `Drop` releases.
#![allow(unsafe_code)]

use core::{marker::PhantomData, mem::ManuallyDrop, ptr, task::Waker};

use super::{RawLock, handle::Handle, mode::Upgrade};
use crate::{
    sync::{Access, Tracker},
    watch::{self, Site, Wait, Way},
};

/// Held alone, in one piece.
#[derive(Debug)]
pub struct Exclusive;

/// Held beside other readers.
#[derive(Debug)]
pub struct Shared;

/// Held beside readers, as the only one who may become exclusive.
#[derive(Debug)]
pub struct Upgradable;

/// A way to hold the lock. Sealed: this module cannot be named from outside.
pub trait Hold {
    /// The same, as the checker says it.
    #[doc(hidden)]
    const WAY: Way;

    /// Gives up one such hold.
    fn release<H: Handle>(handle: &H);

    /// What loom is told about the guarded data while it lasts.
    fn access(tracker: &Tracker) -> Access;
}

impl Hold for Exclusive {
    const WAY: Way = Way::Exclusive;

    #[inline(always)]
    fn release<H: Handle>(handle: &H) {
        match H::IS_PART {
            false => handle.raw().release_exclusive(),
            true => handle.raw().release_part(),
        }
    }

    #[inline(always)]
    fn access(tracker: &Tracker) -> Access {
        tracker.exclusive()
    }
}

impl Hold for Shared {
    const WAY: Way = Way::Shared;

    #[inline(always)]
    fn release<H: Handle>(handle: &H) {
        handle.raw().release_shared();
    }

    #[inline(always)]
    fn access(tracker: &Tracker) -> Access {
        tracker.shared()
    }
}

impl Hold for Upgradable {
    const WAY: Way = Way::Upgradable;

    #[inline(always)]
    fn release<H: Handle>(handle: &H) {
        handle.raw().release_upgradable();
    }

    #[inline(always)]
    fn access(tracker: &Tracker) -> Access {
        tracker.shared()
    }
}

/// The proof that the lock behind `handle` is held; dropping it releases. Not nameable from outside.
pub struct Permit<H: Handle, M: Hold> {
    handle: H,
    access: Access,
    watched: watch::Hold,
    hold: PhantomData<fn(M)>,
}

impl<H: Handle, M: Hold> Drop for Permit<H, M> {
    #[inline(always)]
    fn drop(&mut self) {
        self.access.end();
        self.watched.released();
        M::release(&self.handle);
    }
}

impl<H: Handle, M: Hold> Permit<H, M> {
    /// # Safety
    /// The lock behind `handle` is held as `M` says, and that hold belongs to nobody else.
    #[inline(always)]
    pub(crate) unsafe fn new(handle: H) -> Self {
        // SAFETY: the caller's contract.
        unsafe { Self::watched(handle, watch::Hold::none()) }
    }

    /// # Safety
    /// As for [`Permit::new`].
    #[inline(always)]
    unsafe fn watched(handle: H, watched: watch::Hold) -> Self {
        let access = M::access(&handle.raw().tracker);
        Self { handle, access, watched, hold: PhantomData }
    }

    /// Says that the lock was had without waiting.
    #[inline(always)]
    pub(crate) fn was_tried(mut self, site: Site) -> Self {
        self.watched = watch::Hold::tried(&self.handle.raw().mark, M::WAY, H::MAY_TRAVEL, site);
        self
    }

    /// Says that `wait`, which asked so, has come to its end. The permit exists by now: what the checker
    /// is told may make it panic.
    #[inline(always)]
    pub(crate) fn was_awaited(mut self, wait: &mut Wait, asked: Way, waker: &Waker) -> Self {
        let mark = &self.handle.raw().mark;
        self.watched.acquired(wait, mark, (asked, M::WAY), H::MAY_TRAVEL, waker);
        self
    }

    /// The permit of a hold that was left by [`Permit::leave_held`].
    ///
    /// # Safety
    /// As for [`Permit::new`].
    #[inline(always)]
    pub(crate) unsafe fn take_up(handle: H) -> Self {
        let watched = watch::Hold::left_of(&handle.raw().mark);
        // SAFETY: the caller's contract.
        unsafe { Self::watched(handle, watched) }
    }

    /// What the checker knows of the hold.
    pub(crate) fn watched_mut(&mut self) -> &mut watch::Hold {
        &mut self.watched
    }

    #[inline(always)]
    pub(crate) fn handle(&self) -> &H {
        &self.handle
    }

    /// Keeps the lock held without a permit. Whoever calls this takes it up again with
    /// [`Permit::take_up`], to release it.
    pub(crate) fn leave_held(self) {
        let (_, mut access, watched) = self.into_parts();
        access.end();
        watched.leave();
    }

    /// The fields, without a release: the hold goes on, and is the caller's.
    fn into_parts(self) -> (H, Access, watch::Hold) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so each field is moved out once.
        unsafe { (ptr::read(&this.handle), ptr::read(&this.access), ptr::read(&this.watched)) }
    }
}

impl<H: Handle> Permit<H, Exclusive> {
    /// The same hold as a part: an unsplit one has no others beside it, so it releases alone.
    #[inline(always)]
    pub(crate) fn into_part(self) -> Permit<H::Part, Exclusive> {
        let (handle, access, watched) = self.into_parts();
        Permit { handle: handle.into_part(), access, watched, hold: PhantomData }
    }
}

impl<H: Handle> Permit<H, Shared> {
    /// The same hold, behind what a shared guard keeps.
    #[inline(always)]
    pub(crate) fn into_reader(self) -> Permit<H::Reader, Shared> {
        let (handle, access, watched) = self.into_parts();
        Permit { handle: handle.into_reader(), access, watched, hold: PhantomData }
    }
}

impl<H: Handle<Part = H>> Permit<H, Exclusive> {
    /// A second permit for another part of the same exclusive hold; the last one dropped releases.
    pub(crate) fn split(self) -> (Self, Self)
    where
        H: Clone,
    {
        let handle = self.handle.clone();
        handle.raw().add_part();
        let (access, watched) = (Access::untracked(), self.watched.split());
        (self, Permit { handle, access, watched, hold: PhantomData })
    }
}

impl<H: Handle> Permit<H, Exclusive> {
    /// Lets readers in and stays one of them.
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        self.weaken(RawLock::downgrade)
    }

    /// Lets readers in and stays the one who may upgrade.
    pub(crate) fn downgrade_to_upgradable(self) -> Permit<H, Upgradable> {
        self.weaken(RawLock::downgrade_to_upgradable)
    }
}

impl<H: Handle> Permit<H, Upgradable> {
    /// Lets another upgradable in and stays a reader.
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        self.weaken(RawLock::downgrade_upgradable)
    }

    /// Becomes exclusive if nobody else reads.
    pub(crate) fn try_upgrade(self) -> Result<Permit<H, Exclusive>, Self> {
        if !self.handle.raw().try_take::<Upgrade>() {
            return Err(self);
        }
        let (handle, watched) = self.into_handle();
        // SAFETY: the upgradable hold, which was ours, has just become exclusive.
        Ok(unsafe { Permit::watched(handle, watched.turned(Exclusive::WAY)) })
    }

    /// The handle; the caller gives up the hold, by `abandon` of [`Upgrade`] or by taking
    /// the lock so.
    pub(crate) fn into_handle(self) -> (H, watch::Hold) {
        let (handle, mut access, watched) = self.into_parts();
        access.end();
        (handle, watched)
    }
}

impl<H: Handle, M: Hold> Permit<H, M> {
    /// Turns the hold into a weaker one by `step`.
    fn weaken<N: Hold>(self, step: fn(&RawLock)) -> Permit<H, N> {
        let (handle, mut access, watched) = self.into_parts();
        access.end();
        let watched = watched.turned(N::WAY);
        // SAFETY: `step` makes the hold, which was ours, what `N` says.
        let permit = unsafe { Permit::watched(handle, watched) };
        // After the permit exists: a waker that panics in here finds it and releases it.
        step(permit.handle.raw());
        permit
    }
}
