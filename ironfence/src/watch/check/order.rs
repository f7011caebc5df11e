//! Who is taken after whom: what flows do is learned as edges between classes, and an edge that closes
//! a cycle is reported when it first appears.
//!
//! An edge *A → B* is learned when a flow that holds A asks for B, in a form that waits. It says in
//! which ways: two readers in opposite orders meet only if a writer can queue between them, and two
//! flows that hold a third lock while they do it, one of them alone, do not meet at all.
//!
//! Locks that are taken together are taken in one order, that of their addresses, which is no order of their
//! classes: the next time the other one may come first. So a group is two edges, there and back. A circle of
//! nothing but groups, and of steps that go forward in one value, closes never; one plain step makes it a
//! deadlock that may happen.
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
    ledger::{self, Held, Live},
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
    pub(crate) level: u8,
    pub(crate) way: Way,
    pub(crate) place: &'static Location<'static>,
    pub(crate) set: u64,
    /// It is the second of its set.
    pub(crate) is_second: bool,
    pub(crate) is_nested: bool,
}

/// A session that begins.
pub(crate) struct Begun {
    pub(crate) task: Task,
    pub(crate) place: &'static Location<'static>,
    pub(crate) whole: Whole,
    /// The type of the value.
    pub(crate) name: &'static str,
    pub(crate) level: u8,
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
    /// It is one of several that are taken together, while this one is held, which is none of them.
    HeldOutside(Held),
    /// It closes this circle of classes, whose first step is the new one.
    Circle(Vec<Step>),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum What {
    /// The two are fields of one value, the other way round.
    BackInValue,
    SameClass,
    HeldOutside,
    Edge(Sort),
}

/// What two locks have to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Nothing says which one comes first.
    Plain,
    /// They are of one value, and taken as they lie there; or of two levels, and taken together.
    Declared,
    /// They are taken together, whichever lies first.
    Together,
}

const KNOWN: usize = 512;

thread_local! {
    /// Edges that need no look, by a hash of theirs; those behind gates with all that was held there.
    static IN_ORDER: [Cell<u64>; KNOWN] = const { [const { Cell::new(0) }; KNOWN] };
}

