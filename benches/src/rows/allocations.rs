//! How often an acquisition allocates.
//!
//! Counted on one thread with futures polled by hand, so that the numbers are exact. Each
//! library's first operation is not counted: it may set up something that stays.

use super::{Kind, Measure, Row, Sampler};
use crate::{
    allocator::allocations,
    by_hand::{Futures, clear_woken, poll_once},
    locks::{ForMutexes, ForRwLocks, MutexLike, RwLockLike},
};

const TIMES: usize = 100;

/// Lock by lock and future by future, whatever they are.
struct OfMutex;
struct OfReads;
struct OfWrites;

/// What acquisitions allocate: of a free lock, of a held one for which all queue and are served,
/// and of one for which all queue and are cancelled.
fn measure<'lock, F: Future + 'lock, H>(
    hold: impl Fn() -> H,
    acquire: impl Fn() -> F,
) -> Result<Vec<f64>, String> {
    let each = |count: u64| count as f64 / TIMES as f64;
    drop(poll_once(acquire()));
    let free = allocations(|| (0..TIMES).for_each(|_| drop(poll_once(acquire()))));

    let mut waiting = Futures::new(0, TIMES, &acquire);
    let mut cancelled = Futures::new(TIMES, TIMES, &acquire);
    clear_woken(4 * TIMES);
    let held = hold();
    let mut served = 0;
    let contended = allocations(|| {
        waiting.queue_all();
        drop(held);
        served = waiting.run(drop);
    });
    if served != TIMES {
        return Err(format!("LOST WAKE-UP: only {served} of {TIMES} are served"));
    }
    let held = hold();
    let cancelling = allocations(|| {
        cancelled.queue_all();
        (TIMES..2 * TIMES).for_each(|number| cancelled.cancel(number));
    });
    drop(held);
    Ok(vec![each(free), each(contended), each(cancelling)])
}

impl ForMutexes for OfMutex {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        Box::new(|_| {
            let lock = M::new();
            measure(|| poll_once(lock.lock()), || lock.lock())
        })
    }
}

impl ForRwLocks for OfReads {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        Box::new(|_| {
            let lock = L::new();
            measure(|| poll_once(lock.write()), || lock.read())
        })
    }
}

impl ForRwLocks for OfWrites {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        Box::new(|_| {
            let lock = L::new();
            measure(|| poll_once(lock.write()), || lock.write())
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let row = |id, entries| {
        Row::new(
            id,
            Kind::Exact,
            "Allocations of an acquisition that finds the lock free, of one that waits and is \
             served, of one that waits and is cancelled.",
        )
        .measuring(&[
            Measure::less("free", ""),
            Measure::less("contended", ""),
            Measure::less("cancelled", ""),
        ])
        .with(entries)
        .async_only()
    };
    vec![
        row("allocations, mutex lock", OfMutex.for_each()),
        row("allocations, rwlock read", OfReads.for_each()),
        row("allocations, rwlock write", OfWrites.for_each()),
    ]
}
