//! What the lock checker costs, beside two detectors that know threads:
//! `cargo bench -p ironfence-benches --features check --bench checker`.
//!
//! One lock and one release, nobody else there, with no other lock held and with three. For ironfence in
//! a named task, and with a thread that blocks; for tracing-mutex and parking_lot with a thread.

use std::{
    future::Future,
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use comfy_table::Table;
use ironfence::{check, task};

const ROUNDS: usize = 15;
const TIMES: u32 = 200_000;

/// The most that the checker may take, in nanoseconds.
const LIMITS: [f64; 2] = [60.0, 150.0];

fn main() {
    // As `cargo test` runs it.
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    check::on_report(|report| panic!("the bench takes its locks in order: {report}"));
    let rows = [
        ("ironfence, a task", [in_a_task(0), in_a_task(3)]),
        ("ironfence, a thread", [in_a_thread(0), in_a_thread(3)]),
        ("tracing-mutex", [tracing_mutex(0), tracing_mutex(3)]),
        ("parking_lot, deadlock_detection", [parking_lot(0), parking_lot(3)]),
    ];
    check::set_mode(check::Mode::Off);
    let off = [in_a_task(0), in_a_task(3)];
    let off_thread = [in_a_thread(0), in_a_thread(3)];
    let mut table = Table::new();
    table.set_header(["lock and release, ns", "nothing else held", "three others held"]);
    let mut is_kept = true;
    for (name, measured) in rows.into_iter().chain([
        ("ironfence, a task, checker off", off),
        ("ironfence, a thread, checker off", off_thread),
    ]) {
        let cells = measured.map(|nanos| format!("{nanos:.1}"));
        table.add_row([name.to_owned()].into_iter().chain(cells));
        if name.starts_with("ironfence") {
            is_kept &= measured.iter().zip(LIMITS).all(|(nanos, limit)| *nanos <= limit);
        }
    }
    println!(
        "{table}\nmedians of {ROUNDS} rounds; the limits, {LIMITS:?}, are {}",
        match is_kept {
            true => "kept",
            false => "BROKEN",
        }
    );
}

/// Nanoseconds for one of many.
fn measure(mut one: impl FnMut()) -> f64 {
    median_of_each([(); ROUNDS].map(|()| {
        let start = Instant::now();
        (0..TIMES).for_each(|_| one());
        start.elapsed()
    }))
}

/// Of the rounds, for one of many.
fn median_of_each(mut rounds: [Duration; ROUNDS]) -> f64 {
    rounds.sort_unstable();
    rounds[ROUNDS / 2].as_nanos() as f64 / f64::from(TIMES)
}

/// The output of a future that is ready when it is first polled.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => unreachable!("nobody else is there"),
    }
}

fn locks() -> Vec<ironfence::Mutex<u32>> {
    // Each of a class of its own.
    let named = |number: usize| {
        let mutex = ironfence::Mutex::new(0);
        check::name(&mutex, &format!("lock {number}"));
        mutex
    };
    (0..4).map(named).collect()
}

fn in_a_task(held: usize) -> f64 {
    let locks = locks();
    now(task::named("bench", async {
        let mut guards = Vec::new();
        for lock in &locks[..held] {
            guards.push(lock.lock().await);
        }
        let mut rounds = [Duration::ZERO; ROUNDS];
        for round in &mut rounds {
            let start = Instant::now();
            for _ in 0..TIMES {
                *locks[3].lock().await += 1;
            }
            *round = start.elapsed();
        }
        median_of_each(rounds)
    }))
}

fn in_a_thread(held: usize) -> f64 {
    let locks = locks();
    let _guards: Vec<_> = locks[..held].iter().map(|lock| lock.blocking_lock()).collect();
    measure(|| *black_box(&locks[3]).blocking_lock() += 1)
}

fn tracing_mutex(held: usize) -> f64 {
    let locks: Vec<_> = (0..4).map(|_| tracing_mutex::stdsync::tracing::Mutex::new(0)).collect();
    let _guards: Vec<_> = locks[..held].iter().map(|lock| lock.lock().unwrap()).collect();
    measure(|| *black_box(&locks[3]).lock().unwrap() += 1)
}

fn parking_lot(held: usize) -> f64 {
    let locks: Vec<_> = (0..4).map(|_| parking_lot::Mutex::new(0)).collect();
    let _guards: Vec<_> = locks[..held].iter().map(parking_lot::Mutex::lock).collect();
    measure(|| *black_box(&locks[3]).lock() += 1)
}
