//! The same index, built twice: by many tasks at once, and by a loop.

use std::{
    panic::resume_unwind,
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use ironfence::{Mutex, task::named};
use tokio::{
    task::{JoinError, JoinSet, spawn_blocking, yield_now},
    time::interval,
};

use super::{
    meter::Meter,
    postings::Batch,
    shared::{Answer, Index, IndexGuarded},
    walk::Found,
};

/// What to build, and with how many hands.
#[derive(Clone, Debug)]
pub(crate) struct Plan {
    pub(crate) root: PathBuf,
    pub(crate) max_bytes: u64,
    /// How many tasks read files and merge them.
    pub(crate) tasks: u16,
    /// How many tasks query meanwhile.
    pub(crate) readers: u16,
    /// What they ask for.
    pub(crate) questions: Vec<String>,
}

/// So many files are read before they are merged together.
const BATCH: usize = 16;

/// Builds the index with many tasks at once, while others query it. Says how long that took, too.
pub(crate) async fn build_concurrently(plan: &Plan, found: &Found) -> (Index, Duration) {
    let plan = Arc::new(plan.clone());
    let files: Arc<[PathBuf]> = found.files.clone().into();
    let index = Index::new(plan.root.clone(), found.skipped.clone());
    let index = Arc::new(index.into_guarded());
    let batches = Arc::new(Mutex::new((0..files.len()).step_by(BATCH)));
    let is_done = Arc::new(AtomicBool::new(false));
    let mut meter = Meter::start("indexing", files.len());

    let mut readers = JoinSet::new();
    for number in 0..plan.readers {
        let (index, plan, is_done) = (index.clone(), plan.clone(), is_done.clone());
        let query = query_until_done(index, plan, usize::from(number), is_done);
        readers.spawn(named("query", query));
    }
    let mut workers = JoinSet::new();
    for _ in 0..plan.tasks {
        let (index, max_bytes) = (index.clone(), plan.max_bytes);
        let (files, batches) = (files.clone(), batches.clone());
        workers.spawn(named("merge", async move {
            while let Some(first) = batches.with(Iterator::next).await {
                let batch = read_batch(index.clone(), files.clone(), first, max_bytes).await;
                index.merge(batch).await;
            }
        }));
    }

    let mut ticks = interval(Duration::from_millis(100));
    while !workers.is_empty() {
        tokio::select! {
            Some(ended) = workers.join_next() => ended.unwrap_or_else(pass_on),
            _ = ticks.tick() => {
                let progress = index.progress.snapshot().await;
                let skipped = index.skipped.lock().await.len() - found.skipped.len();
                meter.show(progress.files + skipped as u64, progress.bytes);
            }
        }
    }
    let took = meter.finish(*index.progress.bytes.read().await);

    is_done.store(true, Ordering::Relaxed);
    while let Some(ended) = readers.join_next().await {
        ended.unwrap_or_else(pass_on);
    }
    let index = Arc::into_inner(index).expect("the tasks have ended");
    (index.into_inner(), took)
}

/// Builds the same with a loop and no lock.
pub(crate) fn build_sequentially(plan: &Plan, found: &Found) -> Batch {
    let mut meter = Meter::start("rebuilding", found.files.len());
    let mut batch = Batch::default();
    for (before, path) in found.files.iter().enumerate() {
        meter.show(before as u64, batch.postings.bytes);
        batch.read(&plan.root, path, plan.max_bytes);
    }
    meter.finish(batch.postings.bytes);
    batch.skipped.extend_from_slice(&found.skipped);
    batch
}

/// Reads a batch of files where it keeps no other task waiting.
async fn read_batch(
    index: Arc<IndexGuarded>,
    files: Arc<[PathBuf]>,
    first: usize,
    max_bytes: u64,
) -> Batch {
    let reading = spawn_blocking(move || {
        let last = files.len().min(first + BATCH);
        let mut batch = Batch::default();
        for path in &files[first..last] {
            batch.read(&index.root, path, max_bytes);
        }
        batch
    });
    reading.await.unwrap_or_else(pass_on)
}

/// Asks for one word after the other, at least for one, and asserts that the answers only grow.
async fn query_until_done(
    index: Arc<IndexGuarded>,
    plan: Arc<Plan>,
    first: usize,
    is_done: Arc<AtomicBool>,
) {
    let questions = &plan.questions;
    let mut answers = vec![Answer::default(); questions.len()];
    for turn in (0..questions.len()).cycle().skip(first % questions.len()) {
        let answer = index.query(&questions[turn]).await;
        answer.assert_not_before(&answers[turn]);
        answers[turn] = answer;
        if is_done.load(Ordering::Relaxed) {
            break;
        }
        yield_now().await;
    }
}

/// A task ends early only by a panic: an assertion of this program.
fn pass_on<T>(error: JoinError) -> T {
    resume_unwind(error.into_panic())
}
