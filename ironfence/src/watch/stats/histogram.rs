//! Times in buckets: four to each power of two of nanoseconds, so a bucket is a fifth wide or less.
//!
//! A histogram has one writer, which adds by a load and a store, and readers that may see one sum of it a moment
//! before another.

use core::sync::atomic::{AtomicU64, Ordering};

/// Up to 2^40 ns, which is 18 minutes; the last bucket has all that is longer.
pub(crate) const BUCKETS: usize = 4 * 38;

#[derive(Debug)]
pub(crate) struct Histogram {
    pub(crate) sum: AtomicU64,
    pub(crate) max: AtomicU64,
    pub(crate) buckets: [AtomicU64; BUCKETS],
}

/// One more. Of the only writer, so nothing is lost between the load and the store.
pub(crate) fn add(to: &AtomicU64, more: u64) {
    // ORDERING: Relaxed: numbers for a reader, nothing hangs on their order.
    to.store(to.load(Ordering::Relaxed).wrapping_add(more), Ordering::Relaxed);
}

/// The bucket of a time. Those below 8 ns share the first few.
pub(crate) fn bucket(nanos: u64) -> usize {
    let nanos = nanos.max(4);
    let power = nanos.ilog2();
    // The two bits behind the highest one.
    let quarter = (nanos >> (power - 2)) as usize & 3;
    (4 * (power as usize - 2) + quarter).min(BUCKETS - 1)
}

/// The least time in a bucket, in nanoseconds.
pub(crate) const fn start(bucket: usize) -> u64 {
    (4 + (bucket as u64 & 3)) << (bucket / 4)
}

impl Histogram {
    pub(crate) const fn new() -> Self {
        Self {
            sum: AtomicU64::new(0),
            max: AtomicU64::new(0),
            buckets: [const { AtomicU64::new(0) }; BUCKETS],
        }
    }

    pub(crate) fn record(&self, nanos: u64) {
        add(&self.sum, nanos);
        add(&self.buckets[bucket(nanos)], 1);
        if nanos > self.max.load(Ordering::Relaxed) {
            self.max.store(nanos, Ordering::Relaxed);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_time_is_in_the_bucket_that_starts_at_or_before_it() {
        let powers = (0..64).flat_map(|power| {
            let at = 1_u64 << power;
            [at.saturating_sub(1), at, at + 1, at + at / 4, at + at / 2]
        });
        for nanos in powers {
            let bucket = bucket(nanos);
            assert!(start(bucket) <= nanos.max(4), "{nanos} ns is in bucket {bucket}");
            if bucket + 1 < BUCKETS {
                assert!(nanos < start(bucket + 1), "{nanos} ns is in bucket {bucket}");
                let width = start(bucket + 1) - start(bucket);
                assert!(width * 4 <= start(bucket).max(4), "bucket {bucket} is {width} ns wide");
            }
        }
        assert!(start(BUCKETS - 1) > 1 << 39, "nine minutes and more are told apart");
    }
}
