//! The proof that a lock is held, and the only type whose `Drop` releases.
#![allow(unsafe_code)]

use core::{marker::PhantomData, mem::ManuallyDrop, ptr, task::Waker};

use super::{
    RawLock,
    handle::{Handle, Keeps, Whole},
};
use crate::{
    sync::{Access, Tracker},
    watch::{self, Site, Wait, Way},
};

/// Held alone: in one piece, or one part of it behind a handle that [is one](Handle::IS_PART).
#[derive(Debug)]
pub struct Exclusive;

/// Held beside other readers.
#[derive(Debug)]
pub struct Shared;

/// Held beside readers, as the only one who may become exclusive.
#[derive(Debug)]
pub struct Upgradable;

/// A way to hold the lock. Sealed: this module cannot be named from outside.
///
/// A permit *has* a hold in the way `M` behind a handle `H` if the lock is held so, and for `Exclusive` in one
/// piece unless `H::IS_PART`; and if nobody else gives up or uses this hold.
///
/// # Safety
/// `release` gives up that hold and no other.
pub unsafe trait Hold {
    /// The same, as the checker says it.
    #[doc(hidden)]
    const WAY: Way;

    /// Gives up one such hold.
    ///
    /// # Safety
    /// The caller has one, and has it no longer.
    unsafe fn release<H: Handle>(handle: &H);

    /// What loom is told about the guarded data while it lasts.
    fn access(tracker: &Tracker) -> Access;
}

// SAFETY: a part is released as one, what is in one piece as a whole.
unsafe impl Hold for Exclusive {
    const WAY: Way = Way::Exclusive;

    #[inline(always)]
    unsafe fn release<H: Handle>(handle: &H) {
        // SAFETY: the caller's contract: the hold is in one piece, or one part if the handle is a part's.
        unsafe {
            match H::IS_PART {
                false => handle.raw().release_exclusive(),
                true => handle.raw().release_part(),
            }
        }
    }

    #[inline(always)]
    fn access(tracker: &Tracker) -> Access {
        tracker.exclusive()
    }
}

// SAFETY: one reader leaves.
unsafe impl Hold for Shared {
    const WAY: Way = Way::Shared;

    #[inline(always)]
    unsafe fn release<H: Handle>(handle: &H) {
        // SAFETY: the caller's contract.
        unsafe { handle.raw().release_shared() };
    }

    #[inline(always)]
    fn access(tracker: &Tracker) -> Access {
        tracker.shared()
    }
}

// SAFETY: there is one such hold, and it is given up.
unsafe impl Hold for Upgradable {
    const WAY: Way = Way::Upgradable;

    #[inline(always)]
    unsafe fn release<H: Handle>(handle: &H) {
        // SAFETY: the caller's contract.
        unsafe { handle.raw().release_upgradable() };
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
        self.watched.released(&self.handle.raw().mark);
        // SAFETY: the permit has the hold, since `from_parts`, and ends here.
        unsafe { M::release(&self.handle) };
    }
}

impl<H: Handle, M: Hold> Permit<H, M> {
    /// # Safety
    /// As for [`Permit::from_parts`].
    #[inline(always)]
    pub(crate) unsafe fn new(handle: H) -> Self {
        // SAFETY: the caller's contract.
        unsafe { Self::watched(handle, watch::Hold::none()) }
    }

    /// # Safety
    /// As for [`Permit::from_parts`].
    #[inline(always)]
    unsafe fn watched(handle: H, watched: watch::Hold) -> Self {
        let access = M::access(&handle.raw().tracker);
        // SAFETY: the caller's contract.
        unsafe { Self::from_parts(handle, access, watched) }
    }

