//! A queue is served, one after the other.

use std::time::{Duration, Instant};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    by_hand::{Futures, clear_woken, poll_once},
    library::Library,
    locks::{ForMutexes, MutexLike},
};

/// Short queues are served many at a time, so that the clock is not what is measured.
const AT_LEAST: usize = 1000;

/// A waiter that takes this long to queue is not queued a hundred thousand times.
const SLOW: Duration = Duration::from_micros(20);

#[derive(Clone, Copy)]
struct Grant {
    queued: usize,
}

/// Queues so many at each of some mutexes, and times the serving of all.
fn cycle<M: MutexLike>(queued: usize) -> Result<(usize, Duration), String> {
    if queued > AT_LEAST {
        let start = Instant::now();
        cycle::<M>(AT_LEAST)?;
        let each = start.elapsed() / AT_LEAST as u32;
        if each > SLOW {
            return Err(format!(
                "it takes {each:.0?} to queue one, so {queued} would take {:.0?}",
                each * queued as u32
            ));
        }
    }
    let locks: Vec<M> = (0..AT_LEAST.div_ceil(queued)).map(|_| M::new()).collect();
    let mut prepared: Vec<_> = locks
        .iter()
        .enumerate()
        .map(|(nth, lock)| {
            let held = poll_once(lock.lock());
            let mut waiting = Futures::new(nth * queued, queued, || lock.lock());
            waiting.queue_all();
            (held, waiting)
        })
        .collect();
    clear_woken(queued);

    let mut served = 0;
    let start = Instant::now();
    for (held, mut waiting) in prepared.drain(..) {
        drop(held);
        served += waiting.run(|mut guard| *guard += 1);
    }
    let elapsed = start.elapsed();

    drop(prepared);
    if served != locks.len() * queued {
        return Err(format!("LOST WAKE-UP: only {served} of {queued} are served"));
    }
    for lock in &locks {
        assert_eq!(*poll_once(lock.lock()), queued as u64, "{}", M::LIBRARY);
    }
    Ok((served, elapsed))
}

impl ForMutexes for Grant {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let queued = self.queued;
        Box::new(move |bench: &mut Bench| {
            let nanos = bench.nanos_in_cycles(|| cycle::<M>(queued))?;
            Ok(vec![nanos])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let row = |queued| {
        Row::new(
            format!("release and grant, {queued} queued"),
            Kind::Time(Library::FuturesIntrusive),
            format!(
                "The holder of a mutex with {queued} waiters releases it, and whoever is woken \
                 is polled, counts and releases, until all are served: the time of each."
            ),
        )
        .with(Grant { queued }.for_each())
        .async_only()
    };
    [10, 1000, 100_000].map(row).into()
}
