//! Who waits now, and since when. Only those who have to wait come here.

use alloc::vec::Vec;
use core::sync::atomic::{AtomicU64, Ordering};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    time::Instant,
};

use crate::watch::class::{Class, lock};

/// One who waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waiter {
    pub(crate) class: &'static Class,
    /// The address of the lock's mark.
    pub(crate) lock: usize,
    /// On the clock of [`now`].
    pub(crate) since: u64,
}

const SHARDS: usize = 16;

/// By number; in shards, so that two who begin to wait seldom meet.
static WAITING: LazyLock<[Mutex<HashMap<u64, Waiter>>; SHARDS]> =
    LazyLock::new(|| core::array::from_fn(|_| Mutex::default()));

fn shard(number: u64) -> &'static Mutex<HashMap<u64, Waiter>> {
    &WAITING[number as usize % SHARDS]
}

/// Nanoseconds since the first call.
pub(crate) fn now() -> u64 {
    static BEGAN: LazyLock<Instant> = LazyLock::new(Instant::now);
    // 584 years fit.
    BEGAN.elapsed().as_nanos() as u64
}

/// One begins to wait; returns its number, which is not 0.
pub(crate) fn begin(waiter: Waiter) -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    let number = LAST.fetch_add(1, Ordering::Relaxed) + 1;
    lock(shard(number)).insert(number, waiter);
    number
}

/// It waits no more.
pub(crate) fn end(number: u64) -> Option<Waiter> {
    lock(shard(number)).remove(&number)
}

/// A lock is gone, with futures of it that were forgotten.
pub(crate) fn forget(gone: usize) {
    for shard in &*WAITING {
        lock(shard).retain(|_, waiter| waiter.lock != gone);
    }
}

pub(crate) fn all() -> Vec<Waiter> {
    WAITING.iter().flat_map(|shard| lock(shard).values().copied().collect::<Vec<_>>()).collect()
}
