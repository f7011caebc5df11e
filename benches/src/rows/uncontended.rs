//! Nobody else wants the lock: what it costs to use one at all.
//!
//! Each future is polled once, by hand: what is measured is the lock, not the task around it, whose
//! variables would be kept in memory from await to await. One row awaits, to show the difference.
//! `instructions` counts the same loops.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    by_hand::poll_once,
    library::Library,
    locks::{ForMutexes, ForRwLocks, MutexLike, RwLockLike},
};

/// An operation on a mutex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MutexOp {
    Lock,
    LockAwaited,
    TryLock,
    TryLockHeld,
}

/// An operation on an rwlock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RwLockOp {
    Read,
    Write,
    TryRead,
    TryWrite,
}

impl MutexOp {
    pub(crate) const ALL: [Self; 4] =
        [Self::Lock, Self::LockAwaited, Self::TryLock, Self::TryLockHeld];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Lock => "mutex lock",
            Self::LockAwaited => "mutex lock in a task",
            Self::TryLock => "mutex try_lock",
            Self::TryLockHeld => "mutex try_lock of a held one",
        }
    }

    fn explain(self) -> &'static str {
        match self {
            Self::Lock => "Locks a free mutex, counts, unlocks.",
            Self::LockAwaited => "The same, awaited in the loop of a task that is polled once.",
            Self::TryLock => "`try_lock` of a free mutex, counts, unlocks.",
            Self::TryLockHeld => "`try_lock` of a mutex that is held, which fails.",
        }
    }

    /// Does it `count` times with a new mutex.
    pub(crate) fn run<M: MutexLike>(self, count: u64) -> Duration {
        let lock = M::new();
        let start = Instant::now();
        match self {
            Self::Lock => lock_often(black_box(&lock), count),
            Self::LockAwaited => await_often(black_box(&lock), count),
            Self::TryLock => try_lock_often(black_box(&lock), count),
            Self::TryLockHeld => {
                let guard = poll_once(lock.lock());
                try_lock_held(black_box(&lock), count);
                drop(guard);
            }
        }
        let elapsed = start.elapsed();
        let expected = if self == Self::TryLockHeld { 0 } else { count };
        assert_eq!(*poll_once(lock.lock()), expected, "{}", M::LIBRARY);
        elapsed
    }
}

impl RwLockOp {
    pub(crate) const ALL: [Self; 4] = [Self::Read, Self::Write, Self::TryRead, Self::TryWrite];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Read => "rwlock read",
            Self::Write => "rwlock write",
            Self::TryRead => "rwlock try_read",
            Self::TryWrite => "rwlock try_write",
        }
    }

    fn explain(self) -> &'static str {
        match self {
            Self::Read => "Takes a free rwlock for reading, reads, releases.",
            Self::Write => "Takes a free rwlock for writing, counts, releases.",
            Self::TryRead => "`try_read` of a free rwlock, reads, releases.",
            Self::TryWrite => "`try_write` of a free rwlock, counts, releases.",
        }
    }

    /// Does it `count` times with a new rwlock.
    pub(crate) fn run<L: RwLockLike>(self, count: u64) -> Duration {
        let lock = L::new();
        *poll_once(lock.write()) = 1;
        let start = Instant::now();
        let sum = match self {
            Self::Read => read_often(black_box(&lock), count),
            Self::Write => write_often(black_box(&lock), count),
            Self::TryRead => try_read_often(black_box(&lock), count),
            Self::TryWrite => try_write_often(black_box(&lock), count),
        };
        let elapsed = start.elapsed();
        assert_eq!(sum, count, "{}", L::LIBRARY);
        let written = if matches!(self, Self::Write | Self::TryWrite) { count } else { 0 };
        assert_eq!(*poll_once(lock.write()), 1 + written, "{}", L::LIBRARY);
        elapsed
    }
}

#[inline(never)]
fn lock_often<M: MutexLike>(lock: &M, count: u64) {
    for _ in 0..count {
        *poll_once(lock.lock()) += 1;
    }
}

#[inline(never)]
fn await_often<M: MutexLike>(lock: &M, count: u64) {
    poll_once(async {
        for _ in 0..count {
            *lock.lock().await += 1;
        }
    });
}

#[inline(never)]
fn try_lock_often<M: MutexLike>(lock: &M, count: u64) {
    for _ in 0..count {
        *lock.try_lock().expect("it is free") += 1;
    }
}

#[inline(never)]
fn try_lock_held<M: MutexLike>(lock: &M, count: u64) {
    for _ in 0..count {
        assert!(lock.try_lock().is_none(), "it is held");
    }
}

#[inline(never)]
fn read_often<L: RwLockLike>(lock: &L, count: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..count {
        sum += *poll_once(lock.read());
    }
    sum
}

#[inline(never)]
fn write_often<L: RwLockLike>(lock: &L, count: u64) -> u64 {
    for _ in 0..count {
        *poll_once(lock.write()) += 1;
    }
    count
}

#[inline(never)]
fn try_read_often<L: RwLockLike>(lock: &L, count: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..count {
        sum += *lock.try_read().expect("it is free");
    }
    sum
}

#[inline(never)]
fn try_write_often<L: RwLockLike>(lock: &L, count: u64) -> u64 {
    for _ in 0..count {
        *lock.try_write().expect("it is free") += 1;
    }
    count
}

impl ForMutexes for MutexOp {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let op = *self;
        sampler(move |count| op.run::<M>(count))
    }
}

impl ForRwLocks for RwLockOp {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        let op = *self;
        sampler(move |count| op.run::<L>(count))
    }
}

fn sampler(run: impl Fn(u64) -> Duration + 'static) -> Sampler {
    let mut count = 0;
    Box::new(move |bench: &mut Bench| {
        let nanos = bench.nanos_each(&mut count, |count| Ok(run(count)))?;
        Ok(vec![nanos])
    })
}

pub(super) fn rows() -> Vec<Row> {
    let kind = Kind::Time(Library::Std);
    let mutexes =
        MutexOp::ALL.iter().map(|op| Row::new(op.name(), kind, op.explain()).with(op.for_each()));
    let rwlocks =
        RwLockOp::ALL.iter().map(|op| Row::new(op.name(), kind, op.explain()).with(op.for_each()));
    mutexes.chain(rwlocks).collect()
}
