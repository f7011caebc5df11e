//! A future that waits for the lock is dropped.

use std::{
    pin::pin,
    task::Context,
    time::{Duration, Instant},
};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    by_hand::{Futures, clear_woken, poll_once, waker},
    library::Library,
    locks::{ForMutexes, MutexLike},
};

#[derive(Clone, Copy)]
struct Cancel {
    queued: usize,
}

/// Queues for a held lock and leaves, `count` times, behind those that stay.
fn run<M: MutexLike>(queued: usize, count: u64) -> Result<Duration, String> {
    let lock = M::new();
    let held = poll_once(lock.lock());
    let mut waiting = Futures::new(0, queued, || lock.lock());
    clear_woken(queued);
    waiting.queue_all();

    let waker = waker(usize::MAX);
    let mut context = Context::from_waker(&waker);
    let start = Instant::now();
    for _ in 0..count {
        let polled = pin!(lock.lock()).poll(&mut context);
        assert!(polled.is_pending(), "it is held");
    }
    let elapsed = start.elapsed();

    drop(held);
    let served = waiting.run(|mut guard| *guard += 1);
    if served != queued {
        return Err(format!(
            "LOST WAKE-UP: only {served} of {queued} are served after others were cancelled"
        ));
    }
    assert_eq!(*poll_once(lock.lock()), queued as u64, "{}", M::LIBRARY);
    Ok(elapsed)
}

impl ForMutexes for Cancel {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let queued = self.queued;
        let mut count = 0;
        Box::new(move |bench: &mut Bench| {
            let nanos = bench.nanos_each(&mut count, |count| run::<M>(queued, count))?;
            Ok(vec![nanos])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let row = |queued| {
        Row::new(
            format!("cancel, {queued} queued"),
            Kind::Time(Library::FuturesIntrusive),
            format!(
                "A future that asks for a held mutex is polled once, which queues it behind \
                 {queued} others, and dropped."
            ),
        )
        .with(Cancel { queued }.for_each())
        .async_only()
    };
    [0, 10, 1000].map(row).into()
}
