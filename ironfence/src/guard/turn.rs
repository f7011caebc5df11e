//! From one way of holding the whole lock to another: downgrades, and upgrades that need no waiting (the
//! others are futures, in [`acquiring`](crate::acquiring)).
//!
//! The value is the same, at the same place. That it is there, and that its type outlives what it has to,
//! was true before of the same handle; of its `Reader` it is as well, for that outlives no more
//! ([`Whole`]). What changes is who may write, and the permit proves that.
#![allow(unsafe_code)]

use super::{Downgraded, ExclusiveGuard, SharedGuard, UpgradableGuard};
use crate::raw::{
    handle::{Handle, Lockable, Shareable, Whole},
    permit::{Permit, Upgradable},
};

impl<H: Whole<Lock: Shareable + Lockable<Value = T>>, T: ?Sized> ExclusiveGuard<H, T> {
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
    pub fn downgrade(self) -> Downgraded<H, T> {
        // SAFETY: the same value; the permit says that nobody writes.
        unsafe { SharedGuard::new(self.value, self.permit.downgrade().into_reader()) }
    }

    /// Turns a write guard into an upgradable one, without letting anybody write in between.
    /// Readers that wait in front of the queue come in.
    ///
    /// [`upgrade`](UpgradableGuard::upgrade) goes the other way.
    #[inline]
    pub fn downgrade_to_upgradable(this: Self) -> UpgradableGuard<H, T> {
        // SAFETY: the same value; the permit says that nobody writes, and that only we may begin to.
        unsafe { UpgradableGuard::new(this.value, this.permit.downgrade_to_upgradable()) }
    }
}

impl<H: Whole<Lock: Lockable<Value = T>>, T: ?Sized> UpgradableGuard<H, T> {
    /// Becomes a write guard if nobody else reads.
    ///
    /// # Errors
    /// The guard as it was, if somebody reads.
    ///
    /// ```
    /// use ironfence::{RwLock, RwLockUpgradableReadGuard};
    ///
    /// let lock = RwLock::new(1);
    /// let (guard, reader) = (lock.try_upgradable_read()?, lock.try_read()?);
    /// let Err(guard) = RwLockUpgradableReadGuard::try_upgrade(guard) else { panic!("somebody reads") };
    /// drop(reader);
    /// let Ok(mut guard) = RwLockUpgradableReadGuard::try_upgrade(guard) else { panic!("nobody reads") };
    /// *guard += 1;
    /// # Ok::<_, ironfence::TryLockError>(())
    /// ```
    #[inline]
    pub fn try_upgrade(this: Self) -> Result<ExclusiveGuard<H, T>, Self> {
        let Self { value, permit } = this;
        match permit.try_upgrade() {
            // SAFETY: the same value; the permit says that nobody else has it.
            Ok(permit) => Ok(unsafe { ExclusiveGuard::new(value, permit) }),
            // SAFETY: it is the guard as it was.
            Err(permit) => Err(unsafe { Self::new(value, permit) }),
        }
    }

    /// Becomes a read guard, as [`ExclusiveGuard::downgrade`] of a write guard: another one may be upgradable now.
    #[inline]
    pub fn downgrade(this: Self) -> Downgraded<H, T> {
        // SAFETY: the same value; the permit says that nobody writes.
        unsafe { SharedGuard::new(this.value, this.permit.downgrade().into_reader()) }
    }

    /// The lock that this guard was taken from: the [`RwLock`](crate::RwLock), or the `Arc` of it.
    pub fn rwlock(this: &Self) -> &H {
        this.handle()
    }
}

impl<H: Handle, T: ?Sized> UpgradableGuard<H, T> {
    /// The proof alone, for who goes on with it.
    #[inline]
    pub(crate) fn into_permit(this: Self) -> Permit<H, Upgradable> {
        this.permit
    }
}
