//! What is held and waited for now, by whom.
//!
//! Kept in shards by task, so that two tasks hardly ever meet, and a task finds what it holds in one
//! place. As much memory as there are live guards and waiters.
#![allow(unsafe_code)]

use alloc::{sync::Arc, vec::Vec};
use core::{
    cell::UnsafeCell,
    panic::Location,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::tasks::Task;
use crate::{
    sync::relax,
    watch::{
        Way,
        class::{Class, Whole},
    },
};

/// A hold of a lock.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) number: u64,
    pub(crate) task: Task,
    /// The address of the lock's mark.
    pub(crate) lock: usize,
    pub(crate) class: &'static Class,
    pub(crate) whole: Whole,
    pub(crate) way: Way,
    /// How many guards share it.
    pub(crate) parts: u32,
    pub(crate) place: &'static Location<'static>,
    pub(crate) since: u64,
    /// The task's poll in which it was taken.
    pub(crate) poll: u64,
    pub(crate) is_direct: bool,
    /// The guard may be elsewhere by now: it borrows nothing.
    pub(crate) may_travel: bool,
    /// Of one set of locks, which is taken in ascending order; 0 for none.
    pub(crate) set: u64,
    /// It has no permit at the moment.
    pub(crate) is_left: bool,
}

/// A lock future that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    /// In the order in which they began.
    pub(crate) number: u64,
    pub(crate) task: Task,
    pub(crate) lock: usize,
    pub(crate) class: &'static Class,
    pub(crate) way: Way,
    pub(crate) place: &'static Location<'static>,
    pub(crate) since: u64,
    /// The task's poll in which it was polled last.
    pub(crate) poll: u64,
    pub(crate) is_direct: bool,
    pub(crate) is_blocking: bool,
    /// The last poll has ended without the lock.
    pub(crate) is_asleep: bool,
    pub(crate) woken: Arc<Woken>,
}

/// When a waiter was woken: 0 for not yet.
#[derive(Debug, Default)]
pub(crate) struct Woken(AtomicU64);

impl Woken {
    pub(crate) fn now(&self, now: u64) {
        self.0.store(now.max(1), Ordering::SeqCst);
    }

    pub(crate) fn at(&self) -> Option<u64> {
        Some(self.0.load(Ordering::SeqCst)).filter(|&at| at > 0)
    }
}

impl Waiting {
    /// Polled, and nobody has woken it since.
    pub(crate) fn sleeps(&self) -> bool {
        self.is_asleep && self.woken.at().is_none()
    }
}

#[derive(Debug)]
pub(crate) struct Live {
    last: u64,
    pub(crate) held: Vec<Held>,
    pub(crate) waiting: Vec<Waiting>,
}

/// On cache lines of its own. Its lock is a bit that others spin on: the sections are a few moves,
/// without foreign code, and it is taken twice in each acquisition.
#[repr(align(128))]
struct Shard {
    is_locked: AtomicBool,
    live: UnsafeCell<Live>,
}

// SAFETY: `live` is reached by `with` alone, by one thread at a time; all of it is `Send`.
unsafe impl Sync for Shard {}

const SHARDS: usize = 64;
static LEDGER: [Shard; SHARDS] = [const {
    Shard {
        is_locked: AtomicBool::new(false),
        live: UnsafeCell::new(Live { last: 0, held: Vec::new(), waiting: Vec::new() }),
    }
}; SHARDS];

impl Shard {
    #[inline]
    fn with<R>(&self, work: impl FnOnce(&mut Live) -> R) -> R {
        /// Unlocks, also when the allocator panics.
        struct Unlock<'a>(&'a AtomicBool);
        impl Drop for Unlock<'_> {
            fn drop(&mut self) {
                // ORDERING: Release, with the Acquire below.
                self.0.store(false, Ordering::Release);
            }
        }
        let mut round = 0;
        // ORDERING: Acquire, with the Release in `Unlock`.
        while self.is_locked.swap(true, Ordering::Acquire) {
            relax(round);
            round += 1;
        }
        let _unlock = Unlock(&self.is_locked);
        // SAFETY: the bit was clear and is set, so nobody else is here until `_unlock` is dropped; the
        // closures of this crate that come here do not come here again for the same shard.
        work(unsafe { &mut *self.live.get() })
    }
}

