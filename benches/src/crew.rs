//! The executor of the contended rows: tasks on the workers, two if nothing else is said, of a tokio runtime.
//!
//! A sample lasts for a time, not for a number of operations: tasks that were shut out so far are
//! still there, as they are in a server, and not done in turn at the end.

use std::{
    future::{Future, poll_fn},
    sync::{
        Arc, Mutex, OnceLock,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    task::Poll,
    thread::{self, Thread},
    time::{Duration, Instant},
};

use tokio::runtime::{Builder, Runtime};

/// How long after their time tasks may take to end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Workers, kept from one sample to the next.
pub(crate) struct Crew {
    workers: usize,
    runtime: Runtime,
}

/// What the tasks of one sample share.
pub(crate) struct Signals {
    ready: AtomicUsize,
    go: AtomicBool,
    stop: AtomicBool,
    left: AtomicUsize,
    /// When the first task began: the workers may have been off their cores before.
    begin: OnceLock<Instant>,
    end: Mutex<Option<Instant>>,
    starter: Thread,
}

/// What one sample gave.
pub(crate) struct Shift<R> {
    /// From the start until the last task was done.
    pub(crate) elapsed: Duration,
    /// What each task returned.
    pub(crate) results: Vec<R>,
}

impl Shift<u64> {
    /// How long an operation took, the tasks having returned how many they did. Infinite if none.
    pub(crate) fn nanos_each(&self) -> f64 {
        self.elapsed.as_nanos() as f64 / self.total() as f64
    }

    pub(crate) fn total(&self) -> u64 {
        self.results.iter().sum()
    }
}

impl Signals {
    /// True once the time is up.
    #[inline(always)]
    pub(crate) fn stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    /// Resolves once all tasks are there.
    async fn start(&self) {
        self.ready.fetch_add(1, Ordering::Release);
        while !self.go.load(Ordering::Acquire) {
            yield_now().await;
        }
        self.begin.get_or_init(Instant::now);
    }

    fn done(&self) {
        if self.left.fetch_sub(1, Ordering::AcqRel) == 1 {
            *self.end.lock().expect("no panic inside") = Some(Instant::now());
            self.starter.unpark();
        }
    }
}

impl Crew {
    pub(crate) fn of_two() -> Self {
        Self::of(2)
    }

    pub(crate) fn of(workers: usize) -> Self {
        let runtime = Builder::new_multi_thread().worker_threads(workers).build();
        Self { workers, runtime: runtime.expect("threads can be had") }
    }

    /// Runs `count` tasks for `period`, each made by `make`, which gets its number.
    ///
    /// # Errors
    /// If some of them don't come to their end: they hang, were left asleep, or panicked.
    pub(crate) fn run<F>(
        &mut self,
        count: usize,
        period: Duration,
        make: impl Fn(usize, Arc<Signals>) -> F,
    ) -> Result<Shift<F::Output>, String>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let signals = Arc::new(Signals {
            ready: AtomicUsize::new(0),
            go: AtomicBool::new(false),
            stop: AtomicBool::new(false),
            left: AtomicUsize::new(count),
            begin: OnceLock::new(),
            end: Mutex::new(None),
            starter: thread::current(),
        });
        let tasks: Vec<_> = (0..count)
            .map(|number| {
                let work = make(number, signals.clone());
                let signals = signals.clone();
                self.runtime.spawn(async move {
                    signals.start().await;
                    let result = work.await;
                    signals.done();
                    result
                })
            })
            .collect();
        let nap = Duration::from_micros(50);
        while signals.ready.load(Ordering::Acquire) < count {
            thread::sleep(nap);
        }
        signals.go.store(true, Ordering::Release);
        let begin = loop {
            match signals.begin.get() {
                Some(begin) => break *begin,
                None => thread::sleep(nap),
            }
        };
        thread::sleep(period.saturating_sub(begin.elapsed()));
        signals.stop.store(true, Ordering::Release);

        let deadline = Instant::now() + PATIENCE;
        let end = loop {
            if let Some(end) = *signals.end.lock().expect("no panic inside") {
                break end;
            }
            let now = Instant::now();
            if now >= deadline {
                let left = signals.left.load(Ordering::Acquire);
                self.replace_runtime();
                return Err(format!("HANGS: {left} of {count} tasks never end"));
            }
            thread::park_timeout(deadline - now);
        };
        let results = tasks
            .into_iter()
            .map(|task| self.runtime.block_on(task).expect("no task panics"))
            .collect();
        Ok(Shift { elapsed: end - begin, results })
    }

    /// The tasks of the old one may never end.
    fn replace_runtime(&mut self) {
        std::mem::replace(self, Self::of(self.workers)).runtime.shutdown_background();
    }
}

/// Returns `Pending` once, woken: the way of every executor to let others run.
pub(crate) fn yield_now() -> impl Future<Output = ()> + Send {
    let mut yielded = false;
    poll_fn(move |context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}
