//! Deadlocks, proven.
//!
//! Candidates are those who wait for nothing but locks: scopes whose sleepers are all lock futures
//! (see `scope`), and threads in a blocking method. One is *stuck* if each of its waits is blocked by a
//! hold of one that is stuck. That is a greatest fixed point: begin with all candidates, and take out
//! those who may go on, until nobody is. What remains waits for ever.
//!
//! The ledger is read shard by shard, so what was read need not have been at one moment. But a task
//! changes what it holds only while it is polled. So it is read twice: who is in the same poll, with the
//! same waits and holds, both times, was so at all times in between, with all the others.

use alloc::vec::Vec;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{LazyLock, Mutex},
};

use core::sync::atomic::Ordering;

use super::{
    Way,
    flow::TASKS_ARE_SEQUENTIAL,
    ledger::{self, Held, Waiting},
    order, report,
    scope::scope_of,
    tasks::{Sort, Task, lock},
};

/// What was read.
#[derive(Default)]
struct Picture {
    held: Vec<Held>,
    waiting: Vec<Waiting>,
    candidates: BTreeMap<Task, Candidate>,
}

/// One who waits for nothing but locks.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Candidate {
    poll: u64,
    /// The numbers of its waits. All must be blocked.
    waits: Vec<u64>,
    /// The scopes inside of it that it waits for.
    children: Vec<Task>,
}

fn candidate(task: Task, waiting: &[Waiting]) -> Option<Candidate> {
    let own = |it: &&Waiting| it.task == task && it.sleeps();
    let numbers = |waits: Vec<&Waiting>| waits.iter().map(|it| it.number).collect();
    let blocked: Vec<_> = waiting.iter().filter(own).filter(|it| it.is_blocking).collect();
    if !blocked.is_empty() {
        // The thread stands still, whatever else the task has begun.
        return Some(Candidate { poll: 0, waits: numbers(blocked), children: Vec::new() });
    }
    match task.sort() {
        Sort::Scope => {
            let scope = scope_of(task)?;
            let poll = scope.poll.load(Ordering::SeqCst);
            let waits: Vec<_> =
                waiting.iter().filter(own).filter(|it| it.is_direct && it.poll == poll).collect();
            let children = scope.children();
            // Last: it says that no other poll has begun.
            let is_all = scope.sleepers()? == waits.len() + children.len();
            let is_any = !waits.is_empty() || !children.is_empty();
            let is_same = scope.poll.load(Ordering::SeqCst) == poll;
            (is_all && is_any && is_same).then(|| Candidate {
                poll,
                waits: numbers(waits),
                children,
            })
        }
        Sort::Tokio if TASKS_ARE_SEQUENTIAL.load(Ordering::Relaxed) => {
            let mut all = waiting.iter().filter(|it| it.task == task);
            let waits: Vec<_> = all.clone().filter(|it| it.sleeps()).collect();
            (all.all(Waiting::sleeps) && waits.len() == 1).then(|| Candidate {
                poll: 0,
                waits: numbers(waits),
                children: Vec::new(),
            })
        }
        _ => None,
    }
}

impl Picture {
    fn take() -> Self {
        let (held, waiting) = ledger::all();
        let mut tasks: BTreeSet<_> = waiting.iter().map(|it| it.task).collect();
        // A scope that waits for a scope inside of it may wait for nothing itself.
        for task in tasks.clone() {
            let mut parent = parent(task);
            while let Some(around) = parent.filter(|&around| tasks.insert(around)) {
                parent = self::parent(around);
            }
        }
        let candidates = tasks
            .into_iter()
            .filter_map(|task| candidate(task, &waiting).map(|candidate| (task, candidate)))
            .collect();
        Self { held, waiting, candidates }
    }

    fn wait(&self, number: u64) -> &Waiting {
        let found = self.waiting.iter().find(|it| it.number == number);
        found.expect("the candidates were made of these")
    }

