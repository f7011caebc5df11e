//! Who is taken after whom: what flows do is learned as edges between classes, and an edge that closes
//! a cycle is reported when it first appears.
//!
//! An edge *A → B* is learned when a flow that holds A asks for B, in a form that waits. It says in
//! which ways: two readers in opposite orders meet only if a writer can queue between them, and two
//! flows that hold a third lock while they do it, one of them alone, do not meet at all.
//!
//! Each thread remembers the edges that need no further look, so that a program whose orders are
//! known takes no lock that all share.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{cell::Cell, panic::Location, sync::atomic::Ordering};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{LazyLock, Mutex},
    thread_local,
};

use super::{
    flow::Flow,
    gates::{self, Gate},
    ledger::{self, Held},
    lock,
    tasks::Task,
};
use crate::watch::{
    Way,
    class::{Class, Whole},
};

/// A lock that is asked for.
pub(crate) struct Asked {
    pub(crate) task: Task,
    pub(crate) lock: usize,
    pub(crate) class: &'static Class,
    pub(crate) whole: Whole,
    pub(crate) way: Way,
    pub(crate) place: &'static Location<'static>,
    pub(crate) set: u64,
    pub(crate) is_nested: bool,
}

/// One that its flow holds, which is not known to be in order.
pub(crate) struct Found {
    held: Held,
    what: What,
    gates: Vec<Gate>,
}

