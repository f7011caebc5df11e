//! `#[derive(Guarded)]`: the struct and its twin, and the snapshot of a twin.

use std::{
    cell::Cell,
    collections::HashMap,
    hash::Hash,
    mem::offset_of,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
};

use ironfence::{Guarded, Mutex, RwLock, Twin};
use ironfence_tests::polled::{Polled, now, poll_once};

#[derive(Guarded, Clone, Debug, Default, PartialEq)]
#[guarded(derive(Debug, Default))]
struct Bank<K: Eq + Hash, V> {
    #[guarded(rwlock)]
    accounts: HashMap<K, V>,
    #[guarded(mutex)]
    journal: Vec<K>,
    #[guarded(nested)]
    risk: Risk<V>,
    name: String,
    #[guarded(mutex)]
    last: Option<V>,
}

#[derive(Guarded, Clone, Debug, Default, PartialEq)]
#[guarded(name = SharedRisk, derive(Debug, Default), attr(allow(clippy::type_complexity)))]
struct Risk<V>(#[guarded(rwlock)] Vec<V>, #[guarded(mutex)] u8);

fn bank() -> Bank<u32, i64> {
    Bank {
        accounts: HashMap::from([(1, 10), (2, 20)]),
        journal: vec![1, 2],
        risk: Risk(vec![5], 6),
        name: "bank".to_owned(),
        last: Some(20),
    }
}

// There and back

#[test]
fn a_struct_comes_back_from_its_twin_as_it_was() {
    assert_eq!(bank().into_guarded().into_inner(), bank(), "nothing is lost on the way");
    let twin: BankGuarded<_, _> = bank().into();
    assert_eq!(Twin::into_inner(twin), bank(), "`From` is the same way there");
}

#[test]
fn what_was_changed_behind_the_locks_comes_back() {
    let twin = bank().into_guarded();
    now(twin.accounts.write()).insert(3, 30);
    now(twin.journal.lock()).push(3);
    now(twin.risk.0.write()).clear();
    *now(twin.risk.1.lock()) += 1;
    assert_eq!(twin.name, "bank", "a plain field is read without a lock");
    let back = twin.into_inner();
    assert_eq!(back.accounts[&3], 30);
    assert_eq!(back.journal, [1, 2, 3]);
    assert_eq!(back.risk, Risk(vec![], 7), "the nested struct comes back inside");
}

#[test]
fn a_twin_has_the_derives_that_were_passed_on() {
    let twin = BankGuarded::<u32, i64>::default();
    assert_eq!(twin.into_inner(), Bank::default(), "`derive(Default)` is the twin's");
    let text = format!("{:?}", bank().into_guarded());
    assert!(text.starts_with("BankGuarded { accounts: "), "`derive(Debug)` is the twin's: {text}");
}

static SHARED: SharedRisk<u8> = SharedRisk(RwLock::new(Vec::new()), Mutex::new(1));

#[test]
fn a_twin_is_built_in_a_static() {
    now(SHARED.0.write()).push(2);
    assert_eq!(now(SHARED.snapshot()), Risk(vec![2], 1), "a literal is a twin like any other");
}

// Declaration order is address order

fn assert_ascending(offsets: &[usize]) {
    assert!(
        offsets.windows(2).all(|pair| pair[0] < pair[1]),
        "locks lie in the order of their declaration: {offsets:?}"
    );
}

#[derive(Guarded)]
#[guarded(default = mutex)]
#[allow(dead_code)]
struct Mixed<T> {
    small: u8,
    large: [u64; 9],
    empty: (),
    #[guarded(plain)]
    plain: u8,
    #[cfg(not(test))]
    gone: u64,
    #[guarded(rwlock)]
    generic: T,
    #[guarded(nested)]
    nested: Risk<u128>,
    #[cfg(test)]
    here: u16,
    #[guarded(plain)]
    aligned: Aligned,
    last: u8,
}

#[derive(Clone)]
#[repr(align(64))]
struct Aligned;

#[test]
fn fields_keep_their_order_in_memory() {
    fn check<T>() {
        type Twin<T> = MixedGuarded<T>;
        assert_ascending(&[
            offset_of!(Twin<T>, small),
            offset_of!(Twin<T>, large),
            offset_of!(Twin<T>, empty),
            offset_of!(Twin<T>, plain),
            offset_of!(Twin<T>, generic),
            offset_of!(Twin<T>, nested.0),
            offset_of!(Twin<T>, nested.1),
            offset_of!(Twin<T>, here),
            offset_of!(Twin<T>, last),
        ]);
    }
    check::<()>();
    check::<u8>();
    check::<u128>();
    check::<[Aligned; 2]>();
    type Shared = BankGuarded<u8, u8>;
    assert_ascending(&[
        offset_of!(Shared, accounts),
        offset_of!(Shared, journal),
        offset_of!(Shared, risk.0),
        offset_of!(Shared, risk.1),
        offset_of!(Shared, last),
    ]);
}

// Snapshots

#[test]
fn a_snapshot_is_a_copy_of_every_field() {
    let twin = bank().into_guarded();
    assert_eq!(now(twin.snapshot()), bank(), "nothing is left out");
    let again = now(twin.snapshot());
    now(twin.journal.lock()).push(9);
    assert_eq!(again, bank(), "a copy does not see what comes after it");
}

#[test]
fn a_snapshot_takes_the_locks_in_order_and_waits_at_the_first_that_is_held() {
    let twin = bank().into_guarded();
    let held = now(twin.risk.0.write());
    let mut snapshot = Polled::queued(twin.snapshot());
    assert!(twin.accounts.try_write().is_err(), "the locks before are taken");
    assert!(twin.journal.try_lock().is_err(), "the locks before are taken");
    assert!(twin.risk.1.try_lock().is_ok(), "the locks after are not");
    assert!(twin.last.try_lock().is_ok(), "the locks after are not");
    drop(held);
    assert!(snapshot.is_woken(), "the release wakes it");
    assert_eq!(snapshot.finish(), bank());
    for is_free in [
        twin.accounts.try_write().is_ok(),
        twin.journal.try_lock().is_ok(),
        twin.risk.0.try_write().is_ok(),
        twin.risk.1.try_lock().is_ok(),
        twin.last.try_lock().is_ok(),
    ] {
        assert!(is_free, "all are released when the copy is made");
    }
}

#[test]
fn a_snapshot_waits_at_one_lock_after_the_other() {
    let twin = bank().into_guarded();
    let first = now(twin.accounts.write());
    let nested = now(twin.risk.1.lock());
    let last = now(twin.last.lock());
    let mut snapshot = Polled::queued(twin.snapshot());
    drop(last);
    assert!(snapshot.poll().is_pending(), "the last lock alone does not help");
    drop(first);
    assert!(snapshot.poll().is_pending(), "the nested lock is held still");
    assert!(twin.journal.try_lock().is_err(), "it came further");
    drop(nested);
    assert_eq!(snapshot.finish(), bank());
}

#[test]
fn a_snapshot_that_is_dropped_halfway_releases_what_it_took() {
    let twin = bank().into_guarded();
    let held = now(twin.last.lock());
    let snapshot = Polled::queued(twin.snapshot());
    assert!(twin.risk.1.try_lock().is_err(), "it holds the locks before");
    drop(snapshot);
    assert!(twin.accounts.try_write().is_ok(), "the first is released");
    assert!(twin.risk.1.try_lock().is_ok(), "the nested one is released");
    drop(held);
    assert!(twin.last.try_lock().is_ok(), "the one that it waited for is not taken");
}

#[test]
fn a_snapshot_that_is_never_polled_takes_nothing() {
    let twin = bank().into_guarded();
    let snapshot = twin.snapshot();
    assert!(twin.accounts.try_write().is_ok(), "nothing happens before the first poll");
    drop(snapshot);
    assert!(twin.accounts.try_write().is_ok(), "nothing happens at all");
}

#[test]
fn a_snapshot_reads_an_rwlock_beside_other_readers() {
    let twin = bank().into_guarded();
    let reader = now(twin.accounts.read());
    let held = now(twin.last.lock());
    let snapshot = Polled::queued(twin.snapshot());
    assert!(twin.accounts.try_read().is_ok(), "it is a reader itself");
    assert!(twin.accounts.try_write().is_err(), "but keeps writers out");
    drop((reader, held, snapshot));
    assert!(twin.accounts.try_write().is_ok());
}

thread_local! {
    static CLONES: Cell<u32> = const { Cell::new(0) };
}

/// Looks at all the locks of its twin whenever it is cloned.
#[derive(Default)]
struct Probe;

#[derive(Guarded, Default)]
struct Probed {
    plain: Probe,
    #[guarded(mutex)]
    mutex: Probe,
    #[guarded(nested)]
    inner: ProbedInside,
    #[guarded(rwlock)]
    rwlock: Probe,
}

#[derive(Guarded, Default)]
struct ProbedInside(#[guarded(rwlock)] Probe);

static PROBED: ProbedGuarded = ProbedGuarded {
    plain: Probe,
    mutex: Mutex::new(Probe),
    inner: ProbedInsideGuarded(RwLock::new(Probe)),
    rwlock: RwLock::new(Probe),
};

impl Clone for Probe {
    fn clone(&self) -> Self {
        assert!(PROBED.mutex.try_lock().is_err(), "the mutex is held");
        assert!(PROBED.inner.0.try_write().is_err(), "the nested rwlock is held");
        assert!(PROBED.inner.0.try_read().is_ok(), "the nested rwlock is shared");
        assert!(PROBED.rwlock.try_write().is_err(), "the last rwlock is held");
        CLONES.set(CLONES.get() + 1);
        Self
    }
}

#[test]
fn a_snapshot_clones_only_when_it_holds_every_lock() {
    let held = now(PROBED.rwlock.write());
    let mut snapshot = Polled::queued(PROBED.snapshot());
    assert_eq!(CLONES.get(), 0, "nothing is cloned while one lock is missing");
    drop(held);
    let Probed { plain: Probe, mutex: Probe, inner: ProbedInside(Probe), rwlock: Probe } =
        snapshot.finish();
    assert_eq!(CLONES.get(), 4, "each field is cloned once");
    assert!(PROBED.mutex.try_lock().is_ok() && PROBED.rwlock.try_write().is_ok());
}

#[derive(Guarded)]
struct Fragile {
    #[guarded(mutex)]
    first: u8,
    #[guarded(rwlock)]
    second: Panics,
    #[guarded(mutex)]
    third: u8,
}

struct Panics;

impl Clone for Panics {
    fn clone(&self) -> Self {
        panic!("while cloning");
    }
}

#[test]
fn a_clone_that_panics_leaves_no_lock_held() {
    let twin = Fragile { first: 1, second: Panics, third: 3 }.into_guarded();
    let mut snapshot = Polled::new(twin.snapshot());
    let panic = catch_unwind(AssertUnwindSafe(|| _ = snapshot.poll()));
    assert!(panic.is_err(), "the panic comes through");
    assert!(twin.first.try_lock().is_ok(), "the first is released");
    assert!(twin.second.try_write().is_ok(), "the one whose value panicked is released");
    assert!(twin.third.try_lock().is_ok(), "the last is released");
    drop(snapshot);
    let Fragile { first, third, .. } = twin.into_inner();
    assert_eq!((first, third), (1, 3));
}

#[test]
fn a_snapshot_is_over_when_it_was_ready() {
    let twin = Risk(vec![1], 2).into_guarded();
    let mut snapshot = Box::pin(twin.snapshot());
    assert!(!snapshot.is_terminated());
    assert!(matches!(poll_once(snapshot.as_mut()), Poll::Ready(Risk(..))));
    assert!(snapshot.is_terminated(), "it says that it is over");
    let again = catch_unwind(AssertUnwindSafe(|| _ = poll_once(snapshot.as_mut())));
    assert!(again.is_err(), "polling again is a mistake");
    assert!(twin.0.try_write().is_ok(), "and takes nothing");
}

#[derive(Guarded, Clone)]
struct Sides {
    #[guarded(mutex)]
    left: i64,
    #[guarded(nested)]
    right: Side,
}

#[derive(Guarded, Clone)]
struct Side {
    #[guarded(rwlock)]
    sum: i64,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_snapshot_is_one_consistent_picture() {
    const ROUNDS: i64 = 2_000;
    let sides = Arc::new(Sides { left: 0, right: Side { sum: 0 } }.into_guarded());
    let mover = tokio::spawn({
        let sides = sides.clone();
        async move {
            for amount in 0..ROUNDS {
                let mut left = sides.left.lock().await;
                *left -= amount;
                tokio::task::yield_now().await;
                *sides.right.sum.write().await += amount;
            }
        }
    });
    while !mover.is_finished() {
        let Sides { left, right } = sides.snapshot().await;
        assert_eq!(left + right.sum, 0, "a picture shows no half-done move");
    }
    mover.await.unwrap();
    assert_eq!(sides.snapshot().await.right.sum, ROUNDS * (ROUNDS - 1) / 2);
}

// In tasks

async fn total<K, V>(bank: Arc<BankGuarded<K, V>>) -> usize
where
    K: Eq + Hash + Clone + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    let task = tokio::spawn({
        let bank = bank.clone();
        async move {
            let copy = bank.snapshot().await;
            let nested = bank.risk.snapshot().await;
            copy.accounts.len() + copy.journal.len() + nested.0.len()
        }
    });
    task.await.unwrap() + bank.journal.lock().await.len()
}

#[tokio::test]
async fn a_snapshot_runs_in_a_spawned_task_of_generic_code() {
    let bank = Arc::new(bank().into_guarded());
    assert_eq!(total(bank.clone()).await, 7);
    let held = bank.last.lock().await;
    let task = tokio::spawn({
        let bank = bank.clone();
        async move { bank.snapshot().await.name }
    });
    tokio::task::yield_now().await;
    drop(held);
    assert_eq!(task.await.unwrap(), "bank", "it waits across threads");
}

#[tokio::test]
async fn a_twin_is_changed_from_many_tasks() {
    let bank = Arc::new(bank().into_guarded());
    let mut tasks = tokio::task::JoinSet::new();
    for key in 0..32 {
        let bank = bank.clone();
        tasks.spawn(async move {
            bank.accounts.write().await.insert(100 + key, 1);
            tokio::task::yield_now().await;
            bank.journal.lock().await.push(100 + key);
        });
    }
    tasks.join_all().await;
    let bank = Arc::into_inner(bank).expect("the tasks are over").into_inner();
    assert_eq!((bank.accounts.len(), bank.journal.len()), (34, 34), "no change is lost");
}

/// Where the struct is built, nothing of ours is imported.
mod elsewhere {
    pub(super) fn made(bank: super::Bank<u32, i64>) -> super::BankGuarded<u32, i64> {
        bank.into_guarded()
    }
}

#[test]
fn a_twin_is_made_without_the_trait_in_scope() {
    assert_eq!(elsewhere::made(bank()).into_inner(), bank());
}
