//! Deadlocks, proven.
//!
//! Candidates are those who wait for nothing but locks: scopes whose sleepers are all lock futures
//! (see `scope`), and threads in a blocking method. One is *stuck* if each of its waits is blocked by a
//! hold of one that is stuck. That is a greatest fixed point: begin with all candidates, and take out
//! those who may go on, until nobody is. What remains waits for ever. A writer that queues
//! between two readers has to remain too, else it may give up.
//!
//! The ledger is read shard by shard, so what was read need not have been at one moment. But a task
//! changes what it holds only while it is polled. So it is read twice: who is in the same poll, with the
//! same waits and holds, both times, was so at all times in between, with all the others.
//!
//! Of all that is live only that is read which the tasks in question may wait for, directly or through
//! others: a thousand that wait for one lock ask only who holds it.

use alloc::vec::Vec;
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    sync::{LazyLock, Mutex},
};

use core::{iter, sync::atomic::Ordering};

use super::{
    flow::TASKS_ARE_SEQUENTIAL,
    ledger::{self, Held, Waiting},
    lock, queues,
    scope::scope_of,
    tasks::{Sort, Task},
};
use crate::watch::Way;

/// Tasks that wait for one another for ever.
pub(crate) struct Stuck {
    /// Each with what it waits for and what it holds.
    pub(crate) tasks: Vec<(Task, Vec<Waiting>, Vec<Held>)>,
    /// Writers that stand between.
    pub(crate) writers: Vec<Waiting>,
    /// It is one task, perhaps in several scopes.
    pub(crate) is_one: bool,
}

/// What was read: who may be stuck, and all that these hold and wait for.
#[derive(Default)]
struct Picture {
    /// In the order of the locks.
    held: Vec<Held>,
    /// The same, by the tasks.
    held_by: Vec<(Task, usize)>,
    waiting: BTreeMap<u64, Waiting>,
    candidates: BTreeMap<Task, Candidate>,
    /// For each lock that readers wait for, the first writer, if there is one.
    writers: BTreeMap<usize, Option<Waiting>>,
    /// The candidates that wait for a lock.
    waiters: BTreeMap<usize, Vec<Task>>,
    /// The candidates that wait for a scope inside of them.
    parents: BTreeMap<Task, Vec<Task>>,
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

/// The task, if it waits for nothing but locks: of `waiting`, which are all its waits.
fn candidate(task: Task, waiting: &[Waiting]) -> Option<Candidate> {
    let asleep = || waiting.iter().filter(|it| it.sleeps());
    let numbers = |waits: Vec<&Waiting>| waits.iter().map(|it| it.number).collect();
    let blocked: Vec<_> = asleep().filter(|it| it.is_blocking).collect();
    if !blocked.is_empty() {
        // The thread stands still, whatever else the task has begun.
        return Some(Candidate { poll: 0, waits: numbers(blocked), children: Vec::new() });
    }
    match task.sort() {
        Sort::Scope => {
            let scope = scope_of(task)?;
            let poll = scope.poll.load(Ordering::SeqCst);
            let waits: Vec<_> = asleep().filter(|it| it.is_direct && it.poll == poll).collect();
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
            (waiting.len() == 1 && waiting[0].sleeps()).then(|| Candidate {
                poll: 0,
                waits: numbers(waiting.iter().collect()),
                children: Vec::new(),
            })
        }
        _ => None,
    }
}

/// False for a writer that may give up: its task, or one around it, sleeps on something else too, a timer
/// perhaps. (On other locks it may: then it stands there as long as it is stuck.)
fn is_patient(writer: &Waiting) -> bool {
    let mut around = iter::successors(Some(writer.task), |&task| parent(task));
    around.all(|task| task.sort() != Sort::Scope || candidate(task, &ledger::of(task).1).is_some())
}

impl Picture {
    /// Of these, and of all whom they may wait for.
    fn take(of: impl IntoIterator<Item = Task>) -> Self {
        let mut this = Self::default();
        let (mut left, mut seen, mut locks) =
            (Vec::from_iter(of), BTreeSet::new(), BTreeSet::new());
        while let Some(task) = left.pop() {
            if !seen.insert(task) {
                continue;
            }
            let (held, waiting) = ledger::of(task);
            let Some(candidate) = candidate(task, &waiting) else { continue };
            left.extend(&candidate.children);
            for &child in &candidate.children {
                this.parents.entry(child).or_default().push(task);
            }
            for wait in waiting.iter().filter(|it| candidate.waits.contains(&it.number)) {
                if locks.insert(wait.lock) {
                    left.extend(queues::holders(wait));
                }
                this.waiters.entry(wait.lock).or_default().push(task);
                if matches!(wait.way, Way::Shared | Way::Upgradable) {
                    let first = || queues::ahead_of_readers(wait.lock).into_iter().find(is_patient);
                    let first = this.writers.entry(wait.lock).or_insert_with(first);
                    left.extend(first.as_ref().map(|writer| writer.task));
                }
            }
            this.held.extend(held);
            this.waiting.extend(waiting.into_iter().map(|it| (it.number, it)));
            this.candidates.insert(task, candidate);
        }
        this.held.sort_by_key(|held| held.lock);
        this.held_by = this.held.iter().map(|held| (held.task, held.lock)).collect();
        this.held_by.sort_unstable();
        this
    }