/// What is wrong with the order in which a lock is asked for.
pub(crate) enum Finding {
    /// It lies before this one, which is held, in one value.
    BackInValue(Held),
    /// It is of the class of this one, which is held.
    SameClass(Held),
    /// It closes this circle of classes, whose first step is the new one.
    Circle(Vec<Step>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// The two are fields of one value, the other way round.
    BackInValue,
    SameClass,
    Edge,
}

const KNOWN: usize = 512;

thread_local! {
    /// Edges that need no look, by a hash of theirs; those behind gates with all that was held there.
    static IN_ORDER: [Cell<u64>; KNOWN] = const { [const { Cell::new(0) }; KNOWN] };
}

/// The edge as one number, exact but for the gates, which are mixed in.
fn key(held: &Held, asked: &Asked, gates: u64) -> u64 {
    let ways = (held.way as u64) * 5 + asked.way as u64;
    let pair = u64::from(held.class.number) << 34 ^ u64::from(asked.class.number) << 5 ^ ways;
    // Never 0, which stands for nothing.
    (pair ^ gates | 1 << 63).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

fn is_known(key: u64) -> bool {
    IN_ORDER.try_with(|known| known[(key >> 55) as usize % KNOWN].get() == key).unwrap_or(false)
}

fn remember(key: u64) {
    _ = IN_ORDER.try_with(|known| known[(key >> 55) as usize % KNOWN].set(key));
}

/// Compares what is asked for with what its flow holds, and learns from it; returns what is wrong and is new.
/// `show` is to show what is held in the task's part of the ledger. Nothing of ours may be locked here.
#[inline]
pub(crate) fn look(
    asked: &Asked,
    flow: &Flow,
    show: impl FnOnce(&mut dyn FnMut(&[Held])),
) -> Vec<Finding> {
    let mut found = Vec::new();
    let around = gates::around(flow);
    show(&mut |live| compare(asked, flow, &around, live, &mut found));
    compare_around(asked, flow, &around, &mut found);
    learn(asked, found)
}

/// The same with one part of the ledger, while others are held `around`.
#[inline]
fn compare(asked: &Asked, flow: &Flow, around: &[Gate], live: &[Held], found: &mut Vec<Found>) {
    if !live.is_empty() {
        compare_with(asked, flow, around, live, found);
    }
}

fn compare_with(
    asked: &Asked,
    flow: &Flow,
    around: &[Gate],
    live: &[Held],
    found: &mut Vec<Found>,
) {
    if !asked.class.is_known() {
        return;
    }
    let is_ours = |held: &&Held| held.task == flow.task;
    let all = live.iter().filter(is_ours).map(Gate::of).chain(around.iter().copied());
    // A sum, as a lock may be there twice: read again, or of the scope that is looked at.
    let all = all.fold(0, |sum: u64, gate| sum.wrapping_add(gate.mixed()));
    for held in live.iter().filter(is_ours) {
        let are_one_value = asked.whole.has(held.whole) || held.whole.has(asked.whole);
        // By its address, which says nothing of the classes; in one value it is the declared order.
        let is_of_set = held.set != 0 && held.set == asked.set && !are_one_value;
        if held.lock == asked.lock || !held.class.is_known() || is_of_set {
            continue;
        }
        let meet = |then: Way, held: Way| {
            then.waits_for(held, asked.class.is_written.load(Ordering::Relaxed))
        };
        let what = if are_one_value && asked.lock < held.lock {
            What::BackInValue
        } else if held.class.number != asked.class.number {
            What::Edge
        } else if asked.is_nested || !meet(asked.way, held.way) {
            continue;
        } else {
            What::SameClass
        };
        let edge = key(held, asked, 0);
        let edge_here = key(held, asked, all.wrapping_sub(Gate::of(held).mixed()));
        if what == What::Edge && (is_known(edge) || is_known(edge_here)) {
            continue;
        }
        let others = live.iter().filter(is_ours).filter(|other| other.number != held.number);
        let gates = others.map(Gate::of).chain(around.iter().copied());
        let is_there = |gate: &Gate| gates.clone().any(|other| gate.is_in(other));
        if what == What::Edge && gates::is_known(edge, is_there) {
            remember(edge_here);
            continue;
        }
        if flow.holds(held) {
            found.push(Found { held: held.clone(), what, gates: gates.collect() });
        }
    }
}

/// The same with what the scopes around the flow hold.
fn compare_around(asked: &Asked, flow: &Flow, around: &[Gate], found: &mut Vec<Found>) {
    flow.around(|outer| {
        ledger::with(outer.task, |live| compare(asked, &outer, around, &live.held, found));
    });
}

/// What was seen of an edge in one pair of ways.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) held: Way,
    pub(crate) asked: Way,
    pub(crate) held_at: &'static Location<'static>,
    pub(crate) asked_at: &'static Location<'static>,
    pub(crate) task: String,
    /// The locks that were held each time, in the weakest way.
    gates: Vec<Gate>,
}

/// From one class to the next.
#[derive(Clone)]
pub(crate) struct Step {
    pub(crate) from: &'static Class,
    pub(crate) to: &'static Class,
    pub(crate) seen: Seen,
}

#[derive(Default)]
pub(crate) struct Graph {
    classes: BTreeMap<u32, &'static Class>,
    edges: BTreeMap<u32, BTreeMap<u32, Vec<Seen>>>,
    pub(crate) allowed: Vec<Allowed>,
    reported: HashSet<(Vec<u32>, u8)>,
}

/// An edge that the user answers for.
pub(crate) struct Allowed {
    pub(crate) first: String,
    pub(crate) then: String,
    pub(crate) reason: String,
}

pub(crate) static GRAPH: LazyLock<Mutex<Graph>> = LazyLock::new(Mutex::default);

/// Takes what was found into the graph; returns what is wrong. Nothing of ours is locked here.
#[inline]
fn learn(asked: &Asked, found: Vec<Found>) -> Vec<Finding> {
    let mut wrong = Vec::new();
    if matches!(asked.way, Way::Exclusive | Way::Upgrade)
        && !asked.class.is_written.load(Ordering::Relaxed)
    {
        is_written(asked.class, &mut wrong);
    }
    if !found.is_empty() {
        learn_all(asked, found, &mut wrong);
    }
    wrong
}

/// From now on readers of this class may have to wait for one another.
#[cold]
fn is_written(class: &'static Class, wrong: &mut Vec<Finding>) {
    if class.is_written.swap(true, Ordering::Relaxed) || !class.is_known() {
        return;
    }
    let mut graph = lock(&GRAPH);
    for step in graph.steps_from(class.number) {
        wrong.extend(graph.cycle_of(&step).map(Finding::Circle));
    }
}

#[cold]
fn learn_all(asked: &Asked, found: Vec<Found>, wrong: &mut Vec<Finding>) {
    for Found { held, what, gates } in found {
        let seen = Seen {
            held: held.way,
            asked: asked.way,
            held_at: held.place,
            asked_at: asked.place,
            task: asked.task.describe(),
            gates,
        };
        let step = Step { from: held.class, to: asked.class, seen };
        let mut graph = lock(&GRAPH);
        match what {
            What::BackInValue => {
                let is_new = graph.is_new_pair(&step, what);
                graph.add(&step);
                // The circle with the declared order is this report.
                graph.is_new_circle([&step, &step.turned()]);
                wrong.extend(is_new.then_some(Finding::BackInValue(held)));
            }
            What::SameClass => {
                let is_new = graph.is_new_pair(&step, what);
                wrong.extend(is_new.then_some(Finding::SameClass(held)));
            }
            What::Edge => {
                let gates = graph.add(&step);
                let cycle = graph.cycle_of(&step);
                drop(graph);
                match gates.is_empty() {
                    true => remember(key(&held, asked, 0)),
                    false => gates::remember(key(&held, asked, 0), gates),
                }
                wrong.extend(cycle.map(Finding::Circle));
            }
        }
    }
}

impl Step {
    fn turned(&self) -> Self {
        Self { from: self.to, to: self.from, seen: self.seen.clone() }
    }
}

impl Graph {
    /// True the first time, unless it is allowed.
    fn is_new_pair(&mut self, step: &Step, what: What) -> bool {
        let pair = alloc::vec![step.from.number, step.to.number];
        !self.is_allowed(step.from, step.to) && self.reported.insert((pair, what as u8))
    }

