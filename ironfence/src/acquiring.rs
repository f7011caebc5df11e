//! L3: waiting for a guard.
#![allow(unsafe_code)]

use core::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll, ready},
};

use crate::{
    budget,
    guard::{Guards, UpgradableGuard},
    raw::{
        acquire::{Acquire, try_acquire},
        handle::{Lockable, Whole},
        mode::{Fresh, Mode, Upgrade},
    },
    watch::{Site, Wait},
};

/// What an acquisition in the mode `M` through a handle `H` ends in.
pub(crate) type GuardOf<H, M> = <<M as Mode>::Held as Guards>::Guard<H>;

/// Waits for a lock and ends in its guard: what `lock`, `read`, `write` and their owned forms
/// return.
///
/// You meet it under its aliases in [`futures`](crate::futures). `H` is who keeps the lock alive,
/// `M` how it is wanted.
///
/// # Cancel safety
/// It does nothing before it is first polled, and may be dropped at any point: it leaves the queue
/// and, if it was just woken, whoever comes next is woken instead. A new one starts at the back.
///
/// # Panics
/// If polled again after it was ready.
#[must_use = "a lock future does nothing until it is awaited"]
pub struct Acquiring<H: Whole, M: Mode<Held: Guards>> {
    acquire: Acquire<H, M>,
}

/// What [`upgrade`](UpgradableGuard::upgrade) of a guard behind `H` returns.
pub type Upgrading<H> = Acquiring<H, Upgrade>;

impl<H: Whole, M: Mode<Held: Guards>> Acquiring<H, M> {
    #[inline(always)]
    #[cfg_attr(feature = "check", track_caller)]
    pub(crate) fn new(handle: H) -> Self
    where
        M: Fresh,
    {
        // SAFETY: `Fresh` modes keep nothing while they wait.
        unsafe { Self::waiting(handle, Wait::new(Site::here())) }
    }

    /// # Safety
    /// As for [`Acquire::new`].
    #[inline(always)]
    pub(crate) unsafe fn waiting(handle: H, wait: Wait) -> Self {
        // SAFETY: the caller's contract.
        Self { acquire: unsafe { Acquire::new(handle, wait) } }
    }

    /// Tells the lock checker that this lock is taken while another one of the same class is held,
    /// in an order that the program sees to. Without the feature `check` it does nothing.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::Mutex;
    ///
    /// let list: Vec<_> = (0..3).map(Mutex::new).collect();
    /// let mut here = list[0].lock().await;
    /// for next in &list[1..] {
    ///     here = next.lock().nested().await; // hand over hand, from the front to the back
    /// }
    /// assert_eq!(*here, 2);
    /// # }
    /// ```
    #[inline(always)]
    pub fn nested(mut self) -> Self {
        self.acquire.map_site(Site::nested);
        self
    }

    /// Who keeps the lock alive, of a future that was never polled: it is `!Unpin`, so one that was
    /// cannot be moved here.
    #[inline]
    pub(crate) fn into_handle(self) -> H {
        self.acquire.into_handle()
    }

    /// True once the guard was handed out; polling again would panic.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let mutex = ironfence::Mutex::new(1);
    /// let mut lock = std::pin::pin!(mutex.lock());
    /// assert!(!lock.is_terminated());
    /// let guard = lock.as_mut().await;
    /// assert!(lock.is_terminated());
    /// # drop(guard) }
    /// ```
    pub fn is_terminated(&self) -> bool {
        self.acquire.is_terminated()
    }
}

impl<H: Whole, M: Mode<Held: Guards>> Future for Acquiring<H, M> {
    type Output = GuardOf<H, M>;

    #[inline(always)]
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        // SAFETY: the only field, never moved out of; `Self` has no `Drop` and is `Unpin` only if
        // the field is.
        let acquire = unsafe { self.map_unchecked_mut(|this| &mut this.acquire) };
        let permit = match budget::take(context) {
            Poll::Ready(unit) => {
                let permit = ready!(acquire.poll(context));
                unit.spend();
                permit
            }
            Poll::Pending => ready!(acquire.queue_at_least(context)),
        };
        Poll::Ready(M::Held::guard(permit))
    }
}

#[cfg(feature = "futures-core")]
impl<H: Whole, M: Mode<Held: Guards>> futures_core::FusedFuture for Acquiring<H, M> {
    fn is_terminated(&self) -> bool {
        Acquiring::is_terminated(self)
    }
}

impl<H: Whole, M: Mode<Held: Guards>> fmt::Debug for Acquiring<H, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Acquiring")
            .field("is_terminated", &self.is_terminated())
            .finish_non_exhaustive()
    }
}

impl<H: Whole<Lock: Lockable<Value = T>>, T: ?Sized> UpgradableGuard<H, T> {
    /// Becomes a write guard when the other readers have left. Nobody writes in between, and new
    /// readers wait meanwhile, so they can't starve it.
    ///
    /// # Cancel safety
    /// The future keeps the upgradable hold while it waits; dropping it releases that. Only one
    /// task can wait so, hence two upgrades can't wait for each other; but a task that holds
    /// another read guard of the same lock waits for itself.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// use ironfence::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let words = RwLock::new(vec!["a"]);
    /// let guard = words.upgradable_read().await;
    /// assert_eq!(*words.read().await, ["a"], "others may read");
    /// if !guard.contains(&"b") {
    ///     RwLockUpgradableReadGuard::upgrade(guard).await.push("b");
    /// }
    /// # }
    /// ```
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn upgrade(this: Self) -> Upgrading<H> {
        let (handle, watched) = Self::into_permit(this).into_handle();
        // SAFETY: the upgradable hold, which is what an upgrade keeps, was the permit's, and is ours since
        // `into_handle`.
        unsafe { Acquiring::waiting(handle, Wait::upgrading(watched, Site::here())) }
    }

    /// As [`UpgradableGuard::upgrade`], waiting with the thread. For code outside async tasks.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_upgrade(this: Self) -> crate::guard::ExclusiveGuard<H, T> {
        crate::block::block_on(Self::upgrade(this))
    }
}

/// The guard, if that needs no waiting.
#[inline]
#[cfg_attr(feature = "check", track_caller)]
pub(crate) fn try_guard<H: Whole, M: Fresh<Held: Guards>>(
    handle: H,
) -> Result<GuardOf<H, M>, TryLockError> {
    try_acquire::<H, M>(handle, Site::here()).map(M::Held::guard).ok_or(TryLockError(()))
}

/// The guard, waiting with the thread.
#[cfg(feature = "std")]
#[cfg_attr(feature = "check", track_caller)]
pub(crate) fn block_for_guard<H: Whole, M: Fresh<Held: Guards>>(handle: H) -> GuardOf<H, M> {
    crate::block::block_on(Acquiring::<H, M>::new(handle))
}

/// A `try_` method would have had to wait.
///
/// [`Mutex::try_lock`](crate::Mutex::try_lock) has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TryLockError(());

impl fmt::Display for TryLockError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("operation would block")
    }
}

impl core::error::Error for TryLockError {}