    fn wait(&self, number: u64) -> &Waiting {
        &self.waiting[&number]
    }

    /// The holds that `wait` can't come in beside, and the writer that it stands behind, if it is
    /// this that keeps it out: one of those who are `stuck`, or of whom nothing is known.
    fn blockers<'a>(
        &'a self,
        wait: &'a Waiting,
        stuck: &BTreeSet<Task>,
    ) -> impl Iterator<Item = (&'a Held, Option<&'a Waiting>)> + use<'a> {
        let writer = self.writers.get(&wait.lock).and_then(Option::as_ref);
        let stays = |task: Task| task.sort() != Sort::Scope || stuck.contains(&task);
        let writer = writer.filter(|it| it.number < wait.number && it.sleeps() && stays(it.task));
        // An upgrade waits beside its own hold.
        let is_own = |held: &Held| wait.way == Way::Upgrade && held.way == Way::Upgradable;
        let holds = self.holds_of(wait).filter(move |held| !is_own(held));
        holds.filter_map(move |held| {
            if wait.way.waits_for(held.way, false) {
                Some((held, None))
            } else if wait.way.waits_for(held.way, true) {
                writer.map(|writer| (held, Some(writer)))
            } else {
                None
            }
        })
    }

    /// Those who wait for ever.
    fn stuck(&self) -> BTreeSet<Task> {
        let mut stuck: BTreeSet<_> = self.candidates.keys().copied().collect();
        let mut left = Vec::from_iter(stuck.iter().copied());
        while let Some(task) = left.pop() {
            if !stuck.contains(&task) {
                continue;
            }
            let children = &self.candidates[&task].children;
            let is_stuck = children.iter().all(|child| stuck.contains(child))
                && self.is_blocked(task, &stuck, &stuck);
            if !is_stuck {
                stuck.remove(&task);
                left.extend(self.behind(task));
            }
        }
        stuck
    }

    /// The candidates that may wait for what `task` holds, for itself, or behind it.
    fn behind(&self, task: Task) -> impl Iterator<Item = Task> {
        let first = self.held_by.partition_point(|&(other, _)| other < task);
        let locks = self.held_by[first..].iter().take_while(move |it| it.0 == task).map(|it| it.1);
        let waits = self.candidates.get(&task).map(|candidate| &candidate.waits);
        let queues = waits.into_iter().flatten().map(|&number| self.wait(number).lock);
        let of_locks = locks.chain(queues).filter_map(|lock| self.waiters.get(&lock)).flatten();
        of_locks.chain(self.parents.get(&task).into_iter().flatten()).copied()
    }

    /// True if each wait of `task` is blocked by holds of these.
    fn is_blocked(&self, task: Task, by: &BTreeSet<Task>, stuck: &BTreeSet<Task>) -> bool {
        let waits = &self.candidates[&task].waits;
        waits.iter().all(|&number| {
            let wait = self.wait(number);
            let mut blockers = self.blockers(wait, stuck);
            blockers.any(|(held, _)| by.contains(&held.task)) || self.have_all_places(by, wait)
        })
    }

    /// The holds of the lock that `wait` is for, but for those that may be elsewhere.
    fn holds_of(&self, wait: &Waiting) -> impl Iterator<Item = &Held> {
        let lock = wait.lock;
        let first = self.held.partition_point(|held| held.lock < lock);
        let holds = self.held[first..].iter().take_while(move |held| held.lock == lock);
        holds.filter(|held| !held.may_travel)
    }

    /// True if `wait` wants to read, and these have all the places that there are for readers.
    fn have_all_places(&self, these: &BTreeSet<Task>, wait: &Waiting) -> bool {
        let wants_a_place = matches!(wait.way, Way::Shared | Way::Recursive | Way::Upgradable);
        wait.max_readers.filter(|_| wants_a_place).is_some_and(|places| {
            self.holds_of(wait).filter(|held| these.contains(&held.task)).count() >= places as usize
        })
    }

    /// Of those who are stuck, the ones that `task` waits for and that wait for it in turn: itself
    /// alone, if that is enough.
    fn circle(&self, task: Task, stuck: &BTreeSet<Task>) -> BTreeSet<Task> {
        let alone = BTreeSet::from([task]);
        if self.candidates[&task].children.is_empty() && self.is_blocked(task, &alone, stuck) {
            return alone;
        }
        let next = |task: Task| {
            let candidate = &self.candidates[&task];
            let waits = candidate.waits.iter().map(|&number| self.wait(number));
            let in_places = waits.clone().filter(|wait| self.have_all_places(stuck, wait));
            let in_places = in_places.flat_map(|wait| self.holds_of(wait));
            let holders: Vec<_> = waits
                .flat_map(|wait| self.blockers(wait, stuck))
                .map(|(held, _)| held)
                .chain(in_places)
                .map(|held| held.task)
                .chain(candidate.children.iter().copied())
                .filter(|task| stuck.contains(task))
                .collect();
            holders
        };
        // From it to all whom it waits for, and of these back from it to those who wait for it.
        let (mut reached, mut left) = (BTreeSet::new(), Vec::from([task]));
        let mut before: BTreeMap<_, Vec<_>> = BTreeMap::new();
        while let Some(from) = left.pop() {
            for to in next(from) {
                before.entry(to).or_default().push(from);
                if reached.insert(to) {
                    left.push(to);
                }
            }
        }
        let (mut circle, mut left) = (BTreeSet::new(), Vec::from([task]));
        while let Some(to) = left.pop() {
            for &from in before.get(&to).into_iter().flatten() {
                if reached.contains(&from) && circle.insert(from) {
                    left.push(from);
                }
            }
        }
        circle
    }
}

