//! Third locks that keep two flows apart, so that opposite orders of theirs never meet.

use alloc::vec::Vec;
use core::cell::RefCell;
use std::{collections::HashMap, thread_local};

use super::{
    flow::Flow,
    ledger::{self, Held},
};
use crate::watch::Way;

/// A lock that is held besides: two flows with the same one do not meet if one of them keeps the other
/// out. Whether it is held all along need not be certain: then it is not certain that they meet.
#[derive(Clone, Copy)]
pub(crate) struct Gate {
    lock: usize,
    way: Way,
}

impl Gate {
    pub(super) fn of(held: &Held) -> Self {
        Self { lock: held.lock, way: held.way }
    }

    /// It as one number, to be summed up with others.
    pub(super) fn mixed(self) -> u64 {
        (self.lock as u64 ^ (self.way as u64) << 56).wrapping_mul(0xff51_afd7_ed55_8ccd)
    }

    /// True if `other` is this, or more than this.
    pub(super) fn is_in(self, other: Self) -> bool {
        self.lock == other.lock && self.way <= other.way
    }
}

/// Keeps of `gates` those that are among `others` too, each in the weaker way. True if that is less than before.
pub(super) fn keep_common(gates: &mut Vec<Gate>, others: &[Gate]) -> bool {
    let mut is_less = false;
    gates.retain_mut(|gate| {
        let same = others.iter().filter(|other| other.lock == gate.lock);
        let way = same.map(|other| other.way).max();
        is_less |= way.is_none_or(|way| way < gate.way);
        gate.way = way.map_or(gate.way, |way| way.min(gate.way));
        way.is_some()
    });
    is_less
}

/// True if flows that hold these and those are never there at the same time.
pub(super) fn keep_apart(these: &[Gate], those: &[Gate]) -> bool {
    let keep_out =
        |this: &Gate, that: &Gate| this.lock == that.lock && this.way.waits_for(that.way, false);
    these.iter().any(|this| those.iter().any(|that| keep_out(this, that)))
}

thread_local! {
    /// Edges that need no look as long as these are held besides.
    static KNOWN: RefCell<HashMap<u64, Vec<Gate>>> = RefCell::default();
}

/// True if the edge was seen behind gates which are all there again.
pub(super) fn is_known(edge: u64, has: impl FnMut(&Gate) -> bool) -> bool {
    let known = KNOWN.try_with(|known| {
        let known = known.borrow();
        known.get(&edge).is_some_and(|gates| gates.iter().all(has))
    });
    known.unwrap_or(false)
}

/// The edge needs no further look while these are held.
pub(super) fn remember(edge: u64, gates: Vec<Gate>) {
    _ = KNOWN.try_with(|known| known.borrow_mut().insert(edge, gates));
}

/// What the scopes around the flow hold.
#[inline]
pub(crate) fn around(flow: &Flow) -> Vec<Gate> {
    let mut gates = Vec::new();
    flow.around(|outer| {
        ledger::with(outer.task, |live| {
            gates.extend(live.held_by(outer.task).map(Gate::of));
        });
    });
    gates
}
