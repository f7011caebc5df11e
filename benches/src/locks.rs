//! What the libraries have in common: a trait for mutexes, one for rwlocks, both around a counter.
//!
//! Every workload is written once over these, so each library is used in the same way: its own
//! future is awaited, its own guard is dropped.

mod mutexes;
mod rwlocks;
mod ways;

use std::{
    future::Future,
    ops::{Deref, DerefMut},
};

use crate::library::Library;

pub(crate) use rwlocks::Swapped;
pub(crate) use ways::{ForWays, Way, What};

/// A mutex around the counter that is to equal the work done.
pub(crate) trait MutexLike: Send + Sync + Sized + 'static {
    const LIBRARY: Library;

    type Guard<'a>: DerefMut<Target = u64> + Send;

    fn new() -> Self;

    fn lock(&self) -> impl Future<Output = Self::Guard<'_>> + Send;

    fn try_lock(&self) -> Option<Self::Guard<'_>>;

    /// Of the same lock around nothing.
    const EMPTY_SIZE: usize;
}

/// An rwlock around the counter of writes.
pub(crate) trait RwLockLike: Send + Sync + Sized + 'static {
    const LIBRARY: Library;

    type Read<'a>: Deref<Target = u64> + Send;
    type Write<'a>: DerefMut<Target = u64> + Send;

    fn new() -> Self;

    fn read(&self) -> impl Future<Output = Self::Read<'_>> + Send;

    fn write(&self) -> impl Future<Output = Self::Write<'_>> + Send;

    fn try_read(&self) -> Option<Self::Read<'_>>;

    fn try_write(&self) -> Option<Self::Write<'_>>;

    /// Of the same lock around nothing.
    const EMPTY_SIZE: usize;
}

/// Something to measure with every mutex.
pub(crate) trait ForMutexes {
    type Made;

    fn make<M: MutexLike>(&self) -> Self::Made;

    /// What it makes of each library's mutex.
    fn for_each(&self) -> Vec<(Library, Self::Made)>
    where
        Self: Sized,
    {
        mutexes::for_each(self)
    }
}

/// Something to measure with every rwlock.
pub(crate) trait ForRwLocks {
    type Made;

    fn make<L: RwLockLike>(&self) -> Self::Made;

    /// What it makes of each library's rwlock. Not every library has one.
    fn for_each(&self) -> Vec<(Library, Self::Made)>
    where
        Self: Sized,
    {
        rwlocks::for_each(self)
    }
}

/// A guard of a lock that makes threads wait.
///
/// Such guards are not `Send`, which a task must be. The workloads never hold one across an
/// `.await` that returns `Pending` (the rows that would leave these libraries out), so it is
/// dropped by the thread that made it.
pub(crate) struct OnOneThread<G>(G);

#[allow(unsafe_code)]
// SAFETY: as said above, it never does go to another thread.
unsafe impl<G> Send for OnOneThread<G> {}

impl<G: Deref> Deref for OnOneThread<G> {
    type Target = G::Target;

    #[inline(always)]
    fn deref(&self) -> &G::Target {
        &self.0
    }
}

impl<G: DerefMut> DerefMut for OnOneThread<G> {
    #[inline(always)]
    fn deref_mut(&mut self) -> &mut G::Target {
        &mut self.0
    }
}