    /// The only place where a permit is made.
    ///
    /// # Safety
    /// The caller has a hold of the lock behind `handle` in the way `M` (see [`Hold`]), which is the
    /// permit's from now on.
    #[inline(always)]
    unsafe fn from_parts(handle: H, access: Access, watched: watch::Hold) -> Self {
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
    /// As for [`Permit::from_parts`].
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

    /// Keeps the lock held without a permit: the hold is the caller's now, who takes it up again with
    /// [`Permit::take_up`], to release it. (If not the lock stays held; that is all.)
    pub(crate) fn leave_held(self) {
        let (handle, mut access, watched) = self.into_parts();
        access.end();
        watched.leave(&handle.raw().mark);
    }

    /// The fields, without a release: the hold is the caller's now.
    fn into_parts(self) -> (H, Access, watch::Hold) {
        let this = ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so each field is moved out once.
        unsafe { (ptr::read(&this.handle), ptr::read(&this.access), ptr::read(&this.watched)) }
    }
}

impl<H: Handle, M: Hold> Permit<H, M> {
    /// The same hold as a part: an unsplit one has no others beside it, so it releases alone.
    #[inline(always)]
    pub(crate) fn into_part<'x, U: ?Sized + 'x>(self) -> Permit<H::Part<U>, M>
    where
        H: Keeps<'x>,
    {
        let (handle, access, watched) = self.into_parts();
        // SAFETY: the hold is ours since `into_parts`, and `Handle` promises that the lock is the same. In
        // one piece or one part before, it is one part now.
        unsafe { Permit::from_parts(handle.into_part(), access, watched) }
    }
}

impl<H: Whole> Permit<H, Shared> {
    /// The same hold, behind what a shared guard keeps.
    #[inline(always)]
    pub(crate) fn into_reader(self) -> Permit<H::Reader, Shared> {
        let (handle, access, watched) = self.into_parts();
        // SAFETY: the hold is ours since `into_parts`, and `Handle` promises that the lock is the same.
        unsafe { Permit::from_parts(handle.into_reader(), access, watched) }
    }
}

impl<H: Handle> Permit<H, Exclusive> {
    /// Two permits for two parts of the same exclusive hold; the last one dropped releases.
    #[expect(clippy::type_complexity, reason = "two permits, and no name for either")]
    pub(crate) fn split<'x, A: ?Sized + 'x, B: ?Sized + 'x>(
        self,
    ) -> (Permit<H::Part<A>, Exclusive>, Permit<H::Part<B>, Exclusive>)
    where
        H: Keeps<'x>,
    {
        let handle = self.handle.clone().into_part();
        let first = self.into_part();
        // SAFETY: `first` is a part of the hold.
        unsafe { first.handle.raw().add_part() };
        let (access, watched) = (Access::untracked(), first.watched.split());
        // SAFETY: the part that was just added is ours. `Handle` promises that the clone is of the same
        // lock, and that so are both parts.
        let second = unsafe { Permit::from_parts(handle, access, watched) };
        (first, second)
    }
}

impl<H: Whole> Permit<H, Exclusive> {
    /// Lets readers in and stays one of them.
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the step is from exclusive to shared; a `Whole` is no part, so the hold is in one piece.
        unsafe { self.weaken(RawLock::downgrade) }
    }

    /// Lets readers in and stays the one who may upgrade.
    pub(crate) fn downgrade_to_upgradable(self) -> Permit<H, Upgradable> {
        // SAFETY: the step is from exclusive to upgradable; the hold is in one piece, as in `downgrade`.
        unsafe { self.weaken(RawLock::downgrade_to_upgradable) }
    }
}

impl<H: Handle> Permit<H, Upgradable> {
    /// Lets another upgradable in and stays a reader.
    pub(crate) fn downgrade(self) -> Permit<H, Shared> {
        // SAFETY: the step is from upgradable to shared.
        unsafe { self.weaken(RawLock::downgrade_upgradable) }
    }

    /// The same hold, which is exclusive by now.
    ///
    /// # Safety
    /// The upgradable hold of the permit was made the exclusive one, in one piece.
    pub(super) unsafe fn upgraded(self) -> Permit<H, Exclusive> {
        let (handle, watched) = self.into_handle();
        // SAFETY: the hold was the permit's and is ours since `into_handle`; the caller says what it is now.
        unsafe { Permit::watched(handle, watched.turned(Exclusive::WAY)) }
    }

    /// The handle, without a release: the upgradable hold is the caller's now, who gives it to a future
    /// that upgrades. (If not it stays held; that is all.)
    pub(crate) fn into_handle(self) -> (H, watch::Hold) {
        let (handle, mut access, watched) = self.into_parts();
        access.end();
        (handle, watched)
    }
}

impl<H: Handle, M: Hold> Permit<H, M> {
    /// Turns the hold into a weaker one by `step`, which says whether somebody is to be called then.
    ///
    /// # Safety
    /// `step` may be called by who has a hold in the way `M` behind an `H`, and makes it one in the way `N`.
    unsafe fn weaken<N: Hold>(self, step: unsafe fn(&RawLock) -> bool) -> Permit<H, N> {
        let (handle, mut access, watched) = self.into_parts();
        access.end();
        let watched = watched.turned(N::WAY);
        // SAFETY: the hold is ours since `into_parts`; the caller promises that this is enough.
        let is_to_call = unsafe { step(handle.raw()) };
        // SAFETY: the hold is what the step has made it, in the way `N`.
        let permit = unsafe { Permit::watched(handle, watched) };
        if is_to_call {
            // Foreign code: if it panics, the permit releases.
            permit.handle.raw().call_next();
        }
        permit
    }
}
