//! The executors of the rows whose tasks sleep, or come in crowds: tokio's and smol's.

use std::{
    future::Future,
    time::{Duration, Instant},
};

use futures::{StreamExt, future::Either, stream::FuturesUnordered};
use tokio::{
    runtime::{Builder, Runtime},
    task::LocalSet,
    time::{sleep, timeout},
};

/// Who polls the tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Executor {
    /// tokio, two workers.
    TwoWorkers,
    /// tokio's current-thread runtime. The root future only waits for the tasks.
    CurrentThread,
    /// The same, and the first contender is not a task but the root future of `block_on`.
    Root,
    /// tokio's `LocalSet` on a current-thread runtime.
    LocalSet,
    /// One thread that runs smol's executor.
    Smol,
    /// A `FuturesUnordered` that is one task of tokio's current-thread runtime.
    Unordered,
}

impl Executor {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::TwoWorkers => "two workers",
            Self::CurrentThread => "current thread",
            Self::Root => "root future",
            Self::LocalSet => "LocalSet",
            Self::Smol => "smol",
            Self::Unordered => "FuturesUnordered",
        }
    }

    /// Runs all to their end.
    ///
    /// # Errors
    /// If that takes longer than `limit`.
    pub(crate) fn run<F>(
        self,
        work: impl IntoIterator<Item = F>,
        limit: Duration,
    ) -> Result<Vec<F::Output>, String>
    where
        F: Future<Output: Send> + Send + 'static,
    {
        let mut work = work.into_iter();
        let outputs = match self {
            Self::TwoWorkers => on(two_workers(), async {
                let tasks: Vec<_> = work.map(tokio::spawn).collect();
                timeout(limit, all(tasks)).await.ok()
            }),
            Self::CurrentThread => on(current_thread(), async {
                let tasks: Vec<_> = work.map(tokio::spawn).collect();
                timeout(limit, all(tasks)).await.ok()
            }),
            Self::Root => on(current_thread(), async {
                let root = work.next().expect("there is a first");
                let tasks: Vec<_> = work.map(tokio::spawn).collect();
                let both = async {
                    let mut outputs = vec![root.await];
                    outputs.extend(all(tasks).await);
                    outputs
                };
                timeout(limit, both).await.ok()
            }),
            Self::LocalSet => on(current_thread(), async {
                let set = LocalSet::new();
                let tasks: Vec<_> = work.map(|work| set.spawn_local(work)).collect();
                timeout(limit, set.run_until(all(tasks))).await.ok()
            }),
            Self::Unordered => on(current_thread(), async {
                let unordered: FuturesUnordered<_> = work.collect();
                timeout(limit, unordered.collect()).await.ok()
            }),
            Self::Smol => {
                let executor = smol::Executor::new();
                let tasks: Vec<_> = work.map(|work| executor.spawn(work)).collect();
                let joined = std::pin::pin!(futures::future::join_all(tasks));
                let alarm = smol::Timer::after(limit);
                let first = executor.run(futures::future::select(joined, alarm));
                match smol::block_on(first) {
                    Either::Left((outputs, _)) => Some(outputs),
                    Either::Right(_) => None,
                }
            }
        };
        outputs.ok_or_else(|| format!("HANGS: not all tasks have ended after {limit:?}"))
    }

    /// Sleeps by the executor's own clock.
    pub(crate) async fn sleep(self, time: Duration) {
        match self {
            Self::Smol => {
                smol::Timer::after(time).await;
            }
            _ => sleep(time).await,
        }
    }
}

fn two_workers() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_time().build().expect("threads can be had")
}

fn current_thread() -> Runtime {
    Builder::new_current_thread().enable_time().build().expect("a clock can be had")
}

/// Runs the root future, and lets go of the tasks that are left: those may never end.
fn on<R>(runtime: Runtime, root: impl Future<Output = R>) -> R {
    let result = runtime.block_on(root);
    runtime.shutdown_background();
    result
}

async fn all<R>(tasks: Vec<tokio::task::JoinHandle<R>>) -> Vec<R> {
    let mut outputs = Vec::with_capacity(tasks.len());
    for task in tasks {
        outputs.push(task.await.expect("no task panics"));
    }
    outputs
}

/// When a workload that lasts for a time is to end.
#[derive(Clone, Copy)]
pub(crate) struct Deadline(Instant);

impl Deadline {
    pub(crate) fn after(time: Duration) -> Self {
        Self(Instant::now() + time)
    }

    pub(crate) fn is_over(self) -> bool {
        Instant::now() >= self.0
    }
}
