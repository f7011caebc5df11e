//! A mutex that many tasks want, on two workers.

use std::sync::Arc;

use super::{Kind, Row, Sampler};
use crate::{
    bench::{Bench, Work},
    crew::{Signals, yield_now},
    library::Library,
    locks::{ForMutexes, MutexLike},
};

/// What a task does between and while it holds the lock.
#[derive(Clone, Copy)]
enum Section {
    Empty,
    Work,
    YieldInside,
    YieldBetween,
}

impl Section {
    fn name(self) -> &'static str {
        match self {
            Self::Empty => "nothing else",
            Self::Work => "200 ns in and out",
            Self::YieldInside => "yield inside",
            Self::YieldBetween => "yield between",
        }
    }

    fn explain(self) -> &'static str {
        match self {
            Self::Empty => "lock, count, unlock, at once again",
            Self::Work => "lock, count, work for 200 ns, unlock, work for 200 ns",
            Self::YieldInside => "lock, count, yield to other tasks while holding, unlock",
            Self::YieldBetween => "lock, count, unlock, yield to other tasks",
        }
    }
}

#[derive(Clone, Copy)]
struct Contended {
    tasks: usize,
    section: Section,
}

/// What one task does until the time is up. Returns how often.
async fn repeat<M: MutexLike>(lock: &M, section: Section, work: Work, signals: &Signals) -> u64 {
    let mut count = 0;
    match section {
        Section::Empty => {
            while !signals.stopped() {
                *lock.lock().await += 1;
                count += 1;
            }
        }
        Section::Work => {
            while !signals.stopped() {
                let mut guard = lock.lock().await;
                *guard += 1;
                work.run();
                drop(guard);
                work.run();
                count += 1;
            }
        }
        Section::YieldInside => {
            while !signals.stopped() {
                let mut guard = lock.lock().await;
                *guard += 1;
                yield_now().await;
                drop(guard);
                count += 1;
            }
        }
        Section::YieldBetween => {
            while !signals.stopped() {
                *lock.lock().await += 1;
                yield_now().await;
                count += 1;
            }
        }
    }
    count
}

impl ForMutexes for Contended {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let Self { tasks, section } = *self;
        Box::new(move |bench: &mut Bench| {
            let work = bench.work;
            let lock = Arc::new(M::new());
            let shift = bench.crew.run(tasks, bench.period, |_, signals| {
                let lock = lock.clone();
                async move { repeat(&*lock, section, work, &signals).await }
            })?;
            let counted = *lock.try_lock().expect("nobody holds it any more");
            assert_eq!(counted, shift.total(), "{}: exclusion is broken", M::LIBRARY);
            Ok(vec![shift.nanos_each()])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for section in [Section::Empty, Section::Work, Section::YieldInside, Section::YieldBetween] {
        for tasks in [2, 8, 64, 1000] {
            let row = Row::new(
                format!("mutex, {tasks} tasks, {}", section.name()),
                Kind::Speed(Library::Tokio),
                format!("{tasks} tasks on two workers: {}.", section.explain()),
            )
            .with(Contended { tasks, section }.for_each());
            rows.push(match section {
                Section::YieldInside => row.async_only(),
                _ => row,
            });
        }
    }
    rows
}
