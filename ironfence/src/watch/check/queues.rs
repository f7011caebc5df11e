//! Who waits for which lock: by the lock, so that it is found without a look at all.

use alloc::{collections::BTreeMap, vec::Vec};
use std::sync::Mutex;

use super::{
    ledger::{self, Held, Waiting, with, with_each},
    lock,
    tasks::Task,
};
use crate::watch::Way;

const SHARDS: usize = 256;

/// Who waits for a lock, by the lock and the number of the wait, in shards by the lock.
type Queue = Mutex<BTreeMap<(usize, u64), Task>>;
static QUEUES: [Queue; SHARDS] = [const { Mutex::new(BTreeMap::new()) }; SHARDS];

fn queue_of(lock: usize) -> &'static Queue {
    let mixed = (lock as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    &QUEUES[(mixed >> 32) as usize % SHARDS]
}

/// A lock future waits, or is polled again.
pub(crate) fn begin_wait(waiting: Waiting) {
    lock(queue_of(waiting.lock)).insert((waiting.lock, waiting.number), waiting.task);
    with(waiting.task, |live| live.waiting.insert(waiting.number, waiting));
}

/// A lock future of `task` waits no more.
pub(crate) fn end_wait(task: Task, number: u64) -> Option<Waiting> {
    let waiting = with(task, |live| live.waiting.remove(&number))?;
    lock(queue_of(waiting.lock)).remove(&(waiting.lock, number));
    Some(waiting)
}

/// True if somebody waits for a lock that `task` holds.
pub(crate) fn is_waited_for(task: Task) -> bool {
    let locks = with(task, |live| live.held_by(task).map(|held| held.lock).collect::<Vec<_>>());
    locks.into_iter().any(|of| lock(queue_of(of)).range((of, 0)..=(of, u64::MAX)).next().is_some())
}

/// Who holds the lock that `wait` is for.
pub(crate) fn holders(wait: &Waiting) -> Vec<Task> {
    let (lock, task) = (wait.lock, wait.last);
    let is_alone = |held: &Held| held.lock == lock && held.way == Way::Exclusive;
    if with(task, |live| live.held_by(task).any(is_alone)) {
        return Vec::from([task]);
    }
    let mut tasks = Vec::new();
    with_each(|live| {
        tasks.extend(live.held().filter(|held| held.lock == lock).map(|held| held.task));
    });
    tasks
}

/// Those who sleep in a lock's queue so that readers have to stay behind them, in the order in which they
/// began.
pub(crate) fn ahead_of_readers(of: usize) -> Vec<Waiting> {
    let queue: Vec<_> = {
        let queue = lock(queue_of(of));
        queue.range((of, 0)..=(of, u64::MAX)).map(|(&(_, number), &task)| (number, task)).collect()
    };
    let find = |(number, task)| {
        with(task, |live| live.waiting.get(&number).filter(|it| it.is_ahead_of_readers()).cloned())
    };
    queue.into_iter().filter_map(find).collect()
}

/// Forgets all who hold a lock, or wait for it.
pub(crate) fn forget(address: usize) {
    ledger::forget(address);
    lock(queue_of(address)).retain(|(lock, _), _| *lock != address);
}
