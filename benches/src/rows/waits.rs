//! How long each wait takes, and how evenly the tasks are served.
//!
//! The clock is read before and after each acquisition, so these rows say nothing about speed.

use std::{
    hint::black_box,
    sync::Arc,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;

use super::{Kind, Measure, Row, Sampler, readers::Mix};
use crate::{
    bench::{Bench, Work},
    crew::{Shift, Signals, yield_now},
    library::Library,
    locks::{ForMutexes, ForRwLocks, MutexLike, RwLockLike},
};

const MUTEX_TASKS: usize = 64;
const RWLOCK_TASKS: usize = 16;

/// A worst case wants more samples than a median: these rows take so many times as long as others.
const LONGER: u32 = 3;

/// The waits of one task, in nanoseconds.
pub(super) struct Waits(Histogram<u32>);

impl Waits {
    pub(super) fn new() -> Self {
        let minute = 60_000_000_000;
        Self(Histogram::new_with_bounds(1, minute, 2).expect("the bounds are right"))
    }

    pub(super) fn note(&mut self, asked: Instant) {
        self.0.saturating_record(asked.elapsed().as_nanos() as u64);
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.add(&other.0).expect("the bounds are the same");
    }

    pub(super) fn count(&self) -> u64 {
        self.0.len()
    }

    /// In microseconds.
    pub(super) fn at(&self, quantile: f64) -> f64 {
        self.0.value_at_quantile(quantile) as f64 / 1e3
    }
}

/// The acquisitions of the task that had fewest, of the one that had most.
pub(super) fn fewest_to_most(counts: impl Iterator<Item = u64> + Clone) -> f64 {
    let most = counts.clone().max().unwrap_or(0).max(1);
    counts.min().unwrap_or(0) as f64 / most as f64
}

/// What a task does between its turns.
#[derive(Clone, Copy)]
enum Between {
    /// Works for 200 ns, and as long with the lock.
    Work,
    /// Yields to other tasks.
    Yield,
}

#[derive(Clone, Copy)]
struct MutexWaits {
    between: Between,
}

async fn lock_and_note<M: MutexLike>(
    lock: &M,
    between: Between,
    work: Work,
    signals: &Signals,
) -> Waits {
    let mut waits = Waits::new();
    while !signals.stopped() {
        let asked = Instant::now();
        let mut guard = lock.lock().await;
        waits.note(asked);
        *guard += 1;
        match between {
            Between::Work => {
                work.run();
                drop(guard);
                work.run();
            }
            Between::Yield => {
                drop(guard);
                yield_now().await;
            }
        }
    }
    waits
}

impl ForMutexes for MutexWaits {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let between = self.between;
        Box::new(move |bench: &mut Bench| {
            let work = bench.work;
            let lock = Arc::new(M::new());
            let shift = longer(bench, MUTEX_TASKS, |_, signals| {
                let lock = lock.clone();
                async move { lock_and_note(&*lock, between, work, &signals).await }
            })?;
            let counts = shift.results.iter().map(|waits| waits.0.len());
            let counted = *lock.try_lock().expect("nobody holds it any more");
            assert_eq!(counted, counts.clone().sum::<u64>(), "{}", M::LIBRARY);
            let mut all = Waits::new();
            shift.results.iter().for_each(|waits| all.add(waits));
            Ok(vec![all.at(0.5), all.at(0.99), all.at(0.999), all.at(1.0), fewest_to_most(counts)])
        })
    }
}

fn longer<F>(
    bench: &mut Bench,
    tasks: usize,
    make: impl Fn(usize, Arc<Signals>) -> F,
) -> Result<Shift<F::Output>, String>
where
    F: Future<Output: Send> + Send + 'static,
{
    let period: Duration = bench.period * LONGER;
    bench.crew.run(tasks, period, make)
}

#[derive(Clone, Copy)]
struct RwLockWaits {
    mix: Mix,
    /// Whether it works inside and outside.
    works: bool,
}

/// The waits of one task to read and to write.
struct Both {
    reads: Waits,
    writes: Waits,
}

async fn take_and_note<L: RwLockLike>(
    lock: &L,
    mut mix: Mix,
    work: Work,
    signals: &Signals,
) -> Both {
    let mut both = Both { reads: Waits::new(), writes: Waits::new() };
    while !signals.stopped() {
        let reads = mix.reads();
        let asked = Instant::now();
        if reads {
            let guard = lock.read().await;
            both.reads.note(asked);
            black_box(*guard);
            work.run();
        } else {
            let mut guard = lock.write().await;
            both.writes.note(asked);
            *guard += 1;
            work.run();
        }
        work.run();
    }
    both
}

impl ForRwLocks for RwLockWaits {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        let Self { mix, works } = *self;
        Box::new(move |bench: &mut Bench| {
            let work = if works { bench.work } else { Work::NONE };
            let lock = Arc::new(L::new());
            let shift = longer(bench, RWLOCK_TASKS, |number, signals| {
                let lock = lock.clone();
                let mix = mix.of_task(number);
                async move { take_and_note(&*lock, mix, work, &signals).await }
            })?;
            let mut all = Both { reads: Waits::new(), writes: Waits::new() };
            for both in &shift.results {
                all.reads.add(&both.reads);
                all.writes.add(&both.writes);
            }
            let counted = *lock.try_read().expect("nobody holds it any more");
            assert_eq!(counted, all.writes.0.len(), "{}", L::LIBRARY);
            let counts = shift.results.iter();
            Ok(vec![
                all.reads.at(0.99),
                all.reads.at(1.0),
                all.writes.at(0.99),
                all.writes.at(1.0),
                fewest_to_most(counts.map(|both| both.reads.0.len() + both.writes.0.len())),
            ])
        })
    }
}

pub(super) fn mutex_rows() -> Vec<Row> {
    let row = |between, suffix, what| {
        Row::new(
            format!("waits, mutex, {MUTEX_TASKS} tasks{suffix}"),
            Kind::Time(Library::Tokio),
            format!(
                "How long `lock` takes where so many tasks {what} (one that never comes to ask \
                 waits for nothing, but has no turn), and the turns of the task that had fewest, \
                 of the one that had most."
            ),
        )
        .measuring(&[
            Measure::less("p50", "µs"),
            Measure::less("p99", "µs"),
            Measure::less("p99.9", "µs"),
            Measure::less("worst", "µs"),
            Measure::more("fewest/most", ""),
        ])
        .with(MutexWaits { between }.for_each())
    };
    vec![
        row(Between::Work, "", "work for 200 ns inside and outside"),
        row(Between::Yield, ", yield between", "lock, count, unlock and yield to other tasks"),
    ]
}

pub(super) fn rwlock_rows() -> Vec<Row> {
    let row = |reads_in_100, works| {
        let mix = Mix::new(reads_in_100);
        let (suffix, what) = match works {
            true => ("", "work for 200 ns inside and outside"),
            false => (", nothing else", "do nothing else"),
        };
        Row::new(
            format!("waits, rwlock {reads_in_100} % reads{suffix}"),
            Kind::Time(Library::Tokio),
            format!(
                "How long `read` and `write` take {RWLOCK_TASKS} tasks that {what}, and the turns \
                 of the task that had fewest, of the one that had most."
            ),
        )
        .measuring(&[
            Measure::less("read p99", "µs"),
            Measure::less("read worst", "µs"),
            Measure::less("write p99", "µs"),
            Measure::less("write worst", "µs"),
            Measure::more("fewest/most", ""),
        ])
        .with(RwLockWaits { mix, works }.for_each())
    };
    vec![row(95, true), row(50, true), row(95, false), row(50, false)]
}
