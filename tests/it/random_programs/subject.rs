//! The lock under test: every way to take it, and every kind of guard that comes out.

use std::{future::Future, panic::resume_unwind, pin::Pin, sync::Arc};

use futures::FutureExt as _;
use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard,
    OwnedRwLockWriteGuard, RwLock, RwLockMappedWriteGuard, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard, TryLockError,
};

use super::model::{Cells, Mode, WIDTH};

/// A lock over some cells, so that a guard can be split again and again.
#[derive(Debug)]
pub(super) enum Subject {
    RwLock(Arc<RwLock<[u64]>>),
    Mutex(Arc<Mutex<[u64]>>),
}

/// A way to ask for the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Read,
    ReadOwned,
    WithRead,
    Recursive,
    Upgradable,
    UpgradableOwned,
    Write,
    WriteOwned,
    WithWrite,
    /// The closure panics.
    WithPanic,
    /// Not by itself, but out of an upgradable guard: see [`Held::upgrade`].
    Upgrade,
}

/// Both locks have these.
pub(super) const EXCLUSIVE_KINDS: &[Kind] =
    &[Kind::Write, Kind::WriteOwned, Kind::WithWrite, Kind::WithPanic];

/// An rwlock has these.
pub(super) const ALL_KINDS: &[Kind] = &[
    Kind::Read,
    Kind::Write,
    Kind::ReadOwned,
    Kind::WriteOwned,
    Kind::WithRead,
    Kind::WithWrite,
    Kind::WithPanic,
    Kind::Upgradable,
    Kind::UpgradableOwned,
    Kind::Recursive,
];

impl Kind {
    pub(super) fn mode(self) -> Mode {
        match self {
            Kind::Read | Kind::ReadOwned | Kind::WithRead => Mode::Read,
            Kind::Recursive => Mode::Recursive,
            Kind::Upgradable | Kind::UpgradableOwned => Mode::Upgradable,
            Kind::Write | Kind::WriteOwned | Kind::WithWrite | Kind::WithPanic => Mode::Write,
            Kind::Upgrade => Mode::Upgrade,
        }
    }
}

/// What a future ends in.
pub(super) enum Outcome<'l> {
    Guard(Held<'l>),
    /// The lock was taken and released within the poll; these were the cells before the closure
    /// added one to each (if it was one that writes).
    Done(Cells),
}

pub(super) type Taking<'l> = Pin<Box<dyn Future<Output = Outcome<'l>> + 'l>>;

fn copy(cells: &[u64]) -> Cells {
    cells.try_into().expect("the whole lock is seen")
}

/// Adds one to each cell; returns what was there.
pub(super) fn bump(cells: &mut [u64]) -> Cells {
    let mut before = [0; WIDTH];
    before[..cells.len()].copy_from_slice(cells);
    cells.iter_mut().for_each(|cell| *cell += 1);
    before
}

impl Subject {
    pub(super) fn rwlock() -> Self {
        Subject::RwLock(Arc::new(RwLock::new([0; WIDTH])))
    }

    pub(super) fn mutex() -> Self {
        Subject::Mutex(Arc::new(Mutex::new([0; WIDTH])))
    }

    /// How many keep the lock alive, this one included.
    pub(super) fn owners(&self) -> usize {
        match self {
            Subject::RwLock(lock) => Arc::strong_count(lock),
            Subject::Mutex(mutex) => Arc::strong_count(mutex),
        }
    }

    pub(super) fn shown(&self) -> String {
        match self {
            Subject::RwLock(lock) => format!("{lock:?}"),
            Subject::Mutex(mutex) => format!("{mutex:?}"),
        }
    }

