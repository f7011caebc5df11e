//! Random programs under shuttle: each schedule draws a new program and a new order of its steps. Each
//! step on an atomic is a place where another thread may go on, and each guard is a tracked access to the
//! guarded data: two exclusive ones that overlap panic, and a wake-up that is lost is a deadlock. The
//! programs hold the lock to its contract, and know nothing of how it keeps it.
//!
//! Loom has every order of a few steps, and the memory model; shuttle has long programs of many threads,
//! some orders of each, and sees what all threads see. `cargo test --release -p ironfence-shuttle` runs
//! [`SCHEDULES`] of them for each family below, `IRONFENCE_SCHEDULES=100000` before it so many instead. A
//! failure ends with its schedule, which `IRONFENCE_REPLAY=<schedule>`, and the name of the test behind
//! the command, carries out once more: the program that was drawn is part of it.

use std::{env, sync::Arc as StdArc};

use shuttle::{
    Config, Runner,
    rand::{Rng as _, thread_rng},
    scheduler::{PctScheduler, RandomScheduler},
};

mod acts;
mod fifo;
mod ledger;
mod owned;
mod readers;
mod several;
mod silent;
mod tasks;

/// How many schedules a family has in the gate, half of them at random and half by PCT. There are
/// thirteen families.
const SCHEDULES: usize = 2_000;

/// How often at the most PCT turns to another thread where it needn't. So it finds each bug that takes
/// one less with a likelihood that is known.
const DEPTH: usize = 4;

/// Runs the program in so many schedules, or in the one that is asked for.
fn explore(program: impl Fn() + Send + Sync + 'static) {
    if let Ok(schedule) = env::var("IRONFENCE_REPLAY") {
        return shuttle::replay(program, &schedule);
    }
    let schedules = env::var("IRONFENCE_SCHEDULES").map_or(SCHEDULES, |count| {
        count.parse().expect("`IRONFENCE_SCHEDULES` is a number of schedules")
    });
    let config = || {
        let mut config = Config::default();
        config.silence_warnings = true; // that it takes all atomics for `SeqCst`: loom does not
        config
    };
    let program = StdArc::new(program);
    let half = schedules.div_ceil(2);
    let at_random = Runner::new(RandomScheduler::new(half), config()).run({
        let program = program.clone();
        move || program()
    });
    let by_pct = Runner::new(PctScheduler::new(DEPTH, half), config()).run(move || program());
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: {at_random} schedules at random, {by_pct} by PCT");
}

/// A number below `count`. It belongs to the schedule, so that a replay draws it again.
fn draw(count: u32) -> u32 {
    thread_rng().gen_range(0..count)
}

/// True once in `count` times.
fn one_in(count: u32) -> bool {
    draw(count) == 0
}
