//! What is held and waited for now, by whom.
//!
//! Kept in shards by task, so that two tasks hardly ever meet, and a task finds what it holds in one
//! place. As much memory as there are live guards and waiters.
#![allow(unsafe_code)]

use alloc::{collections::BTreeMap, sync::Arc, vec::Vec};
use core::{
    cell::UnsafeCell,
    panic::Location,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::{tasks::Task, trial::Home};
use crate::{
    sync::relax,
    watch::{
        Way,
        class::{Class, Identity, Whole},
    },
};

/// A lock, as somebody has it or wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Claim {
    pub(crate) task: Task,
    /// Whose a report about it is.
    pub(crate) home: Home,
    /// The address of the lock's mark.
    pub(crate) lock: usize,
    pub(crate) class: &'static Class,
    /// What its value is called: 0 for nothing.
    pub(crate) value: u32,
    pub(crate) whole: Whole,
    pub(crate) level: u8,
    pub(crate) way: Way,
    pub(crate) place: &'static Location<'static>,
    /// Of one set of locks, which is taken in ascending order; 0 for none.
    pub(crate) set: u64,
}

impl Claim {
    #[inline]
    pub(crate) fn new(
        mark: &Identity,
        (task, home): (Task, Home),
        way: Way,
        (place, set): (&'static Location<'static>, u64),
    ) -> Self {
        Self {
            task,
            home: home.at(mark),
            lock: mark.address(),
            class: mark.class(),
            value: mark.value(),
            whole: mark.whole(),
            level: mark.level(),
            way,
            place,
            set,
        }
    }
}

/// A hold of a lock.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) claim: Claim,
    pub(crate) number: u64,
    /// How many guards share it; 0 if it is over.
    pub(crate) parts: u32,
    pub(crate) since: u64,
    /// The task's poll in which it was taken.
    pub(crate) poll: u64,
    pub(crate) is_direct: bool,
    /// The guard may be elsewhere by now: it borrows nothing.
    pub(crate) may_travel: bool,
    /// It has no permit at the moment.
    pub(crate) is_left: bool,
}

/// A lock future that waits.
#[derive(Clone, Debug)]
pub(crate) struct Waiting {
    pub(crate) claim: Claim,
    /// In the order in which they began.
    pub(crate) number: u64,
    /// How many may read the lock at once, if there is a limit.
    pub(crate) max_readers: Option<u32>,
    pub(crate) since: u64,
    /// The task's poll in which it was polled last.
    pub(crate) poll: u64,
    pub(crate) is_direct: bool,
    pub(crate) is_blocking: bool,
    /// The last poll has ended without the lock.
    pub(crate) is_asleep: bool,
    pub(crate) woken: Arc<Woken>,
    /// Who had taken the lock last when this was polled: probably who holds it, which spares a look at all.
    pub(crate) last: Task,
}

/// What is claimed is read, and written, as if it stood in the record itself.
macro_rules! is_a_claim {
    ($($Record:ident)+) => {$(
        impl core::ops::Deref for $Record {
            type Target = Claim;

            #[inline]
            fn deref(&self) -> &Self::Target {
                &self.claim
            }
        }

        impl core::ops::DerefMut for $Record {
            #[inline]
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.claim
            }
        }
    )+};
}
is_a_claim!(Held Waiting);
pub(crate) use is_a_claim;

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
    /// Those who want to read stay behind it: it wants the lock alone; or to be the upgradable one of a lock
    /// that few may read, which has a strict queue.
    pub(super) fn is_ahead_of_readers(&self) -> bool {
        let is_it = match self.way {
            Way::Exclusive | Way::Upgrade => true,
            Way::Upgradable => self.max_readers.is_some(),
            _ => false,
        };
        is_it && self.sleeps()
    }

    /// Polled, and nobody has woken it since.
    pub(crate) fn sleeps(&self) -> bool {
        self.is_asleep && self.woken.at().is_none()
    }
}