/// The edge as one number, exact but for the gates, which are mixed in.
fn key(held: &Held, asked: &Asked, sort: Sort, gates: u64) -> u64 {
    let ways = (sort as u64 * 5 + held.way as u64) * 5 + asked.way as u64;
    let pair = u64::from(held.class.number) << 35 ^ u64::from(asked.class.number) << 7 ^ ways;
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
/// `show` is to show the task's part of the ledger. Nothing of ours may be locked here.
#[inline]
pub(crate) fn look(
    asked: &Asked,
    flow: &Flow,
    show: impl FnOnce(&mut dyn FnMut(&mut Live)),
) -> Vec<Finding> {
    let mut found = Vec::new();
    let around = gates::around(flow);
    show(&mut |live| {
        let is_known = asked.set != 0 && live.set.is_known(asked.set, asked.class, asked.way);
        if !is_known || asked.is_second {
            compare(asked, flow, &around, live, &mut found);
        }
    });
    compare_around(asked, flow, &around, &mut found);
    learn(asked, found)
}

/// The same with one part of the ledger, while others are held `around`.
#[inline]
fn compare(asked: &Asked, flow: &Flow, around: &[Gate], live: &Live, found: &mut Vec<Found>) {
    if !live.is_empty() {
        compare_with(asked, flow, around, live, found);
    }
}

fn compare_with(asked: &Asked, flow: &Flow, around: &[Gate], live: &Live, found: &mut Vec<Found>) {
    if !asked.class.is_known() {
        return;
    }
    let ours = live.held_by(flow.task);
    let all = ours.clone().map(Gate::of).chain(around.iter().copied());
    // A sum, as a lock may be there twice: read again, or of the scope that is looked at.
    let all = all.fold(0, |sum: u64, gate| sum.wrapping_add(gate.mixed()));
    for held in ours.clone() {
        let are_one_value = asked.whole.has(held.whole) || held.whole.has(asked.whole);
        let is_of_set = held.set != 0 && held.set == asked.set;
        if held.lock == asked.lock || !held.class.is_known() {
            continue;
        }
        let is_before = held.level < asked.level || are_one_value && held.lock < asked.lock;
        if asked.is_second && !is_of_set && !is_before && is_said_once(held, asked.place, flow) {
            found.push(Found { held: held.clone(), what: What::HeldOutside, gates: Vec::new() });
        }
        let meet = |then: Way, held: Way| {
            then.waits_for(held, asked.class.is_written.load(Ordering::Relaxed))
        };
        let sort = match (are_one_value, is_of_set) {
            (true, _) => Sort::Declared,
            // Level by level.
            (false, true) if held.level != asked.level => Sort::Declared,
            (false, true) => Sort::Together,
            (false, false) => Sort::Plain,
        };
        let what = if are_one_value && asked.lock < held.lock {
            What::BackInValue
        } else if held.class.number != asked.class.number {
            What::Edge(sort)
        } else if asked.is_nested || sort == Sort::Together || !meet(asked.way, held.way) {
            continue;
        } else {
            What::SameClass
        };
        let is_edge = matches!(what, What::Edge(_));
        let edge = key(held, asked, sort, 0);
        let edge_here = key(held, asked, sort, all.wrapping_sub(Gate::of(held).mixed()));
        if is_edge && (is_known(edge) || is_known(edge_here)) {
            continue;
        }
        // Of a group another time others may come first.
        let is_gate = |other: &&Held| {
            other.number != held.number && (sort != Sort::Together || other.set != held.set)
        };
        let others = ours.clone().filter(is_gate);
        let gates = others.map(Gate::of).chain(around.iter().copied());
        let is_there = |gate: &Gate| gates.clone().any(|other| gate.is_in(other));
        if is_edge && gates::is_known(edge, is_there) {
            remember(edge_here);
            continue;
        }
        // What is of one set is held until all of it is.
        if is_of_set || flow.holds(held) {
            found.push(Found { held: held.clone(), what, gates: gates.collect() });
        }
    }
}

/// True the first time that this thread sees it, if the flow holds `held` for certain.
fn is_said_once(held: &Held, place: &'static Location<'static>, flow: &Flow) -> bool {
    let key =
        (core::ptr::from_ref(place).addr() as u64) << 24 ^ u64::from(held.class.number) << 2 | 1;
    let key = (key | 1 << 63).wrapping_mul(0xd6e8_feb8_6659_fd93);
    if is_known(key) || !flow.holds(held) {
        return false;
    }
    remember(key);
    true
}

/// What the task holds, of another value, when a session begins, if that was not said of this place before.
pub(crate) fn begin_session(begun: &Begun, flow: &Flow) -> Option<Held> {
    let find = |flow: &Flow| {
        ledger::with(flow.task, |live| {
            let held = live
                .held_by(flow.task)
                .filter(|held| held.class.is_known() && held.level >= begun.level);
            let mut outside = held.filter(|held| !begun.whole.has(held.whole));
            outside.find(|held| is_said_once(held, begun.place, flow)).cloned()
        })
    };
    let mut found = find(flow);
    flow.around(|outer| found = found.take().or_else(|| find(&outer)));
    let held = found?;
    let is_new = lock(&GRAPH).is_new_outside(&held, begun.name, begun.place);
    is_new.then_some(held)
}

/// The same with what the scopes around the flow hold.
fn compare_around(asked: &Asked, flow: &Flow, around: &[Gate], found: &mut Vec<Found>) {
    flow.around(|outer| {
        ledger::with(outer.task, |live| compare(asked, &outer, around, live, found));
    });
}

/// What was seen of an edge in one pair of ways.
#[derive(Clone)]
pub(crate) struct Seen {
    pub(crate) sort: Sort,
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
    /// Held outside of what was begun there.
    outside: HashSet<(u32, &'static Location<'static>)>,
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
        let sort = match what {
            What::Edge(sort) => sort,
            _ => Sort::Plain,
        };
        let seen = Seen {
            sort,
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
            What::HeldOutside => {
                let is_new = graph.is_new_outside(&held, &asked.class.to_string(), asked.place);
                wrong.extend(is_new.then_some(Finding::HeldOutside(held)));
            }
            What::Edge(sort) => {
                let mut gates = graph.add(&step);
                let mut cycle = graph.cycle_of(&step);
                if sort == Sort::Together {
                    let back = step.back();
                    gates.extend(graph.add(&back));
                    cycle = cycle.or_else(|| graph.cycle_of(&back));
                }
                drop(graph);
                let edge = key(&held, asked, sort, 0);
                match gates.is_empty() {
                    true => remember(edge),
                    false => gates::remember(edge, gates),
                }
                wrong.extend(cycle.map(Finding::Circle));
            }
        }
    }
}

