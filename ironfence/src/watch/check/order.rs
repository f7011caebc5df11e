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

use alloc::{string::ToString, vec::Vec};
use core::{cell::Cell, panic::Location, sync::atomic::Ordering};
use std::thread_local;

use super::{
    flow::Flow,
    gates::{self, Gate},
    graph::{Allowed, GRAPH, Seen, Sort, Step},
    ledger::{self, Claim, Held, Live, is_a_claim},
    lock,
    tasks::Task,
    trial::{self, Home},
};
use crate::watch::{
    Way,
    class::{Class, Whole},
};

/// A lock that is asked for.
pub(crate) struct Asked {
    pub(crate) claim: Claim,
    /// It is the first of its set.
    pub(crate) is_first: bool,
    pub(crate) is_nested: bool,
}
is_a_claim!(Asked);

/// What begins, to be taken in an order of its own.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Several {
    Session,
    /// Of other people's locks.
    Set,
    /// Of other people's locks.
    Group,
}

/// A session that begins, or several of other people's locks.
pub(crate) struct Begun {
    pub(crate) what: Several,
    pub(crate) task: Task,
    pub(crate) home: Home,
    pub(crate) place: &'static Location<'static>,
    pub(crate) whole: Whole,
    /// The type of the value, or of the first lock.
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
    // A set is in order by itself.
    let is_set_on = asked.set != 0 && !asked.is_first;
    let mut is_unchecked = flow.is_over_blind;
    show(&mut |live| {
        is_unchecked |= flow.is_blind() && holds_another(asked, live);
        let is_known = asked.set != 0 && live.set.is_known(asked.set, asked.class, asked.way);
        if !is_known || asked.is_first {
            compare(asked, flow, &around, live, &mut found);
        }
    });
    if is_unchecked && !is_set_on {
        trial::not_checked(asked.home, &asked.class, asked.place);
    }
    compare_around(asked, flow, &around, &mut found);
    learn(asked, found)
}

/// True if the task holds something, as far as it is known by its thread or number alone.
fn holds_another(asked: &Asked, live: &Live) -> bool {
    // An upgrade has its own lock.
    let is_own = |held: &Held| asked.way == Way::Upgrade && held.lock == asked.lock;
    let is_another = |held: &Held| !held.may_travel && !is_own(held);
    live.held_by(asked.task).any(is_another)
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
        if asked.is_first && !is_of_set && !is_before && is_said_once(held, asked.place, flow) {
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

/// What the task holds, of another value, when this begins, if that was not said of this place before.
pub(crate) fn begin(begun: &Begun, flow: &Flow) -> Option<Held> {
    // The locks of a session are ours, and asked for one by one.
    if begun.what != Several::Session {
        let another = |live: &mut Live| {
            let held = live.held_by(flow.task).find(|held| !held.may_travel);
            held.map(|held| held.home)
        };
        let home = flow.is_blind().then(|| ledger::with(flow.task, another)).flatten();
        if let Some(home) = home.or(flow.is_over_blind.then_some(begun.home)) {
            trial::not_checked(home, &begun.name, begun.place);
        }
    }
    let find = |flow: &Flow| {
        ledger::with(flow.task, |live| {
            let held = live
                .held_by(flow.task)
                .filter(|held| held.class.is_known() && held.level >= begun.level);
            let is_inside = |held: &Held| {
                begun.whole.has(held.whole)
                    || begun.what == Several::Group && held.whole.has(begun.whole)
            };
            let mut outside = held.filter(|held| !is_inside(held));
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
    graph.is_written();
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
            searched: 0,
        };
        let step = Step { from: held.class, to: asked.class, seen };
        let mut graph = lock(&GRAPH);
        match what {
            What::BackInValue => {
                let is_new = graph.is_new_pair(&step, false);
                graph.add(&step);
                // The circle with the declared order is this report.
                graph.is_new_circle([&step, &step.turned()]);
                wrong.extend(is_new.then_some(Finding::BackInValue(held)));
            }
            What::SameClass => {
                let is_new = graph.is_new_pair(&step, true);
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

/// The user answers for `then` being taken while `first` is held.
pub(crate) fn allow(first: &str, then: &str, reason: &str) {
    let allowed = Allowed { first: first.into(), then: then.into(), reason: reason.into() };
    lock(&GRAPH).allow(allowed);
}
