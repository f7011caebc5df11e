//! What the statistics cost: `cargo bench -p ironfence-benches --features stats --bench statistics`, and the same
//! without the feature.
//!
//! One lock and one release of a free lock, with holds that are not timed, with one in 64 that is, and with all.

use std::{
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::Instant,
};

use comfy_table::Table;
use ironfence::{Mutex, RwLock};

/// Many that are short: what else the machine does falls into some, and not into the fastest.
const ROUNDS: usize = 1000;
const TIMES: u32 = 10_000;

fn main() {
    // What is asked of the other bench, and what `cargo test` asks, is not for this one.
    if std::env::args().skip(1).any(|argument| argument != "--bench") {
        return;
    }
    let mut table = Table::new();
    let mut head = vec!["lock and release, ns"];
    head.extend(settings().map(|(name, _)| name));
    table.set_header(head);
    let (mutex, rwlock) = (Mutex::new(0_u64), RwLock::new(0_u64));
    table.add_row(row("mutex lock", || *poll_once(black_box(&mutex).lock()) += 1));
    table.add_row(row("mutex try_lock", || {
        *black_box(&mutex).try_lock().expect("it is free") += 1;
    }));
    table.add_row(row("rwlock read", || {
        black_box(*poll_once(black_box(&rwlock).read()));
    }));
    table.add_row(row("rwlock write", || *poll_once(black_box(&rwlock).write()) += 1));
    println!("{table}\nof {ROUNDS} rounds the fastest tenth is no slower");
}

/// The name, and the nanoseconds for one of many, in each setting.
fn row(name: &str, one: impl Fn()) -> Vec<String> {
    let cells = settings().map(|(_, set)| {
        set();
        format!("{:.1}", measure(&one))
    });
    [name.to_owned()].into_iter().chain(cells).collect()
}

#[cfg(feature = "stats")]
fn settings() -> [(&'static str, fn()); 3] {
    use ironfence::stats::time_holds;
    [
        ("no hold timed", || time_holds(0)),
        ("one in 64", || time_holds(64)),
        ("all", || time_holds(1)),
    ]
}

#[cfg(not(feature = "stats"))]
fn settings() -> [(&'static str, fn()); 1] {
    [("without the feature", || {})]
}

fn measure(one: impl Fn()) -> f64 {
    let mut rounds = [(); ROUNDS].map(|()| {
        let start = Instant::now();
        for _ in 0..TIMES {
            one();
        }
        start.elapsed().as_nanos() as f64 / f64::from(TIMES)
    });
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 10]
}

/// A future that need not wait.
fn poll_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("the lock is free"),
    }
}
