//! How large things are.

use super::{Kind, Measure, Row, Sampler};
use crate::locks::{ForMutexes, ForRwLocks, MutexLike, RwLockLike};

struct MutexSizes;
struct RwLockSizes;

impl ForMutexes for MutexSizes {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        Box::new(|_| {
            let lock = M::new();
            // A reference waits with its thread: it has no future.
            let future = match M::LIBRARY.is_sync() {
                true => f64::NAN,
                false => size_of_val(&lock.lock()) as f64,
            };
            Ok(vec![M::EMPTY_SIZE as f64, future, size_of::<M::Guard<'_>>() as f64])
        })
    }
}

impl ForRwLocks for RwLockSizes {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        Box::new(|_| {
            let lock = L::new();
            let (read, write) = match L::LIBRARY.is_sync() {
                true => (f64::NAN, f64::NAN),
                false => (size_of_val(&lock.read()) as f64, size_of_val(&lock.write()) as f64),
            };
            Ok(vec![
                L::EMPTY_SIZE as f64,
                read,
                write,
                size_of::<L::Read<'_>>() as f64,
                size_of::<L::Write<'_>>() as f64,
            ])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "size, mutex",
            Kind::Exact,
            "The size of a `Mutex<()>`, of the future of `lock`, and of its guard.",
        )
        .measuring(&[
            Measure::less("lock", "B"),
            Measure::less("future", "B"),
            Measure::less("guard", "B"),
        ])
        .with(MutexSizes.for_each()),
        Row::new(
            "size, rwlock",
            Kind::Exact,
            "The size of an `RwLock<()>`, of the futures of `read` and `write`, and of the guards.",
        )
        .measuring(&[
            Measure::less("lock", "B"),
            Measure::less("read future", "B"),
            Measure::less("write future", "B"),
            Measure::less("read guard", "B"),
            Measure::less("write guard", "B"),
        ])
        .with(RwLockSizes.for_each()),
    ]
}
