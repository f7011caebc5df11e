//! From one way of holding the whole lock to another: downgrades and upgrades.
//!
//! The value is the same, at the same place. That it is there, and that its type outlives what it has to,
//! was true before of the same handle; of its `Reader` it is as well, for that outlives no more
//! ([`Whole`]). What changes is who may write, and the permit proves that.
#![allow(unsafe_code)]

use super::{ExclusiveGuard, SharedGuard, UpgradableGuard};
use crate::{
    acquiring::Acquiring,
    raw::{
        handle::{Shareable, Value, Whole},
        mode::Upgrade,
    },
    watch::{Site, Wait},
};

impl<H: Whole> ExclusiveGuard<H, Value<H>>
where
    H::Lock: Shareable,
{
    /// Turns a write guard into a read guard, without letting anybody write in between. Readers
    /// that wait in front of the queue come in.
    ///
    /// ```
    /// # #[tokio::main(flavor = "current_thread")] async fn main() {
    /// let lock = ironfence::RwLock::new(1);
    /// let mut guard = lock.write().await;
    /// *guard += 1;
    /// let guard = guard.downgrade();
    /// assert_eq!((*guard, *lock.read().await), (2, 2));
    /// # }
    /// ```
    #[inline]
    pub fn downgrade(self) -> SharedGuard<H::Reader, Value<H>> {
        // SAFETY: the same value; the permit says that nobody writes.
        unsafe { SharedGuard::new(self.value, self.permit.downgrade().into_reader()) }
    }

    /// Turns a write guard into an upgradable one, without letting anybody write in between.
    /// Readers that wait in front of the queue come in.
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> UpgradableGuard<H, Value<H>> {
        // SAFETY: the same value; the permit says that nobody writes, and that only we may begin to.
        unsafe { UpgradableGuard::new(this.value, this.permit.downgrade_to_upgradable()) }
    }
}

impl<H: Whole> UpgradableGuard<H, Value<H>> {
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
    pub fn upgrade(this: Self) -> Acquiring<H, Upgrade> {
        let (handle, watched) = this.permit.into_handle();
        // SAFETY: the upgradable hold, which is what an upgrade keeps, was the permit's, and is ours since
        // `into_handle`.
        unsafe { Acquiring::waiting(handle, Wait::upgrading(watched, Site::here())) }
    }

    /// As [`UpgradableGuard::upgrade`], waiting with the thread. For code outside async tasks.
    #[cfg(feature = "std")]
    #[cfg_attr(feature = "check", track_caller)]
    pub fn blocking_upgrade(this: Self) -> ExclusiveGuard<H, Value<H>> {
        crate::block::block_on(Self::upgrade(this))
    }

    /// Becomes a write guard if nobody else reads.
    ///
    /// # Errors
    /// The guard as it was, if somebody reads.
    #[inline]
    pub fn try_upgrade(this: Self) -> Result<ExclusiveGuard<H, Value<H>>, Self> {
        let Self { value, permit } = this;
        match permit.try_upgrade() {
            // SAFETY: the same value; the permit says that nobody else has it.
            Ok(permit) => Ok(unsafe { ExclusiveGuard::new(value, permit) }),
            // SAFETY: it is the guard as it was.
            Err(permit) => Err(unsafe { Self::new(value, permit) }),
        }
    }

    /// Becomes a read guard: another one may be upgradable now.
    #[inline]
    pub fn downgrade(this: Self) -> SharedGuard<H::Reader, Value<H>> {
        // SAFETY: the same value; the permit says that nobody writes.
        unsafe { SharedGuard::new(this.value, this.permit.downgrade().into_reader()) }
    }

    /// The lock that this guard was taken from.
    pub fn rwlock(this: &Self) -> &H {
        this.handle()
    }
}