    /// True the first time.
    fn is_new_circle<'a>(&mut self, steps: impl IntoIterator<Item = &'a Step>) -> bool {
        let mut classes: Vec<_> = steps.into_iter().map(|step| step.from.number).collect();
        classes.sort_unstable();
        self.reported.insert((classes, What::Edge as u8))
    }

    /// Adds the edge, or what is new of it; returns what else is held each time.
    fn add(&mut self, step: &Step) -> Vec<Gate> {
        for class in [step.from, step.to] {
            self.classes.insert(class.number, class);
        }
        let edge = self.edges.entry(step.from.number).or_default();
        let all = edge.entry(step.to.number).or_default();
        let new = &step.seen;
        match all.iter_mut().find(|seen| seen.held == new.held && seen.asked == new.asked) {
            Some(seen) => {
                gates::keep_common(&mut seen.gates, &new.gates);
                seen.gates.clone()
            }
            None => {
                all.push(new.clone());
                new.gates.clone()
            }
        }
    }

    pub(crate) fn is_allowed(&self, from: &Class, to: &Class) -> bool {
        self.reason(from, to).is_some()
    }

    pub(crate) fn reason(&self, from: &Class, to: &Class) -> Option<&str> {
        if self.allowed.is_empty() {
            return None;
        }
        let (from, to) = (from.to_string(), to.to_string());
        let allowed = self.allowed.iter().find(|edge| edge.first == from && edge.then == to);
        allowed.map(|edge| edge.reason.as_str())
    }

    /// The edges out of a class, in each pair of ways.
    fn steps_from(&self, from: u32) -> Vec<Step> {
        let edges = self.edges.get(&from).into_iter().flatten();
        let steps = edges.flat_map(|(to, all)| {
            let (from, to) = (self.classes[&from], self.classes[to]);
            all.iter().map(move |seen| Step { from, to, seen: seen.clone() })
        });
        steps.filter(|step| !self.is_allowed(step.from, step.to)).collect()
    }

    /// All edges, for a drawing.
    pub(crate) fn steps(&self) -> Vec<Step> {
        let edges = self.edges.iter().flat_map(|(from, edges)| {
            edges.iter().map(move |(to, all)| Step {
                from: self.classes[from],
                to: self.classes[to],
                seen: all[0].clone(),
            })
        });
        edges.collect()
    }

    /// A cycle that `step` is part of, if there is one that was not reported.
    fn cycle_of(&mut self, step: &Step) -> Option<Vec<Step>> {
        let first = self.edges.get(&step.from.number)?.get(&step.to.number)?;
        let same = |seen: &&Seen| seen.held == step.seen.held && seen.asked == step.seen.asked;
        let seen = first.iter().find(same)?.clone();
        let first = Step { seen: Seen { gates: seen.gates, ..step.seen.clone() }, ..step.clone() };
        if self.is_allowed(first.from, first.to) {
            return None;
        }
        let mut path = alloc::vec![first];
        let mut budget = 10_000;
        if !self.close(&mut path, &mut budget) {
            return None;
        }
        self.is_new_circle(&path).then_some(path)
    }

    /// Goes on from the end of `path` until it comes to its start.
    fn close(&self, path: &mut Vec<Step>, budget: &mut u32) -> bool {
        let last = path.last().expect("it begins with a step").clone();
        for next in self.steps_from(last.to.number) {
            if *budget == 0 {
                return false;
            }
            *budget -= 1;
            let meet = |asked: &Step, held: &Step| {
                let may_be_written = asked.to.is_written.load(Ordering::Relaxed);
                asked.seen.asked.waits_for(held.seen.held, may_be_written)
            };
            let has_gate =
                path.iter().any(|step| gates::keep_apart(&step.seen.gates, &next.seen.gates));
            if has_gate || !meet(&last, &next) {
                continue;
            }
            let is_back = next.to.number == path[0].from.number;
            if is_back && meet(&next, &path[0]) {
                path.push(next);
                return true;
            }
            let was_here = path.iter().any(|step| step.from.number == next.to.number);
            if is_back || was_here || path.len() >= 8 {
                continue;
            }
            path.push(next);
            if self.close(path, budget) {
                return true;
            }
            path.pop();
        }
        false
    }
}

/// The user answers for `then` being taken while `first` is held.
pub(crate) fn allow(first: &str, then: &str, reason: &str) {
    let allowed = Allowed { first: first.into(), then: then.into(), reason: reason.into() };
    lock(&GRAPH).allowed.push(allowed);
}
