//! A lock held across a sleep, as one held over a query or a file is.
//!
//! The clock of the executors is coarse: what is asked to last a millisecond lasts up to two, for
//! every library. The numbers are for comparing with each other.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use super::{
    Kind, Measure, Row, Sampler,
    readers::Mix,
    waits::{Waits, fewest_to_most},
};
use crate::{
    bench::Bench,
    executors::{Deadline, Executor},
    library::Library,
    locks::{ForWays, Way, What},
};

/// How long after their time tasks may take to end.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Clone, Copy)]
struct Held {
    what: What,
    executor: Executor,
    tasks: usize,
    hold: Duration,
}

/// Whether anybody is inside who may not be there together.
#[derive(Default)]
struct Inside {
    readers: AtomicUsize,
    writers: AtomicUsize,
}

impl Inside {
    /// Comes in, sees who else is there, sleeps, and goes.
    async fn sleep(&self, reads: bool, executor: Executor, time: Duration) {
        let (same, others) = match reads {
            true => (&self.readers, &self.writers),
            false => (&self.writers, &self.readers),
        };
        let before = same.fetch_add(1, Ordering::SeqCst);
        let alone = reads || before == 0;
        assert!(alone && others.load(Ordering::SeqCst) == 0, "exclusion is broken");
        executor.sleep(time).await;
        same.fetch_sub(1, Ordering::SeqCst);
    }
}

impl Held {
    fn name(self) -> String {
        let what = match self.what {
            What::Mutex => "mutex",
            What::Write => "rwlock write",
            What::Mix => "rwlock 50 % reads",
            What::Upgradable => "rwlock upgradable",
            What::Set => "set of two",
            What::Pair => "pair",
        };
        let (tasks, hold) = (self.tasks, self.hold.as_millis());
        format!("held, {what}, {tasks} tasks, {hold} ms, {}", self.executor.name())
    }

    fn explain(self) -> String {
        let (tasks, hold) = (self.tasks, self.hold.as_millis());
        let what = match self.what {
            What::Mutex => "lock a mutex",
            What::Write => "write-lock an rwlock",
            What::Mix => "lock an rwlock, every other time for reading (as drawn),",
            What::Upgradable => "take the upgradable place of an rwlock (who has none writes)",
            What::Set => "take two mutexes of a twin by a set (peers: one after the other)",
            What::Pair => "take two mutexes by `lock_pair` (peers: one after the other)",
        };
        let executor = match self.executor {
            Executor::TwoWorkers => "two workers of tokio",
            Executor::CurrentThread => "tokio's current-thread runtime",
            Executor::Root => "that runtime, one of them being the root future of `block_on`",
            Executor::LocalSet => "a LocalSet",
            Executor::Smol => "smol's executor in one thread",
            Executor::Unordered => "a FuturesUnordered",
        };
        format!(
            "{tasks} tasks on {executor} {what}, sleep for {hold} ms with it, release, at once \
             again: how often, how long each waits, and the turns of the one that had fewest, of \
             the one that had most."
        )
    }

    fn row(self) -> Row {
        Row::new(self.name(), Kind::Time(Library::Tokio), self.explain())
            .measuring(&[
                Measure::more("turns", "/s"),
                Measure::less("p50", "ms"),
                Measure::less("p99", "ms"),
                Measure::less("worst", "ms"),
                Measure::more("fewest/most", ""),
            ])
            .with(self.for_each(self.what))
            .async_only()
            .slow()
    }
}

impl ForWays for Held {
    type Made = Sampler;

    fn make<W: Way>(&self) -> Sampler {
        let Self { executor, tasks, hold, .. } = *self;
        let mix = Mix::new(if self.what == What::Mix { 50 } else { 0 });
        Box::new(move |bench: &mut Bench| {
            let lock = Arc::new(W::new());
            let inside = Arc::new(Inside::default());
            let begin = Instant::now();
            let deadline = Deadline::after(bench.seconds);
            let work = (0..tasks).map(|number| {
                let (lock, inside) = (lock.clone(), inside.clone());
                let mut mix = mix.of_task(number);
                async move {
                    let mut waits = Waits::new();
                    while !deadline.is_over() {
                        let reads = mix.reads();
                        let asked = Instant::now();
                        let sleep = async {
                            waits.note(asked);
                            inside.sleep(reads, executor, hold).await;
                        };
                        lock.hold(reads, sleep).await;
                    }
                    waits
                }
            });
            let results = executor.run(work, bench.seconds + PATIENCE)?;
            let seconds = begin.elapsed().as_secs_f64();
            let counts = results.iter().map(Waits::count);
            let mut all = Waits::new();
            results.iter().for_each(|waits| all.add(waits));
            let in_ms = |quantile| all.at(quantile) / 1e3;
            Ok(vec![
                counts.clone().sum::<u64>() as f64 / seconds,
                in_ms(0.5),
                in_ms(0.99),
                in_ms(1.0),
                fewest_to_most(counts),
            ])
        })
    }
}

pub(super) fn rows() -> Vec<Row> {
    use Executor::{CurrentThread, LocalSet, Root, Smol, TwoWorkers};
    let long = |what, executor| Held { what, executor, tasks: 20, hold: Duration::from_millis(5) };
    let mut rows = Vec::new();
    let executors = [TwoWorkers, CurrentThread, Root, LocalSet, Smol];
    for executor in executors {
        rows.push(long(What::Mutex, executor).row());
        rows.push(long(What::Mix, executor).row());
    }
    let short = |what| Held { tasks: 4, hold: Duration::from_millis(1), ..long(what, TwoWorkers) };
    rows.extend([What::Mutex, What::Mix].map(|what| short(what).row()));
    for what in [What::Write, What::Upgradable, What::Set, What::Pair] {
        rows.extend(executors.map(|executor| long(what, executor).row()));
    }
    rows
}
