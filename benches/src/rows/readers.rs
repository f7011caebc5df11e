//! An rwlock that many tasks want, on two workers.

use std::{hint::black_box, sync::Arc};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    crew::{Signals, yield_now},
    library::Library,
    locks::{ForRwLocks, RwLockLike},
};

#[derive(Clone, Copy)]
struct Readers {
    tasks: usize,
    mix: Mix,
    /// Whether it yields while holding.
    yields: bool,
}

/// How many of a hundred acquisitions read; which ones is drawn.
#[derive(Clone, Copy)]
pub(super) struct Mix {
    pub(super) reads_in_100: u64,
    draw: u64,
}

impl Mix {
    pub(super) fn new(reads_in_100: u64) -> Self {
        Self { reads_in_100, draw: 0 }
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
        (self.draw >> 32) % 100 < self.reads_in_100
    }
}

/// What a task did.
#[derive(Clone, Copy, Default)]
struct Done {
    reads: u64,
    writes: u64,
}

async fn repeat<L: RwLockLike>(lock: &L, mut mix: Mix, yields: bool, signals: &Signals) -> Done {
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

fn row(tasks: usize, reads_in_100: u64, yields: bool) -> Row {
    let inside = if yields { "yield inside" } else { "nothing else" };
    let what = if yields {
        "takes the lock, yields to other tasks while holding, releases"
    } else {
        "takes the lock, releases it, at once again"
    };
    let readers = Readers { tasks, mix: Mix::new(reads_in_100), yields };
    let row = Row::new(
        format!("rwlock {reads_in_100} % reads, {tasks} tasks, {inside}"),
        Kind::Speed(Library::Tokio),
        format!(
            "{tasks} tasks on two workers, each {what}; {reads_in_100} of 100 times for reading."
        ),
    )
    .with(readers.for_each());
    if yields { row.async_only() } else { row }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows: Vec<_> = [100, 95, 50].map(|reads| row(16, reads, false)).into();
    rows.push(row(16, 100, true));
    rows.extend([2, 16, 64, 1000].map(|tasks| row(tasks, 95, true)));
    rows.extend([2, 16, 64, 1000].map(|tasks| row(tasks, 50, true)));
    rows
}
