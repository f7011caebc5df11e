//! The lock in a field of a derived twin, beside the same struct written by hand.

use std::hint::black_box;

use ironfence::Guarded;

use crate::by_hand::poll_once;

/// What a user would write without the derive.
struct ByHand {
    counter: ironfence::Mutex<u64>,
    table: ironfence::RwLock<u64>,
}

/// The same, derived: `StateGuarded` is what is measured.
#[derive(Guarded)]
struct State {
    #[guarded(mutex)]
    counter: u64,
    #[guarded(rwlock)]
    table: u64,
}

/// Whose struct it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Struct {
    ByHand,
    Derived,
}

impl Struct {
    /// Locks one field and writes another, `count` times each.
    pub(super) fn run(self, count: u64) {
        match self {
            Self::ByHand => by_hand(count),
            Self::Derived => derived(count),
        }
    }
}

fn by_hand(count: u64) {
    let state = ByHand { counter: 0.into(), table: 0.into() };
    by_hand_often(black_box(&state), count);
    assert_eq!(*poll_once(state.counter.lock()), count);
    assert_eq!(*poll_once(state.table.read()), count);
}

fn derived(count: u64) {
    let state = State { counter: 0, table: 0 };
    let state = state.into_guarded();
    derived_often(black_box(&state), count);
    assert_eq!(*poll_once(state.counter.lock()), count);
    assert_eq!(*poll_once(state.table.read()), count);
}

#[inline(never)]
fn by_hand_often(state: &ByHand, count: u64) {
    for _ in 0..count {
        *poll_once(state.counter.lock()) += 1;
        *poll_once(state.table.write()) += 1;
    }
}

#[inline(never)]
fn derived_often(state: &StateGuarded, count: u64) {
    for _ in 0..count {
        *poll_once(state.counter.lock()) += 1;
        *poll_once(state.table.write()) += 1;
    }
}
