//! The order that was learned: from class to class, and what closes a circle in it.

use alloc::{
    string::{String, ToString},
    vec::Vec,
};
use core::{panic::Location, sync::atomic::Ordering};
use std::{
    collections::{BTreeMap, HashSet},
    sync::{LazyLock, Mutex},
};

use super::{
    gates::{self, Gate},
    ledger::{self, Held},
};
use crate::watch::{Way, class::Class};

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
    pub(super) gates: Vec<Gate>,
    /// At which version of the graph a circle through this was looked for last.
    pub(super) searched: u64,
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
    allowed: Vec<Allowed>,
    /// Counts the changes of what a search for a circle looks at: so none is made twice.
    version: u64,
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

impl Seen {
    fn is_like(&self, other: &Self) -> bool {
        (self.sort, self.held, self.asked) == (other.sort, other.held, other.asked)
    }
}

impl Step {
    pub(super) fn turned(&self) -> Self {
        Self { from: self.to, to: self.from, seen: self.seen.clone() }
    }

    /// The same two, as they may be taken another time.
    pub(super) fn back(&self) -> Self {
        let Seen { held, asked, .. } = self.seen;
        Self { seen: Seen { held: asked, asked: held, ..self.seen.clone() }, ..self.turned() }
    }
}

impl Graph {
    /// True the first time, unless it is allowed.
    pub(super) fn is_new_pair(&mut self, step: &Step, is_of_class: bool) -> bool {
        let pair = alloc::vec![step.from.number, step.to.number];
        !self.is_allowed(step.from, step.to) && self.reported.insert((pair, u8::from(is_of_class)))
    }

    /// True the first time.
    pub(super) fn is_new_circle<'a>(&mut self, steps: impl IntoIterator<Item = &'a Step>) -> bool {
        let mut classes: Vec<_> = steps.into_iter().map(|step| step.from.number).collect();
        classes.sort_unstable();
        self.reported.insert((classes, u8::MAX))
    }

    /// True the first time, unless it is allowed.
    pub(super) fn is_new_outside(
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
    pub(super) fn add(&mut self, step: &Step) -> Vec<Gate> {
        for class in [step.from, step.to] {
            self.classes.insert(class.number, class);
        }
        let edge = self.edges.entry(step.from.number).or_default();
        let all = edge.entry(step.to.number).or_default();
        let new = &step.seen;
        match all.iter_mut().find(|seen| seen.is_like(new)) {
            Some(seen) => {
                self.version += u64::from(gates::keep_common(&mut seen.gates, &new.gates));
                seen.gates.clone()
            }
            None => {
                self.version += 1;
                all.push(new.clone());
                new.gates.clone()
            }
        }
    }

    pub(super) fn allow(&mut self, allowed: Allowed) {
        self.version += 1;
        self.allowed.push(allowed);
    }

    /// From now on readers of this class may have to wait for one another.
    pub(super) fn is_written(&mut self) {
        self.version += 1;
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
    pub(super) fn steps_from(&self, from: u32) -> Vec<Step> {
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

    /// A cycle that `step` is part of, if there is one that was not reported. While nothing changes there is none the
    /// second time.
    pub(super) fn cycle_of(&mut self, step: &Step) -> Option<Vec<Step>> {
        let first = self.edges.get_mut(&step.from.number)?.get_mut(&step.to.number)?;
        let seen = first.iter_mut().find(|seen| seen.is_like(&step.seen))?;
        if core::mem::replace(&mut seen.searched, self.version) == self.version {
            return None;
        }
        let gates = seen.gates.clone();
        let first = Step { seen: Seen { gates, ..step.seen.clone() }, ..step.clone() };
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
            ledger::steps(1);
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