/// The waits that were reported.
static SAID: LazyLock<Mutex<HashSet<u64>>> = LazyLock::new(Mutex::default);

/// Looks whether `task`, which has just gone to sleep, waits for ever. `None` too if that was found before.
pub(crate) fn look(task: Task) -> Option<Stuck> {
    if !closes(task) {
        return None;
    }
    let picture = Picture::take([task]);
    let stuck = picture.stuck();
    let circle = proven(&picture, &stuck, task);
    picture.describe(&circle, &stuck)
}

/// False if nobody waits for what `task` holds, or what a scope inside of it does: then no circle was closed.
fn closes(task: Task) -> bool {
    let children = (task.sort() == Sort::Scope).then(|| scope_of(task)).flatten();
    let mut children = children.map(|scope| scope.children()).unwrap_or_default().into_iter();
    queues::is_waited_for(task) || children.any(closes)
}

/// The same for everybody: what nobody noticed when it began, say because something else that a task
/// slept on went away.
pub(crate) fn look_at_all() -> Vec<Stuck> {
    let mut found = Vec::new();
    let picture = Picture::take(ledger::waiters());
    let stuck = picture.stuck();
    let mut left = stuck.clone();
    while let Some(task) = left.pop_first() {
        let circle = proven(&picture, &stuck, task);
        found.extend(picture.describe(&circle, &stuck));
        left.retain(|task| !circle.contains(task));
    }
    found
}

/// The circle that `task` is in, if it is there at a second look.
fn proven(picture: &Picture, stuck: &BTreeSet<Task>, task: Task) -> BTreeSet<Task> {
    let circle_in = |picture: &Picture, stuck: &BTreeSet<Task>| {
        if stuck.contains(&task) { picture.circle(task, stuck) } else { BTreeSet::new() }
    };
    let circle = circle_in(picture, stuck);
    if circle.is_empty() {
        return circle;
    }
    let again = Picture::take([task]);
    let is_same = |task: &Task| {
        let holds = |picture: &Picture| -> BTreeSet<_> {
            let held = picture.held.iter().filter(|held| held.task == *task);
            held.map(|held| (held.number, held.way, held.may_travel)).collect()
        };
        again.candidates.get(task) == picture.candidates.get(task)
            && holds(&again) == holds(picture)
    };
    // All whom the circle waits for, writers that stand between too.
    let still = again.stuck();
    if circle_in(&again, &still) == circle && still.iter().all(is_same) {
        circle
    } else {
        BTreeSet::new()
    }
}

impl Picture {
    /// The circle, unless it is empty, or each wait in it was told before.
    fn describe(&self, circle: &BTreeSet<Task>, stuck: &BTreeSet<Task>) -> Option<Stuck> {
        let own = |task: Task| self.candidates[&task].waits.iter().map(|&number| self.wait(number));
        let numbers: Vec<_> =
            circle.iter().flat_map(|&task| own(task)).map(|it| it.number).collect();
        if circle.is_empty() || !are_new(&numbers) {
            return None;
        }
        let mut writers: Vec<Waiting> = Vec::new();
        for wait in circle.iter().flat_map(|&task| own(task)) {
            for writer in self.blockers(wait, stuck).filter_map(|(_, writer)| writer) {
                if !circle.contains(&writer.task)
                    && writers.iter().all(|it| it.number != writer.number)
                {
                    writers.push(writer.clone());
                }
            }
        }
        let tasks = circle.iter().map(|&task| {
            let held = self.held.iter().filter(|held| held.task == task);
            let mut held: Vec<_> = held.cloned().collect();
            held.sort_by_key(|held| held.number);
            (task, own(task).cloned().collect(), held)
        });
        let mut roots: Vec<_> = circle.iter().map(|&task| root(task)).collect();
        roots.dedup();
        Some(Stuck { tasks: tasks.collect(), writers, is_one: roots.len() == 1 })
    }
}

/// True if not all of these waits were told before. From now on they were.
fn are_new(numbers: &[u64]) -> bool {
    let (_, waiting) = ledger::all();
    let mut said = lock(&SAID);
    // What is over is forgotten.
    said.retain(|&number| waiting.iter().any(|it| it.number == number));
    let are_new = !numbers.iter().all(|number| said.contains(number));
    said.extend(numbers);
    are_new
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