impl Seen {
    fn is_like(&self, other: &Self) -> bool {
        (self.sort, self.held, self.asked) == (other.sort, other.held, other.asked)
    }
}

impl Step {
    fn turned(&self) -> Self {
        Self { from: self.to, to: self.from, seen: self.seen.clone() }
    }

    /// The same two, as they may be taken another time.
    fn back(&self) -> Self {
        let Seen { held, asked, .. } = self.seen;
        Self { seen: Seen { held: asked, asked: held, ..self.seen.clone() }, ..self.turned() }
    }
}

impl Graph {
    /// True the first time, unless it is allowed.
    fn is_new_pair(&mut self, step: &Step, what: What) -> bool {
        let pair = alloc::vec![step.from.number, step.to.number];
        !self.is_allowed(step.from, step.to)
            && self.reported.insert((pair, u8::from(what == What::SameClass)))
    }

    /// True the first time.
    fn is_new_circle<'a>(&mut self, steps: impl IntoIterator<Item = &'a Step>) -> bool {
        let mut classes: Vec<_> = steps.into_iter().map(|step| step.from.number).collect();
        classes.sort_unstable();
        self.reported.insert((classes, u8::MAX))
    }

    /// True the first time, unless it is allowed.
    fn is_new_outside(
        &mut self,
        held: &Held,
        then: &str,
        place: &'static Location<'static>,
    ) -> bool {
        let first = held.class.to_string();
        let is_allowed = self.allowed.iter().any(|edge| edge.first == first && edge.then == then);
        !is_allowed && self.outside.insert((held.class.number, place))
    }

    /// Adds the edge, or what is new of it; returns what else is held each time.
    fn add(&mut self, step: &Step) -> Vec<Gate> {
        for class in [step.from, step.to] {
            self.classes.insert(class.number, class);
        }
        let edge = self.edges.entry(step.from.number).or_default();
        let all = edge.entry(step.to.number).or_default();
        let new = &step.seen;
        match all.iter_mut().find(|seen| seen.is_like(new)) {
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
                // The plainest says most.
                seen: all.iter().min_by_key(|seen| seen.sort as u8).unwrap_or(&all[0]).clone(),
            })
        });
        edges.collect()
    }

    /// A cycle that `step` is part of, if there is one that was not reported.
    fn cycle_of(&mut self, step: &Step) -> Option<Vec<Step>> {
        let first = self.edges.get(&step.from.number)?.get(&step.to.number)?;
        let seen = first.iter().find(|seen| seen.is_like(&step.seen))?.clone();
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
            let is_plain = |step: &Step| step.seen.sort == Sort::Plain;
            let may_close = is_plain(&next) || path.iter().any(is_plain);
            if is_back && may_close && meet(&next, &path[0]) {
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