impl Task {
    fn shard(self) -> &'static Shard {
        &LEDGER[self.number() as usize % SHARDS]
    }
}

impl Live {
    /// The number of the next hold.
    pub(crate) fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn position(&self, number: u64) -> Option<usize> {
        self.held.iter().rposition(|held| held.number == number)
    }

    /// One guard less; the last one takes the hold with it.
    #[inline]
    pub(crate) fn release(&mut self, number: u64) {
        match self.position(number) {
            None => {}
            Some(at) if self.held[at].parts > 1 => self.held[at].parts -= 1,
            // The latest, as a rule: nothing is moved.
            Some(at) if at + 1 == self.held.len() => self.held.truncate(at),
            Some(at) => _ = self.held.swap_remove(at),
        }
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Held> {
        self.position(number).map(|at| self.held.swap_remove(at))
    }

    pub(crate) fn find(&mut self, number: u64) -> Option<&mut Held> {
        self.position(number).map(|at| &mut self.held[at])
    }
}

/// Works on the shard of a task.
#[inline]
pub(crate) fn with<R>(task: Task, work: impl FnOnce(&mut Live) -> R) -> R {
    task.shard().with(work)
}

/// Finds the hold of a lock that has no permit now: that of `task`, if there are several.
pub(crate) fn take_up(address: usize, task: Task) -> Option<(Task, u64)> {
    let find = |shard: &Shard, mine: bool| {
        shard.with(|live| {
            let is_it = |held: &&mut Held| {
                held.is_left && held.lock == address && (!mine || held.task == task)
            };
            let held = live.held.iter_mut().find(is_it)?;
            held.is_left = false;
            Some((held.task, held.number))
        })
    };
    find(task.shard(), true).or_else(|| LEDGER.iter().find_map(|shard| find(shard, false)))
}

/// All that a task holds and waits for.
pub(crate) fn of(task: Task) -> (Vec<Held>, Vec<Waiting>) {
    with(task, |live| {
        let held = live.held.iter().filter(|held| held.task == task).cloned();
        let waiting = live.waiting.iter().filter(|waiting| waiting.task == task).cloned();
        (held.collect(), waiting.collect())
    })
}

/// Works on all of it, shard by shard: what is seen of two tasks need not have been so at one moment.
fn with_each(mut work: impl FnMut(&mut Live)) {
    LEDGER.iter().for_each(|shard| shard.with(&mut work));
}

/// Forgets all who hold a lock, or wait for it.
pub(crate) fn forget(address: usize) {
    with_each(|live| {
        live.held.retain(|held| held.lock != address);
        live.waiting.retain(|waiting| waiting.lock != address);
    });
}

/// Who holds a lock.
pub(crate) fn holders(lock: usize) -> Vec<Task> {
    let mut tasks = Vec::new();
    with_each(|live| {
        tasks.extend(live.held.iter().filter(|held| held.lock == lock).map(|held| held.task));
    });
    tasks
}

/// Those who sleep until they have a lock alone, in the order in which they began.
pub(crate) fn writers(lock: usize) -> Vec<Waiting> {
    let mut writers = Vec::new();
    let is_it = |it: &&Waiting| {
        it.lock == lock && matches!(it.way, Way::Exclusive | Way::Upgrade) && it.sleeps()
    };
    with_each(|live| writers.extend(live.waiting.iter().filter(is_it).cloned()));
    writers.sort_unstable_by_key(|waiting| waiting.number);
    writers
}

/// Who waits.
pub(crate) fn waiters() -> Vec<Task> {
    let mut tasks = Vec::new();
    with_each(|live| tasks.extend(live.waiting.iter().map(|waiting| waiting.task)));
    tasks
}

/// All that is held, and all who wait, in the order in which they began.
pub(crate) fn all() -> (Vec<Held>, Vec<Waiting>) {
    let (mut held, mut waiting) = (Vec::new(), Vec::new());
    with_each(|live| {
        held.extend_from_slice(&live.held);
        waiting.extend_from_slice(&live.waiting);
    });
    waiting.sort_unstable_by_key(|waiting| waiting.number);
    (held, waiting)
}