#[derive(Debug)]
pub(crate) struct Live {
    last: u64,
    /// By number. Those that are over stay among them until half of them are.
    held: Vec<Held>,
    over: usize,
    /// By number.
    pub(crate) waiting: BTreeMap<u64, Waiting>,
    /// Where the holds are that have no permit now, by task and lock: made when many are looked for, and
    /// thrown away when another one is left.
    left: Option<BTreeMap<(Task, usize), u64>>,
    /// What the locks of a set were compared with.
    pub(crate) set: Compared,
}

/// Of the set that was taken last, which kinds of locks there are, and how many kinds each was compared with
/// when it was asked for last. So of thousands only the first few of a kind are compared.
#[derive(Debug)]
pub(crate) struct Compared {
    set: u64,
    kinds: Vec<(u32, Way, usize)>,
}

impl Compared {
    /// True if a lock of this class was asked for so in this set before, and no kind came since.
    pub(crate) fn is_known(&mut self, set: u64, class: &Class, way: Way) -> bool {
        if self.set != set {
            self.set = set;
            self.kinds.clear();
        }
        let count = self.kinds.len();
        match self.kinds.iter_mut().find(|kind| kind.0 == class.number && kind.1 == way) {
            Some(kind) => core::mem::replace(&mut kind.2, count) == count,
            None => {
                self.kinds.push((class.number, way, count + 1));
                false
            }
        }
    }
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

const SHARDS: usize = 256;
static LEDGER: [Shard; SHARDS] = [const {
    Shard {
        is_locked: AtomicBool::new(false),
        live: UnsafeCell::new(Live {
            last: 0,
            held: Vec::new(),
            over: 0,
            waiting: BTreeMap::new(),
            left: None,
            set: Compared { set: 0, kinds: Vec::new() },
        }),
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
    /// Takes the hold up, and returns its number.
    #[inline]
    pub(crate) fn enter(&mut self, mut held: Held) -> u64 {
        self.last += 1;
        held.number = self.last;
        self.held.push(held);
        self.last
    }

    /// All that is held, by whomever.
    pub(crate) fn held(&self) -> impl Iterator<Item = &Held> + Clone {
        steps(self.held.len());
        self.held.iter().filter(|held| held.parts > 0)
    }

    /// What a task holds.
    pub(crate) fn held_by(&self, task: Task) -> impl Iterator<Item = &Held> + Clone {
        self.held().filter(move |held| held.task == task)
    }

    /// True if nothing is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_empty()
    }

    fn position(&self, number: u64) -> Option<usize> {
        let last = self.held.len().checked_sub(1)?;
        if self.held[last].number == number {
            return Some(last);
        }
        let found = self.held.binary_search_by_key(&number, |held| held.number).ok();
        found.filter(|&at| self.held[at].parts > 0)
    }

    /// One guard less; the last one takes the hold with it. Returns it if it was borrowed, and is not where it was
    /// taken.
    #[inline]
    pub(crate) fn release(&mut self, number: u64, is_elsewhere: bool) -> Option<Claim> {
        let at = self.position(number)?;
        let held = &mut self.held[at];
        held.parts -= 1;
        let moved = (is_elsewhere && !held.may_travel).then_some(held.claim);
        if held.parts == 0 {
            self.end(at);
        }
        moved
    }

    /// The hold there is over. The last one, as a rule: nothing is moved.
    #[inline]
    fn end(&mut self, at: usize) {
        self.held[at].parts = 0;
        self.over += 1;
        while self.held.last().is_some_and(|held| held.parts == 0) {
            self.held.pop();
            self.over -= 1;
        }
        if self.over > 16 && self.over * 2 > self.held.len() {
            steps(self.held.len());
            self.held.retain(|held| held.parts > 0);
            self.over = 0;
        }
    }

    pub(crate) fn remove(&mut self, number: u64) -> Option<Held> {
        let at = self.position(number)?;
        let held = self.held[at].clone();
        self.end(at);
        Some(held)
    }

    pub(crate) fn find(&mut self, number: u64) -> Option<&mut Held> {
        self.position(number).map(|at| &mut self.held[at])
    }

    /// The hold goes on without a permit.
    pub(crate) fn leave(&mut self, number: u64) {
        self.left = None;
        if let Some(held) = self.find(number) {
            held.is_left = true;
        }
    }

    /// Finds a hold of a lock that has no permit now, of this task if one is given.
    fn take_up(&mut self, address: usize, task: Option<Task>) -> Option<(Task, u64)> {
        let is_it = |held: &Held| {
            held.is_left
                && held.parts > 0
                && held.lock == address
                && task.is_none_or(|it| held.task == it)
        };
        let mut found = None;
        if let (Some(task), 32..) = (task, self.held.len()) {
            if self.left.is_none() {
                let left = self.held().filter(|held| held.is_left);
                self.left = Some(left.map(|it| ((it.task, it.lock), it.number)).collect());
            }
            let number = self.left.as_mut().and_then(|left| left.remove(&(task, address)));
            found =
                number.and_then(|number| self.position(number)).filter(|&at| is_it(&self.held[at]));
        }
        let at = found.or_else(|| {
            steps(self.held.len());
            self.held.iter().position(is_it)
        })?;
        let held = &mut self.held[at];
        held.is_left = false;
        Some((held.task, held.number))
    }
}

/// Works on the shard of a task.
#[inline]
pub(crate) fn with<R>(task: Task, work: impl FnOnce(&mut Live) -> R) -> R {
    task.shard().with(work)
}

/// Finds the hold of a lock that has no permit now: that of `task`, if there are several.
pub(crate) fn take_up(address: usize, task: Task) -> Option<(Task, u64)> {
    let find = |shard: &Shard| shard.with(|live| live.take_up(address, None));
    let own = with(task, |live| live.take_up(address, Some(task)));
    own.or_else(|| LEDGER.iter().find_map(find))
}

/// All that a task holds and waits for.
pub(crate) fn of(task: Task) -> (Vec<Held>, Vec<Waiting>) {
    with(task, |live| {
        let held = live.held_by(task).cloned();
        steps(live.waiting.len());
        let waiting = live.waiting.values().filter(|waiting| waiting.task == task).cloned();
        (held.collect(), waiting.collect())
    })
}

/// Forgets all who hold a lock, or wait for it.
pub(super) fn forget(address: usize) {
    with_each(|live| {
        live.held.retain(|held| held.parts > 0 && held.lock != address);
        live.over = 0;
        live.waiting.retain(|_, waiting| waiting.lock != address);
    });
}

/// Works on all of it, shard by shard: what is seen of two tasks need not have been so at one moment.
pub(super) fn with_each(mut work: impl FnMut(&mut Live)) {
    LEDGER.iter().for_each(|shard| shard.with(&mut work));
}

#[cfg(debug_assertions)]
std::thread_local! {
    static STEPS: core::cell::Cell<u64> = const { core::cell::Cell::new(0) };
}

/// Counts entries that are looked at one by one, so that a test can see that it is not all of them each time.
#[inline(always)]
pub(super) fn steps(_count: usize) {
    #[cfg(debug_assertions)]
    let _ = STEPS.try_with(|steps| steps.set(steps.get() + _count as u64));
}

/// How many entries this thread has looked at, in a debug build.
pub(crate) fn steps_so_far() -> u64 {
    #[cfg(debug_assertions)]
    return STEPS.try_with(core::cell::Cell::get).unwrap_or(0);
    #[cfg(not(debug_assertions))]
    0
}

/// Who waits.
pub(crate) fn waiters() -> Vec<Task> {
    let mut tasks = Vec::new();
    with_each(|live| {
        steps(live.waiting.len());
        tasks.extend(live.waiting.values().map(|waiting| waiting.task));
    });
    tasks
}

/// All that is held, and all who wait, in the order in which they began.
pub(crate) fn all() -> (Vec<Held>, Vec<Waiting>) {
    let (mut held, mut waiting) = (Vec::new(), Vec::new());
    with_each(|live| {
        held.extend(live.held().cloned());
        waiting.extend(live.waiting.values().cloned());
    });
    waiting.sort_unstable_by_key(|waiting| waiting.number);
    (held, waiting)
}
