//! Two free locks of one value: by hand one after the other, and by each way of taking several.

use std::{
    hint::black_box,
    time::{Duration, Instant},
};

use ironfence::{Guarded, lock_pair};

use super::{Kind, Measure, Row, Sampler};
use crate::{bench::Bench, by_hand::poll_once, library::Library};

#[derive(Guarded)]
#[guarded(name = Shared)]
struct State {
    #[guarded(mutex)]
    counter: u64,
    #[guarded(rwlock)]
    table: u64,
}

type Way = fn(&Shared, u64);

/// The ways, in the order of the measures.
const WAYS: [Way; 4] = [by_hand, set, session, pair];

#[inline(never)]
fn by_hand(state: &Shared, count: u64) {
    for _ in 0..count {
        let mut counter = poll_once(state.counter.lock());
        let mut table = poll_once(state.table.write());
        *counter += 1;
        *table += 1;
    }
}

#[inline(never)]
fn set(state: &Shared, count: u64) {
    for _ in 0..count {
        let mut held = poll_once(state.locks().write_table().lock_counter().into_future());
        *held.counter += 1;
        *held.table += 1;
    }
}

#[inline(never)]
fn session(state: &Shared, count: u64) {
    for _ in 0..count {
        let (mut counter, session) = poll_once(state.session().lock_counter());
        let (mut table, _) = poll_once(session.write_table());
        *counter += 1;
        *table += 1;
    }
}

#[inline(never)]
fn pair(state: &Shared, count: u64) {
    for _ in 0..count {
        let pair = poll_once(lock_pair(&state.counter, state.table.write()));
        let (mut counter, mut table) = pair.expect("they are two");
        *counter += 1;
        *table += 1;
    }
}

fn run(way: Way, count: u64) -> Duration {
    let state = State { counter: 0, table: 0 }.into_guarded();
    let start = Instant::now();
    way(black_box(&state), count);
    let elapsed = start.elapsed();
    let State { counter, table } = state.into_inner();
    assert_eq!((counter, table), (count, count));
    elapsed
}

pub(super) fn rows() -> Vec<Row> {
    let mut counts = [0; WAYS.len()];
    let sampler: Sampler = Box::new(move |bench: &mut Bench| {
        let mut nanos = Vec::new();
        for (way, count) in WAYS.into_iter().zip(&mut counts) {
            nanos.push(bench.nanos_each(count, |count| Ok(run(way, count)))?);
        }
        nanos.push(nanos[1] - nanos[0]);
        Ok(nanos)
    });
    let row = Row::new(
        "several locks, two free ones",
        Kind::Time(Library::Ironfence),
        "Takes a free mutex and a free rwlock of one twin, counts in both, releases: one after the \
         other by hand, by a set, by a session, by a pair.",
    );
    let measures = [
        Measure::less("by hand", "ns"),
        Measure::less("set", "ns"),
        Measure::less("session", "ns"),
        Measure::less("pair", "ns"),
        Measure::less("set, more than by hand", "ns"),
    ];
    vec![row.measuring(&measures).with(vec![(Library::Ironfence, sampler)])]
}
