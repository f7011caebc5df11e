//! Reading one rwlock from one thread and from more, up to one for each core.

use std::{sync::Arc, thread::available_parallelism};

use super::{
    Kind, Row, Sampler,
    readers::{Mix, repeat, with_arc_swap},
};
use crate::{
    bench::Bench,
    crew::Crew,
    library::Library,
    locks::{ForRwLocks, RwLockLike},
};

const BEFORE: &str = "rwlock reads scale, threads: ";

/// From how many threads a row of this name reads, if it is one of these.
pub(crate) fn threads_of(id: &str) -> Option<usize> {
    id.strip_prefix(BEFORE)?.parse().ok()
}

/// So many threads that read.
struct Threads(usize);

impl ForRwLocks for Threads {
    type Made = Sampler;

    fn make<L: RwLockLike>(&self) -> Sampler {
        let threads = self.0;
        Box::new(move |bench: &mut Bench| {
            let lock = Arc::new(L::new());
            let shift = Crew::of(threads).run(threads, bench.period, |number, signals| {
                let lock = lock.clone();
                let mix = Mix::new(100).of_task(number);
                async move { repeat(&*lock, mix, false, &signals).await.reads }
            })?;
            Ok(vec![shift.nanos_each()])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let cores = available_parallelism().map_or(1, usize::from);
    let doubled = std::iter::successors(Some(1), |threads| Some(threads * 2));
    let below = doubled.take_while(|threads| *threads < cores);
    below.chain([cores]).map(row).collect()
}

fn row(threads: usize) -> Row {
    Row::new(
        format!("{BEFORE}{threads}"),
        Kind::Speed(Library::Tokio),
        format!(
            "As many tasks as threads ({threads}), each reads, at once again; the time of one read over all."
        ),
    )
    .with(with_arc_swap(&Threads(threads)))
}
