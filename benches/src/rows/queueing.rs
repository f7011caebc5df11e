//! What the queue costs, on one thread and with a waker that does nothing: to come into it, and to
//! go round in it.

use std::{
    pin::Pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use super::{Kind, Row, Sampler};
use crate::{
    bench::Bench,
    by_hand::poll_once,
    library::Library,
    locks::{ForMutexes, MutexLike},
};

/// So many are queued between two looks at the clock.
const AT_ONCE: usize = 1000;

/// Futures in a row, none of them moved once it is polled.
type Line<F> = Box<[Pin<Box<Option<F>>>]>;

fn poll<F: Future>(slot: Pin<&mut Option<F>>) -> Poll<F::Output> {
    let future = slot.as_pin_mut().expect("it waits");
    future.poll(&mut Context::from_waker(Waker::noop()))
}

#[derive(Clone, Copy)]
struct Enqueue;

/// Queues many, and times that. They are dropped from the front, untimed.
fn enqueue<M: MutexLike>() -> Result<(usize, Duration), String> {
    let lock = M::new();
    let held = poll_once(lock.lock());
    let mut line: Line<_> = (0..AT_ONCE).map(|_| Box::pin(None)).collect();
    let start = Instant::now();
    for slot in &mut line {
        slot.set(Some(lock.lock()));
        assert!(poll(slot.as_mut()).is_pending(), "it is held");
    }
    let elapsed = start.elapsed();
    line.iter_mut().for_each(|slot| slot.set(None));
    drop(held);
    assert!(lock.try_lock().is_some(), "nothing is left behind: {}", M::LIBRARY);
    Ok((AT_ONCE, elapsed))
}

impl ForMutexes for Enqueue {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        Box::new(|bench: &mut Bench| Ok(vec![bench.nanos_in_cycles(enqueue::<M>)?]))
    }
}

#[derive(Clone, Copy)]
struct Requeue {
    queued: usize,
}

/// Releases, lets the front have the lock, and queues a new one behind all, `count` times.
fn requeue<M: MutexLike>(queued: usize, count: u64) -> Result<Duration, String> {
    let lock = M::new();
    let mut held = Some(poll_once(lock.lock()));
    let mut line: Line<_> = (0..queued).map(|_| Box::pin(Some(lock.lock()))).collect();
    for slot in &mut line {
        assert!(poll(slot.as_mut()).is_pending(), "it is held");
    }
    let mut front = 0;
    let start = Instant::now();
    for _ in 0..count {
        drop(held.take());
        let slot = &mut line[front];
        let Poll::Ready(mut guard) = poll(slot.as_mut()) else {
            return Err("LOST WAKE-UP: the front of the queue is not served".into());
        };
        *guard += 1;
        held = Some(guard);
        slot.set(Some(lock.lock()));
        assert!(poll(slot.as_mut()).is_pending(), "it is held");
        front = if front + 1 == queued { 0 } else { front + 1 };
    }
    let elapsed = start.elapsed();
    drop(line);
    drop(held);
    assert_eq!(*poll_once(lock.lock()), count, "{}", M::LIBRARY);
    Ok(elapsed)
}

impl ForMutexes for Requeue {
    type Made = Sampler;

    fn make<M: MutexLike>(&self) -> Sampler {
        let queued = self.queued;
        let mut count = 0;
        Box::new(move |bench: &mut Bench| {
            let nanos = bench.nanos_each(&mut count, |count| requeue::<M>(queued, count))?;
            Ok(vec![nanos])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    let kind = Kind::Time(Library::FuturesIntrusive);
    let enqueue = Row::new(
        "enqueue",
        kind,
        format!(
            "A future that asks for a held mutex is made and polled once, which queues it, {AT_ONCE} \
             of them; the waker does nothing."
        ),
    );
    let mut rows = vec![enqueue.with(Enqueue.for_each()).async_only()];
    for queued in [1, 10] {
        let row = Row::new(
            format!("release, grant, requeue, {queued} queued"),
            kind,
            format!(
                "The holder of a mutex for which {queued} wait releases it, the front of the queue \
                 is polled and has it, a new one queues behind; the waker does nothing."
            ),
        );
        rows.push(row.with(Requeue { queued }.for_each()).async_only());
    }
    rows
}
