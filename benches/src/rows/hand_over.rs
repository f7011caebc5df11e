//! The lock goes to and fro between two tasks of one worker.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use tokio::time::timeout;

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    crew::{PATIENCE, yield_now},
    library::Library,
    locks::{ForMutexes, MutexLike},
};

#[derive(Clone, Copy)]
struct HandOver;

/// Who had the lock last, and how often it changed.
#[derive(Default)]
struct Turns {
    last: AtomicUsize,
    changes: AtomicU64,
}

impl Turns {
    /// Called with the lock held, by one of two tasks of one thread.
    fn note(&self, task: usize) {
        if self.last.load(Ordering::Relaxed) != task {
            self.last.store(task, Ordering::Relaxed);
            let changes = self.changes.load(Ordering::Relaxed);
            self.changes.store(changes + 1, Ordering::Relaxed);
        }
    }
}

async fn pass_on<M: MutexLike>(lock: &M, turns: &Turns, task: usize, count: u64) {
    for _ in 0..count {
        let mut guard = lock.lock().await;
        *guard += 1;
        turns.note(task);
        // The other comes to wait.
        yield_now().await;
        drop(guard);
        // The other has it.
        yield_now().await;
    }
}

/// Lets both tasks have it `count` times. Returns the time, and how often the lock changed hands.
fn run<M: MutexLike>(bench: &Bench, count: u64) -> Result<(Duration, u64), String> {
    let lock = Arc::new(M::new());
    let turns = Arc::new(Turns::default());
    let start = Instant::now();
    let both = async {
        let tasks = [1, 2].map(|task| {
            let (lock, turns) = (lock.clone(), turns.clone());
            tokio::spawn(async move { pass_on(&*lock, &turns, task, count).await })
        });
        for task in tasks {
            task.await.expect("no task panics");
        }
    };
    let in_time = bench.alone.block_on(async { timeout(PATIENCE, both).await });
    in_time.map_err(|_| "HANGS: the two tasks never end")?;
    let elapsed = start.elapsed();
    let counted = *lock.try_lock().expect("nobody holds it any more");
    assert_eq!(counted, 2 * count, "{}", M::LIBRARY);
    Ok((elapsed, turns.changes.load(Ordering::Relaxed)))
}

impl ForMutexes for HandOver {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let mut count = 0;
        Box::new(move |bench: &mut Bench| {
            let mut changes = 0;
            let per_round = bench.nanos_each(&mut count, |count| {
                let (elapsed, changed) = run::<M>(bench, count)?;
                changes = changed;
                Ok(elapsed)
            })?;
            Ok(vec![per_round * count as f64 / changes as f64])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    vec![
        Row::new(
            "hand-over",
            Kind::Speed(Library::Tokio),
            "Two tasks on one worker lock, yield, unlock, yield, so that each finds the lock held \
             by the other and waits: the time from owner to owner, executor included.",
        )
        .with(HandOver.for_each())
        .async_only(),
    ]
}