    /// A future, not polled yet.
    pub(super) fn start(&self, kind: Kind) -> Taking<'_> {
        use Outcome::{Done, Guard};
        match self {
            Subject::RwLock(lock) => match kind {
                Kind::Read => Box::pin(lock.read().map(|it| Guard(Held::Read(it)))),
                Kind::ReadOwned => {
                    Box::pin(lock.clone().read_owned().map(|it| Guard(Held::ReadOwned(it))))
                }
                Kind::WithRead => Box::pin(lock.with_read(copy).map(Done)),
                Kind::Recursive => Box::pin(lock.read_recursive().map(|it| Guard(Held::Read(it)))),
                Kind::Upgradable => {
                    Box::pin(lock.upgradable_read().map(|it| Guard(Held::Upgradable(it))))
                }
                Kind::UpgradableOwned => Box::pin(
                    lock.clone().upgradable_read_owned().map(|it| Guard(Held::UpgradableOwned(it))),
                ),
                Kind::Write => Box::pin(lock.write().map(|it| Guard(Held::Write(it)))),
                Kind::WriteOwned => {
                    Box::pin(lock.clone().write_owned().map(|it| Guard(Held::WriteOwned(it))))
                }
                Kind::WithWrite => Box::pin(lock.with_write(bump).map(Done)),
                Kind::WithPanic => Box::pin(
                    lock.with_write(|cells| resume_unwind(Box::new(bump(cells)))).map(Done),
                ),
                Kind::Upgrade => unreachable!("an upgrade starts from a guard"),
            },
            Subject::Mutex(mutex) => match kind {
                Kind::Write => Box::pin(mutex.lock().map(|it| Guard(Held::Lock(it)))),
                Kind::WriteOwned => {
                    Box::pin(mutex.clone().lock_owned().map(|it| Guard(Held::LockOwned(it))))
                }
                Kind::WithWrite => Box::pin(mutex.with(bump).map(Done)),
                Kind::WithPanic => {
                    Box::pin(mutex.with(|cells| resume_unwind(Box::new(bump(cells)))).map(Done))
                }
                _ => unreachable!("a mutex is not read"),
            },
        }
    }

    /// The guard, if it is to be had at once. (There is no `try_with`: it is the guard then.)
    pub(super) fn try_take(&self, kind: Kind) -> Result<Held<'_>, TryLockError> {
        match self {
            Subject::RwLock(lock) => match kind {
                Kind::ReadOwned => lock.clone().try_read_owned().map(Held::ReadOwned),
                Kind::WriteOwned => lock.clone().try_write_owned().map(Held::WriteOwned),
                Kind::Recursive => lock.try_read_recursive().map(Held::Read),
                Kind::Upgradable => lock.try_upgradable_read().map(Held::Upgradable),
                Kind::UpgradableOwned => {
                    lock.clone().try_upgradable_read_owned().map(Held::UpgradableOwned)
                }
                _ if kind.mode() == Mode::Read => lock.try_read().map(Held::Read),
                _ => lock.try_write().map(Held::Write),
            },
            Subject::Mutex(mutex) => match kind {
                Kind::WriteOwned => mutex.clone().try_lock_owned().map(Held::LockOwned),
                _ => mutex.try_lock().map(Held::Lock),
            },
        }
    }
}

