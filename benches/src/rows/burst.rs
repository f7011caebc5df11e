//! Many readers wait behind one writer.

use std::time::{Duration, Instant};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    by_hand::{Futures, clear_woken, poll_once},
    library::Library,
    locks::{ForRwLocks, RwLockLike},
};

const READERS: usize = 1000;

#[derive(Clone, Copy)]
struct Burst;

/// Queues the readers, and times the writer's leaving, their coming and their going.
fn cycle<L: RwLockLike>() -> Result<(usize, Duration), String> {
    let lock = L::new();
    let mut writer = poll_once(lock.write());
    *writer = 1;
    let mut waiting = Futures::new(0, READERS, || lock.read());
    waiting.queue_all();
    clear_woken(READERS);
    let mut readers = Vec::with_capacity(READERS);

    let start = Instant::now();
    drop(writer);
    waiting.run(|guard| readers.push(guard));
    let all_in = readers.len();
    let sum: u64 = readers.iter().map(|guard| **guard).sum();
    readers.clear();
    let elapsed = start.elapsed();

    if all_in != READERS {
        return Err(format!("only {all_in} of {READERS} readers come in together"));
    }
    assert_eq!(sum, READERS as u64, "{}", L::LIBRARY);
    assert!(lock.try_write().is_some(), "all are gone: {}", L::LIBRARY);
    Ok((READERS, elapsed))
}

impl ForRwLocks for Burst {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        Box::new(|bench: &mut Bench| Ok(vec![bench.nanos_in_cycles(cycle::<L>)?]))
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            format!("burst of {READERS} readers"),
            Kind::Time(Library::Tokio),
            format!(
                "A writer releases an rwlock for which {READERS} readers wait, all come in, and \
                 all go: the time of each."
            ),
        )
        .with(Burst.for_each())
        .async_only(),
    ]
}
