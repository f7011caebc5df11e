//! Random programs of everything one can do with a lock, on futures polled by hand, against a
//! sequential model of what the lock promises. A program that breaks a promise is shrunk.
//!
//! 256 programs for each lock; `PROPTEST_CASES=100000` makes it more.

mod model;
mod promises;
mod subject;
mod waiting;
mod world;

use proptest::{collection::vec, prelude::*, sample::select};
use subject::{ALL_KINDS, EXCLUSIVE_KINDS, Kind, Subject};

/// One thing that the program does. A `u8` picks one of the futures or guards there are.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// Makes a future and does not poll it.
    Start(Kind),
    /// Makes a future and polls it once.
    Ask(Kind),
    /// So many do that.
    Crowd(Kind, u8),
    /// Polls a future, woken or not.
    Poll(u8),
    /// Polls it from another task.
    PollElsewhere(u8),
    /// Polls one that was woken.
    PollWoken(u8),
    /// Drops a future, wherever it stands.
    Cancel(u8),
    /// Drops one that was woken.
    CancelWoken(u8),
    /// Takes the lock with `try_…` and keeps the guard.
    Try(Kind),
    /// Takes the lock with `try_write` and lets it go, so many times.
    Pass(u8),
    /// Takes the lock with `write` and lets it go, so many times, unless it has to wait.
    Rush(u8),
    /// Drops a guard.
    Release(u8),
    /// Panics while holding the guard.
    Panic(u8),
    /// Downgrades a write guard; true with `downgrade_map`.
    Downgrade(u8, bool),
    DowngradeToUpgradable(u8),
    /// Makes the future and polls it once.
    Upgrade(u8),
    TryUpgrade(u8),
    Map(u8),
    Split(u8),
}

#[derive(Clone, Debug)]
struct Program {
    steps: Vec<Step>,
    /// Futures with these numbers are not polled any more once the steps are done. They are few, as it
    /// takes some time to outlast each.
    silent: Vec<usize>,
    /// In the end the latest comes first.
    backwards: bool,
}

fn step(kinds: &'static [Kind]) -> impl Strategy<Value = Step> {
    let kind = || select(kinds);
    let index = any::<u8>;
    prop_oneof![
        2 => kind().prop_map(Step::Start),
        12 => kind().prop_map(Step::Ask),
        1 => (kind(), 1..80_u8).prop_map(|(kind, count)| Step::Crowd(kind, count)),
        4 => index().prop_map(Step::Poll),
        2 => index().prop_map(Step::PollElsewhere),
        8 => index().prop_map(Step::PollWoken),
        4 => index().prop_map(Step::Cancel),
        2 => index().prop_map(Step::CancelWoken),
        6 => kind().prop_map(Step::Try),
        2 => (1..80_u8).prop_map(Step::Pass),
        2 => (1..80_u8).prop_map(Step::Rush),
        12 => index().prop_map(Step::Release),
        1 => index().prop_map(Step::Panic),
        2 => (index(), any::<bool>()).prop_map(|(index, mapping)| Step::Downgrade(index, mapping)),
        2 => index().prop_map(Step::DowngradeToUpgradable),
        6 => index().prop_map(Step::Upgrade),
        2 => index().prop_map(Step::TryUpgrade),
        2 => index().prop_map(Step::Map),
        2 => index().prop_map(Step::Split),
    ]
}

fn programs(kinds: &'static [Kind]) -> impl Strategy<Value = Program> {
    let silent = prop_oneof![2 => Just(vec![]), 1 => vec(0..40_usize, 1..4)];
    (vec(step(kinds), 1..80), silent, any::<bool>())
        .prop_map(|(steps, silent, backwards)| Program { steps, silent, backwards })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        max_shrink_iters: 20_000,
        ..ProptestConfig::default()
    })]

    #[test]
    fn an_rwlock_keeps_its_promises_in_any_program(program in programs(ALL_KINDS)) {
        world::run(&Subject::rwlock(), &program);
    }

    #[test]
    fn a_mutex_keeps_its_promises_in_any_program(program in programs(EXCLUSIVE_KINDS)) {
        world::run(&Subject::mutex(), &program);
    }
}
