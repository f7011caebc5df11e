//! An rwlock that many tasks want, on two workers.

use std::{hint::black_box, sync::Arc, time::Instant};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    crew::{Signals, yield_now},
    library::Library,
    locks::{ForRwLocks, RwLockLike, Swapped},
};

#[derive(Clone, Copy)]
struct Readers {
    tasks: usize,
    mix: Mix,
    /// Whether it yields while holding.
    yields: bool,
}

/// How many of a thousand acquisitions read; which ones is drawn.
#[derive(Clone, Copy)]
pub(super) struct Mix {
    reads_in_1000: u64,
    draw: u64,
}

impl Mix {
    pub(super) fn new(reads_in_100: u64) -> Self {
        Self::in_1000(10 * reads_in_100)
    }

    fn in_1000(reads_in_1000: u64) -> Self {
        Self { reads_in_1000, draw: 0 }
    }

    /// The same for one task, with draws of its own.
    pub(super) fn of_task(self, number: usize) -> Self {
        Self { draw: (number as u64 + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15), ..self }
    }

    /// Whether the next acquisition reads. The draw is Marsaglia's xorshift.
    #[inline(always)]
    pub(super) fn reads(&mut self) -> bool {
        self.draw ^= self.draw << 13;
        self.draw ^= self.draw >> 7;
        self.draw ^= self.draw << 17;
        (self.draw >> 32) % 1000 < self.reads_in_1000
    }
}

/// What a task did.
#[derive(Clone, Copy, Default)]
pub(super) struct Done {
    pub(super) reads: u64,
    writes: u64,
}

pub(super) async fn repeat<L: RwLockLike>(
    lock: &L,
    mut mix: Mix,
    yields: bool,
    signals: &Signals,
) -> Done {
    let mut done = Done::default();
    while !signals.stopped() {
        if mix.reads() {
            let guard = lock.read().await;
            black_box(*guard);
            if yields {
                yield_now().await;
            }
            drop(guard);
            done.reads += 1;
        } else {
            let mut guard = lock.write().await;
            *guard += 1;
            if yields {
                yield_now().await;
            }
            drop(guard);
            done.writes += 1;
        }
    }
    done
}

impl ForRwLocks for Readers {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        let Self { tasks, mix, yields } = *self;
        Box::new(move |bench: &mut Bench| {
            let lock = Arc::new(L::new());
            let shift = bench.crew.run(tasks, bench.period, |number, signals| {
                let lock = lock.clone();
                let mix = mix.of_task(number);
                async move { repeat(&*lock, mix, yields, &signals).await }
            })?;
            let (reads, writes) = shift
                .results
                .iter()
                .fold((0, 0), |(reads, writes), done| (reads + done.reads, writes + done.writes));
            let counted = *lock.try_read().expect("nobody holds it any more");
            assert_eq!(counted, writes, "{}: exclusion is broken", L::LIBRARY);
            let nanos = shift.elapsed.as_nanos() as f64 / (reads + writes) as f64;
            Ok(vec![nanos])
        })
    }
}

fn row(tasks: usize, reads_in_1000: u64, yields: bool) -> Row {
    let percent = reads_in_1000 as f64 / 10.0;
    let inside = if yields { "yield inside" } else { "nothing else" };
    let what = if yields {
        "takes the lock, yields to other tasks while holding, releases"
    } else {
        "takes the lock, releases it, at once again"
    };
    let readers = Readers { tasks, mix: Mix::in_1000(reads_in_1000), yields };
    let row = Row::new(
        format!("rwlock {percent} % reads, {tasks} tasks, {inside}"),
        Kind::Speed(Library::Tokio),
        format!("{tasks} tasks on two workers, each {what}; {percent} of 100 times for reading."),
    )
    .with(if reads_in_1000 > 990 { with_arc_swap(&readers) } else { readers.for_each() });
    if yields { row.async_only() } else { row }
}

/// Where nearly all read, beside what people share without a lock for that.
pub(super) fn with_arc_swap<W: ForRwLocks>(work: &W) -> Vec<(Library, W::Made)> {
    let mut all = work.for_each();
    all.push((Library::ArcSwap, work.make::<Swapped>()));
    all
}

/// The first write after many reads.
#[derive(Clone, Copy)]
struct FirstWrite;

impl ForRwLocks for FirstWrite {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        Box::new(move |bench: &mut Bench| {
            let lock = Arc::new(L::new());
            let period = bench.period / 16;
            let mut nanos = Vec::new();
            // A median of its own: a write that another program interrupts tells nothing.
            for _ in 0..15 {
                bench.crew.run(16, period, |number, signals| {
                    let lock = lock.clone();
                    let mix = Mix::new(100).of_task(number);
                    async move { repeat(&*lock, mix, false, &signals).await }
                })?;
                let begun = Instant::now();
                *lock.try_write().expect("nobody reads any more") += 1;
                nanos.push(begun.elapsed().as_nanos() as f64);
            }
            nanos.sort_by(f64::total_cmp);
            Ok(vec![nanos[nanos.len() / 2]])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows: Vec<_> = [1000, 999, 950, 500].map(|reads| row(16, reads, false)).into();
    rows.push(row(16, 1000, true));
    rows.extend([2, 16, 64, 1000].map(|tasks| row(tasks, 950, true)));
    rows.extend([2, 16, 64, 1000].map(|tasks| row(tasks, 500, true)));
    rows.push(
        Row::new(
            "rwlock first write after reads",
            Kind::Time(Library::Tokio),
            "16 tasks on two workers have read, at once again each; then `try_write`, once, and the release.",
        )
        .with(FirstWrite.for_each()),
    );
    rows
}