    /// The holds that `wait` can't come in beside, and the writer that it stands behind, if it is
    /// this that keeps it out.
    fn blockers<'a>(
        &'a self,
        wait: &'a Waiting,
    ) -> impl Iterator<Item = (&'a Held, Option<&'a Waiting>)> {
        let writer = self.waiting.iter().find(|it| {
            let is_writer = matches!(it.way, Way::Exclusive | Way::Upgrade);
            it.lock == wait.lock && it.number < wait.number && is_writer && it.sleeps()
        });
        let holds = self.held.iter().filter(|held| {
            // An upgrade waits beside its own hold.
            let is_own = wait.way == Way::Upgrade && held.way == Way::Upgradable;
            held.lock == wait.lock && !held.may_travel && !is_own
        });
        holds.filter_map(move |held| {
            if order::waits(wait.way, held.way, false) {
                Some((held, None))
            } else if order::waits(wait.way, held.way, true) {
                writer.map(|writer| (held, Some(writer)))
            } else {
                None
            }
        })
    }

    /// Those who wait for ever.
    fn stuck(&self) -> BTreeSet<Task> {
        let mut stuck: BTreeSet<_> = self.candidates.keys().copied().collect();
        loop {
            let before = stuck.len();
            for (task, candidate) in &self.candidates {
                let children = candidate.children.iter().all(|child| stuck.contains(child));
                if !children || !self.is_blocked(*task, &stuck) {
                    stuck.remove(task);
                }
            }
            if stuck.len() == before {
                return stuck;
            }
        }
    }

    /// True if each wait of `task` is blocked by a hold of one of these.
    fn is_blocked(&self, task: Task, by: &BTreeSet<Task>) -> bool {
        let waits = &self.candidates[&task].waits;
        waits.iter().all(|&number| {
            let mut blockers = self.blockers(self.wait(number));
            blockers.any(|(held, _)| by.contains(&held.task))
        })
    }

    /// Of those who are stuck, the ones that `task` waits for and that wait for it in turn: itself
    /// alone, if that is enough.
    fn circle(&self, task: Task, stuck: &BTreeSet<Task>) -> BTreeSet<Task> {
        let alone = BTreeSet::from([task]);
        if self.candidates[&task].children.is_empty() && self.is_blocked(task, &alone) {
            return alone;
        }
        let next = |task: Task| {
            let candidate = &self.candidates[&task];
            let waits = candidate.waits.iter().map(|&number| self.wait(number));
            let holders: Vec<_> = waits
                .flat_map(|wait| self.blockers(wait))
                .map(|(held, _)| held.task)
                .chain(candidate.children.iter().copied())
                .filter(|task| stuck.contains(task))
                .collect();
            holders
        };
        let reached = |from: Task| {
            let (mut seen, mut left) = (BTreeSet::new(), next(from));
            while let Some(task) = left.pop() {
                if seen.insert(task) {
                    left.extend(next(task));
                }
            }
            seen
        };
        let all = reached(task);
        all.iter().copied().filter(|&other| reached(other).contains(&task)).collect()
    }
}

/// The waits that were reported.
static SAID: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);

/// Looks whether `task`, which has just gone to sleep, waits for ever; and says so.
pub(crate) fn look(task: Task) {
    let (_, waiting) = ledger::all();
    if candidate(task, &waiting).is_none() {
        return;
    }
    let picture = Picture::take();
    let circle = proven(&picture, task);
    if !circle.is_empty() {
        say(&picture, &circle);
    }
}

/// The same for everybody: what nobody noticed when it began, say because something else that a task
/// slept on went away.
pub(crate) fn look_at_all() {
    let picture = Picture::take();
    let mut left = picture.stuck();
    while let Some(task) = left.pop_first() {
        let circle = proven(&picture, task);
        if !circle.is_empty() {
            say(&picture, &circle);
        }
        left.retain(|task| !circle.contains(task));
    }
}

/// The circle that `task` is in, if it is there at a second look.
fn proven(picture: &Picture, task: Task) -> BTreeSet<Task> {
    let circle_in = |picture: &Picture| {
        let stuck = picture.stuck();
        if stuck.contains(&task) { picture.circle(task, &stuck) } else { BTreeSet::new() }
    };
    let circle = circle_in(picture);
    if circle.is_empty() {
        return circle;
    }
    let again = Picture::take();
    let is_same = |task: &Task| {
        let holds = |picture: &Picture| -> BTreeSet<_> {
            let held = picture.held.iter().filter(|held| held.task == *task);
            held.map(|held| (held.number, held.way, held.may_travel)).collect()
        };
        again.candidates.get(task) == picture.candidates.get(task)
            && holds(&again) == holds(picture)
    };
    if circle_in(&again) == circle && circle.iter().all(is_same) { circle } else { BTreeSet::new() }
}

fn say(picture: &Picture, circle: &BTreeSet<Task>) {
    let own =
        |task: Task| picture.candidates[&task].waits.iter().map(|&number| picture.wait(number));
    let numbers: Vec<_> = circle.iter().flat_map(|&task| own(task)).map(|it| it.number).collect();
    {
        let mut said = lock(&SAID);
        // What is over is forgotten.
        said.retain(|&number| picture.waiting.iter().any(|it| it.number == number));
        if numbers.iter().all(|number| said.contains(number)) {
            return;
        }
        said.extend(&numbers);
    }
    let mut writers: Vec<Waiting> = Vec::new();
    for wait in circle.iter().flat_map(|&task| own(task)) {
        for writer in picture.blockers(wait).filter_map(|(_, writer)| writer) {
            if !circle.contains(&writer.task) && writers.iter().all(|it| it.number != writer.number)
            {
                writers.push(writer.clone());
            }
        }
    }
    let tasks: Vec<_> = circle
        .iter()
        .map(|&task| {
            let held = picture.held.iter().filter(|held| held.task == task);
            (task, own(task).cloned().collect(), held.cloned().collect())
        })
        .collect();
    let mut roots: Vec<_> = circle.iter().map(|&task| root(task)).collect();
    roots.dedup();
    report::deadlock(&tasks, &writers, roots.len() == 1);
}

/// The scope around a task.
fn parent(task: Task) -> Option<Task> {
    let scope = (task.sort() == Sort::Scope).then(|| scope_of(task)).flatten()?;
    Some(scope.parent()).filter(|&parent| parent != Task::NOBODY)
}

/// The outermost scope around a task.
fn root(task: Task) -> Task {
    parent(task).map_or(task, root)
}
