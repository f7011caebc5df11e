//! How a lock of the core is asked for and held, for both locks and all ways.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use ironfence::{
    Mutex, OwnedMutexGuard, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard,
    OwnedRwLockWriteGuard, RwLock, futures,
};

/// A way to take a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Lock,
    Read,
    Upgradable,
    Write,
}

/// A lock of the core, without a value: that lies beside it, in the Python object.
#[derive(Clone, Debug)]
pub(crate) enum Core {
    Mutex(Arc<Mutex<()>>),
    RwLock(Arc<RwLock<()>>),
}

/// A lock of the core that is held. Dropping it releases, and so may call Python.
#[derive(Debug)]
#[expect(dead_code, reason = "a guard is for being dropped")]
pub(crate) enum Hold {
    Lock(OwnedMutexGuard<()>),
    Read(OwnedRwLockReadGuard<()>),
    Upgradable(OwnedRwLockUpgradableReadGuard<()>),
    Write(OwnedRwLockWriteGuard<()>),
}

/// A lock of the core that is waited for. Dropping it leaves the queue, and so may call Python.
#[derive(Debug)]
pub(crate) enum Wanted {
    Lock(Pin<Box<futures::LockOwned<()>>>),
    Read(Pin<Box<futures::ReadOwned<()>>>),
    Upgradable(Pin<Box<futures::UpgradableReadOwned<()>>>),
    Write(Pin<Box<futures::WriteOwned<()>>>),
    Upgrade(Pin<Box<futures::UpgradeOwned<()>>>),
}

impl Mode {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lock => "lock",
            Self::Read => "read",
            Self::Upgradable => "upgradable_read",
            Self::Write => "write",
        }
    }

    pub(crate) fn is_exclusive(self) -> bool {
        matches!(self, Self::Lock | Self::Write)
    }

    /// Does one who wants it so wait for one who has it as `held`?
    pub(crate) fn waits_for(self, held: Self) -> bool {
        match self {
            Self::Read => held.is_exclusive(),
            Self::Upgradable => held != Self::Read,
            Self::Lock | Self::Write => true,
        }
    }
}

impl Core {
    /// The lock, if that needs no waiting.
    #[inline]
    pub(crate) fn try_take(&self, mode: Mode) -> Option<Hold> {
        match self {
            Self::Mutex(mutex) => mutex.clone().try_lock_owned().ok().map(Hold::Lock),
            Self::RwLock(rwlock) => match mode {
                Mode::Read => rwlock.clone().try_read_owned().ok().map(Hold::Read),
                Mode::Upgradable => {
                    rwlock.clone().try_upgradable_read_owned().ok().map(Hold::Upgradable)
                }
                Mode::Lock | Mode::Write => rwlock.clone().try_write_owned().ok().map(Hold::Write),
            },
        }
    }

    /// A place in the queue, from the first poll on.
    pub(crate) fn take(&self, mode: Mode) -> Wanted {
        match self {
            Self::Mutex(mutex) => Wanted::Lock(Box::pin(mutex.clone().lock_owned())),
            Self::RwLock(rwlock) => match mode {
                Mode::Read => Wanted::Read(Box::pin(rwlock.clone().read_owned())),
                Mode::Upgradable => {
                    Wanted::Upgradable(Box::pin(rwlock.clone().upgradable_read_owned()))
                }
                Mode::Lock | Mode::Write => Wanted::Write(Box::pin(rwlock.clone().write_owned())),
            },
        }
    }
}

impl Hold {
    /// The right to read, of one who may write. Readers that wait may come in.
    pub(crate) fn downgrade(self, mode: Mode) -> Self {
        match (self, mode) {
            (Self::Write(guard), Mode::Upgradable) => {
                Self::Upgradable(OwnedRwLockWriteGuard::downgrade_to_upgradable(guard))
            }
            (Self::Write(guard), Mode::Read) => Self::Read(guard.downgrade()),
            (Self::Upgradable(guard), Mode::Read) => {
                Self::Read(OwnedRwLockUpgradableReadGuard::downgrade(guard))
            }
            (same, _) => same,
        }
    }

    /// The right to write, of one who may upgrade.
    pub(crate) fn upgrade(self) -> Result<Wanted, Self> {
        match self {
            Self::Upgradable(guard) => {
                Ok(Wanted::Upgrade(Box::pin(OwnedRwLockUpgradableReadGuard::upgrade(guard))))
            }
            other => Err(other),
        }
    }
}

impl Wanted {
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Hold> {
        match self {
            Self::Lock(future) => future.as_mut().poll(context).map(Hold::Lock),
            Self::Read(future) => future.as_mut().poll(context).map(Hold::Read),
            Self::Upgradable(future) => future.as_mut().poll(context).map(Hold::Upgradable),
            Self::Write(future) => future.as_mut().poll(context).map(Hold::Write),
            Self::Upgrade(future) => future.as_mut().poll(context).map(Hold::Write),
        }
    }
}
