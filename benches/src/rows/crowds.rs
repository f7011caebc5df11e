//! A crowd comes while others sleep: how many polls it takes until all have had the lock.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering},
    },
    task::{Context, Poll},
    time::{Duration, Instant},
};

use super::{Kind, Measure, Row, Sampler};
use crate::{
    bench::Bench,
    crew::yield_now,
    executors::Executor,
    library::Library,
    locks::{ForWays, Way, What},
};

/// What all would take at the utmost; who takes longer is left out.
const PATIENCE: Duration = Duration::from_secs(60);

#[derive(Clone, Copy)]
struct Crowd {
    what: What,
    executor: Executor,
    /// Those that sleep when the lock is released.
    asleep: usize,
    /// Those that can run then, and have not asked yet.
    fresh: usize,
}

/// Counts how often a future is polled that came to ask for the lock.
struct Counted<F> {
    future: Pin<Box<F>>,
    role: Role,
    progress: Arc<Progress>,
}

impl<F: Future> Future for Counted<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let counts = match self.role {
            Role::Holder => false,
            Role::Sleeper => true,
            // Before that it only waits for its cue.
            Role::Fresh => self.progress.released.load(Ordering::Relaxed),
        };
        self.progress.polls.fetch_add(u64::from(counts), Ordering::Relaxed);
        self.future.as_mut().poll(context)
    }
}

/// Who has come how far.
#[derive(Default)]
struct Progress {
    held: AtomicBool,
    asking: AtomicUsize,
    released: AtomicBool,
    done: AtomicUsize,
    polls: AtomicU64,
}

/// The holder, those that fall asleep, and those that come when all of them sleep.
#[derive(Clone, Copy)]
enum Role {
    Holder,
    Sleeper,
    Fresh,
}

/// What a task does. All are spawned at once, in this order, on executors that poll in the order of
/// waking; so the crowd is in the run queue, in front of whom the release wakes.
async fn play<W: Way>(lock: &W, role: Role, reads: bool, crowd: Crowd, progress: &Progress) {
    match role {
        Role::Holder => {
            let inside = async {
                progress.held.store(true, Ordering::Relaxed);
                // The sleepers come now, and the crowd's tasks yield till then.
                while progress.asking.load(Ordering::Relaxed) < crowd.asleep {
                    yield_now().await;
                }
                progress.released.store(true, Ordering::Relaxed);
            };
            lock.hold(false, inside).await;
        }
        Role::Sleeper | Role::Fresh => {
            if matches!(role, Role::Sleeper) {
                assert!(progress.held.load(Ordering::Relaxed), "the holder was first");
                progress.asking.fetch_add(1, Ordering::Relaxed);
            } else {
                while !progress.released.load(Ordering::Relaxed) {
                    yield_now().await;
                }
            }
            lock.hold(reads, async {}).await;
            progress.done.fetch_add(1, Ordering::Relaxed);
        }
    }
}

impl ForWays for Crowd {
    type Made = Sampler;

    fn make<W: Way>(&self) -> Sampler {
        let crowd = *self;
        Box::new(move |_: &mut Bench| {
            let lock = Arc::new(W::new());
            let progress = Arc::new(Progress::default());
            let sleepers = std::iter::repeat_n(Role::Sleeper, crowd.asleep);
            let fresh = std::iter::repeat_n(Role::Fresh, crowd.fresh);
            let roles = std::iter::once(Role::Holder).chain(sleepers).chain(fresh);
            let begin = Instant::now();
            let work = roles.enumerate().map(|(number, role)| {
                let (lock, progress) = (lock.clone(), progress.clone());
                let reads = crowd.what == What::Mix && number % 2 == 0;
                let its = progress.clone();
                let future = async move { play(&*lock, role, reads, crowd, &its).await };
                Counted { future: Box::pin(future), role, progress }
            });
            crowd.executor.run(work, PATIENCE)?;
            let elapsed = begin.elapsed();
            let count = crowd.asleep + crowd.fresh;
            assert_eq!(progress.done.load(Ordering::Relaxed), count, "{}", W::LIBRARY);
            let polls = progress.polls.load(Ordering::Relaxed) as f64 / count as f64;
            Ok(vec![polls, elapsed.as_secs_f64() * 1e3])
        })
    }
}

impl Crowd {
    fn row(self) -> Row {
        let Self { asleep, fresh, .. } = self;
        let (what, which) = match self.what {
            What::Mix => ("rwlock", "an rwlock, every other one for reading"),
            _ => ("mutex", "a mutex"),
        };
        Row::new(
            format!("crowd, {what}, {asleep} asleep, {fresh} come, {}", self.executor.name()),
            Kind::Time(Library::Tokio),
            format!(
                "{asleep} tasks sleep and {fresh} can run when {which} is released, which all \
                 take once, on an executor that polls in the order of waking: the polls of a \
                 task, its first included, and the time of all, spawning included."
            ),
        )
        .measuring(&[Measure::less("polls a task", ""), Measure::less("all", "ms")])
        .with(self.for_each(self.what))
        .async_only()
        .slow()
    }
}

pub(super) fn rows() -> Vec<Row> {
    use Executor::{CurrentThread, LocalSet, Smol, Unordered};
    let mut rows = Vec::new();
    for (asleep, fresh) in [(400, 12_000), (1000, 24_000)] {
        for executor in [CurrentThread, LocalSet, Smol, Unordered] {
            rows.push(Crowd { what: What::Mutex, executor, asleep, fresh }.row());
        }
        let mix = Crowd { what: What::Mix, executor: CurrentThread, asleep, fresh };
        rows.push(mix.row());
    }
    rows
}