/// A guard, of the whole lock or of some of its cells.
pub(super) enum Held<'l> {
    Read(RwLockReadGuard<'l, [u64]>),
    ReadOwned(OwnedRwLockReadGuard<[u64]>),
    Upgradable(RwLockUpgradableReadGuard<'l, [u64]>),
    UpgradableOwned(OwnedRwLockUpgradableReadGuard<[u64]>),
    Write(RwLockWriteGuard<'l, [u64]>),
    WriteOwned(OwnedRwLockWriteGuard<[u64]>),
    Lock(MutexGuard<'l, [u64]>),
    LockOwned(OwnedMutexGuard<[u64]>),
    Part(RwLockMappedWriteGuard<'l, [u64]>),
    LockPart(MappedMutexGuard<'l, [u64]>),
    PartOwned(OwnedRwLockMappedWriteGuard<[u64]>),
    LockPartOwned(OwnedMappedMutexGuard<[u64]>),
}

/// One expression for several kinds of guard.
macro_rules! each {
    ($held:expr, $guard:ident => $work:expr, $($Variant:ident)*) => {
        match $held {
            $(Held::$Variant($guard) => Some($work),)*
            #[allow(unreachable_patterns)]
            _ => None,
        }
    };
}

impl<'l> Held<'l> {
    pub(super) fn mode(&self) -> Mode {
        match self {
            Held::Read(_) | Held::ReadOwned(_) => Mode::Read,
            Held::Upgradable(_) | Held::UpgradableOwned(_) => Mode::Upgradable,
            _ => Mode::Write,
        }
    }

    pub(super) fn cells(&self) -> &[u64] {
        each!(self, guard => &**guard,
            Read ReadOwned Upgradable UpgradableOwned Write WriteOwned Lock LockOwned LockPart Part
            PartOwned LockPartOwned)
        .expect("every guard has cells")
    }

    /// The cells, if they may be written.
    pub(super) fn cells_mut(&mut self) -> Option<&mut [u64]> {
        each!(self, guard => &mut **guard,
            Write WriteOwned Lock LockOwned LockPart Part PartOwned LockPartOwned)
    }

    /// A read guard of the same, or the guard as it was if it cannot be downgraded.
    pub(super) fn downgrade(self, mapping: bool) -> Result<Self, Self> {
        Ok(match self {
            Held::Write(guard) if mapping => {
                Held::Read(RwLockWriteGuard::downgrade_map(guard, |cells| cells))
            }
            Held::WriteOwned(guard) if mapping => {
                Held::ReadOwned(OwnedRwLockWriteGuard::downgrade_map(guard, |cells| cells))
            }
            Held::Upgradable(guard) if mapping => {
                Held::Read(RwLockUpgradableReadGuard::map(guard, |cells| cells))
            }
            Held::UpgradableOwned(guard) if mapping => {
                Held::ReadOwned(OwnedRwLockUpgradableReadGuard::map(guard, |cells| cells))
            }
            Held::Upgradable(guard) => Held::Read(RwLockUpgradableReadGuard::downgrade(guard)),
            Held::UpgradableOwned(guard) => {
                Held::ReadOwned(OwnedRwLockUpgradableReadGuard::downgrade(guard))
            }
            Held::Write(guard) => Held::Read(guard.downgrade()),
            Held::WriteOwned(guard) => Held::ReadOwned(guard.downgrade()),
            other => return Err(other),
        })
    }

    /// An upgradable guard of the same, or the guard as it was if it is none that writes.
    pub(super) fn downgrade_to_upgradable(self) -> Result<Self, Self> {
        Ok(match self {
            Held::Write(guard) => {
                Held::Upgradable(RwLockWriteGuard::downgrade_to_upgradable(guard))
            }
            Held::WriteOwned(guard) => {
                Held::UpgradableOwned(OwnedRwLockWriteGuard::downgrade_to_upgradable(guard))
            }
            other => return Err(other),
        })
    }

    /// The future of a write guard, out of an upgradable one.
    pub(super) fn upgrade(self) -> Result<Taking<'l>, Self> {
        Ok(match self {
            Held::Upgradable(guard) => Box::pin(
                RwLockUpgradableReadGuard::upgrade(guard).map(|it| Outcome::Guard(Held::Write(it))),
            ),
            Held::UpgradableOwned(guard) => Box::pin(
                OwnedRwLockUpgradableReadGuard::upgrade(guard)
                    .map(|it| Outcome::Guard(Held::WriteOwned(it))),
            ),
            other => return Err(other),
        })
    }

    /// A write guard out of an upgradable one, if that needs no waiting.
    pub(super) fn try_upgrade(self) -> Result<Self, Self> {
        match self {
            Held::Upgradable(guard) => RwLockUpgradableReadGuard::try_upgrade(guard)
                .map(Held::Write)
                .map_err(Held::Upgradable),
            Held::UpgradableOwned(guard) => OwnedRwLockUpgradableReadGuard::try_upgrade(guard)
                .map(Held::WriteOwned)
                .map_err(Held::UpgradableOwned),
            other => Err(other),
        }
    }

    /// The guard without its first cell; as it was, if it has no more than that.
    pub(super) fn map(self) -> Result<Self, Self> {
        Ok(match self {
            held if held.cells().len() < 2 => return Err(held),
            Held::Read(guard) => Held::Read(RwLockReadGuard::map(guard, |it| &it[1..])),
            Held::ReadOwned(guard) => {
                Held::ReadOwned(OwnedRwLockReadGuard::map(guard, |it| &it[1..]))
            }
            Held::Upgradable(guard) => {
                Held::Read(RwLockUpgradableReadGuard::map(guard, |it| &it[1..]))
            }
            Held::UpgradableOwned(guard) => {
                Held::ReadOwned(OwnedRwLockUpgradableReadGuard::map(guard, |it| &it[1..]))
            }
            Held::Write(guard) => Held::Part(RwLockWriteGuard::map(guard, |it| &mut it[1..])),
            Held::WriteOwned(guard) => {
                Held::PartOwned(OwnedRwLockWriteGuard::map(guard, |it| &mut it[1..]))
            }
            Held::Lock(guard) => Held::LockPart(MutexGuard::map(guard, |it| &mut it[1..])),
            Held::LockOwned(guard) => {
                Held::LockPartOwned(OwnedMutexGuard::map(guard, |it| &mut it[1..]))
            }
            Held::LockPart(guard) => {
                Held::LockPart(MappedMutexGuard::map(guard, |it| &mut it[1..]))
            }
            Held::Part(guard) => Held::Part(RwLockMappedWriteGuard::map(guard, |it| &mut it[1..])),
            Held::PartOwned(guard) => {
                Held::PartOwned(OwnedRwLockMappedWriteGuard::map(guard, |it| &mut it[1..]))
            }
            Held::LockPartOwned(guard) => {
                Held::LockPartOwned(OwnedMappedMutexGuard::map(guard, |it| &mut it[1..]))
            }
        })
    }

    /// A guard of the first cell and one of the others; as it was, if it has no others or is for
    /// reading.
    pub(super) fn split(self) -> Result<(Self, Self), Self> {
        /// The two halves, in the variant that both are of.
        macro_rules! halves {
            ($Guard:ident, $guard:ident, $Part:ident) => {{
                let (first, rest) = $Guard::split($guard, |cells| cells.split_at_mut(1));
                (Held::$Part(first), Held::$Part(rest))
            }};
        }
        Ok(match self {
            held if held.cells().len() < 2 => return Err(held),
            Held::Write(guard) => halves!(RwLockWriteGuard, guard, Part),
            Held::WriteOwned(guard) => halves!(OwnedRwLockWriteGuard, guard, PartOwned),
            Held::Lock(guard) => halves!(MutexGuard, guard, LockPart),
            Held::LockOwned(guard) => halves!(OwnedMutexGuard, guard, LockPartOwned),
            Held::LockPart(guard) => halves!(MappedMutexGuard, guard, LockPart),
            Held::Part(guard) => halves!(RwLockMappedWriteGuard, guard, Part),
            Held::PartOwned(guard) => halves!(OwnedRwLockMappedWriteGuard, guard, PartOwned),
            Held::LockPartOwned(guard) => halves!(OwnedMappedMutexGuard, guard, LockPartOwned),
            reading => return Err(reading),
        })
    }
}
