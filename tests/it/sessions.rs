//! Sessions: one lock after the other, forwards through the fields of one twin.

use std::{collections::HashMap, sync::Arc, task::Poll};

use ironfence::{
    Guarded, MayLock, MutexGuard, RwLockWriteGuard,
    futures::{Lock, Step},
    sessions::{Outer, Root, Start},
};
use ironfence_tests::{
    allocations::allocations,
    polled::{Polled, now, poll_once},
};

#[derive(Guarded, Default)]
struct Bank {
    #[guarded(rwlock)]
    accounts: HashMap<u32, i64>,
    #[guarded(mutex)]
    journal: Vec<String>,
    #[guarded(nested)]
    risk: Risk,
    name: String,
    #[guarded(rwlock)]
    rates: Vec<i64>,
}

#[derive(Guarded, Default)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<i64>,
    #[guarded(nested)]
    deep: Deep,
    #[guarded(mutex)]
    alarms: u32,
}

#[derive(Guarded, Default)]
struct Deep(#[guarded(mutex)] u8, #[guarded(rwlock)] u8);

fn bank() -> BankGuarded {
    Bank::default().into_guarded()
}

impl BankGuarded {
    /// Whether each lock is free, in the order of declaration.
    fn free(&self) -> [bool; 7] {
        [
            self.accounts.try_write().is_ok(),
            self.journal.try_lock().is_ok(),
            self.risk.limits.try_write().is_ok(),
            self.risk.deep.0.try_lock().is_ok(),
            self.risk.deep.1.try_write().is_ok(),
            self.risk.alarms.try_lock().is_ok(),
            self.rates.try_write().is_ok(),
        ]
    }
}

const ALL_FREE: [bool; 7] = [true; 7];

// Forwards

#[test]
fn a_session_takes_one_lock_after_the_other() {
    let bank = bank();
    let session = bank.session();
    assert_eq!(bank.free(), ALL_FREE, "a session holds nothing");
    let (mut accounts, session) = now(session.write_accounts());
    accounts.insert(1, 10);
    let (mut journal, session) = now(session.lock_journal());
    journal.push(format!("{} accounts", accounts.len()));
    drop(accounts);
    let (rates, _) = now(session.read_rates());
    assert_eq!(bank.free(), [true, false, true, true, true, true, false], "a guard is a guard");
    drop((rates, journal));
    assert_eq!(bank.free(), ALL_FREE, "and a session that is over holds nothing");
}

#[test]
fn a_session_may_leave_fields_out() {
    let bank = bank();
    let (rates, _) = now(bank.session().write_rates());
    assert_eq!(rates.len(), 0);
}

#[test]
fn a_session_goes_through_nested_twins_and_on_after_them() {
    let bank = bank();
    let (accounts, session) = now(bank.session().read_accounts());
    let (mut limits, risk) = now(session.risk().write_limits());
    limits.push(1);
    let (zero, deep) = now(risk.deep().lock_0());
    let (one, deep) = now(deep.write_1());
    let (mut alarms, risk) = now(deep.leave().lock_alarms());
    *alarms += 1;
    let (rates, _) = now(risk.leave().read_rates());
    assert_eq!(bank.free(), [false, true, false, false, false, false, false]);
    drop((accounts, limits, zero, one, alarms, rates));
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_nested_twin_may_be_entered_and_left_without_taking_anything() {
    let bank = bank();
    let session = bank.session().risk().deep().leave().leave();
    let (rates, _) = now(session.read_rates());
    drop(rates);
}

#[test]
fn a_guard_is_returned_with_its_session() {
    type Accounts<'a> = RwLockWriteGuard<'a, HashMap<u32, i64>>;
    fn first(bank: &BankGuarded) -> (Accounts<'_>, BankSession<'_, bank_fields::accounts>) {
        now(bank.session().write_accounts())
    }
    let bank = bank();
    let (accounts, session) = first(&bank);
    let (journal, _) = now(session.lock_journal());
    assert_eq!((accounts.len(), journal.len()), (0, 0), "both borrow from the bank alone");
}

#[test]
fn a_session_goes_on_in_a_loop_and_in_calls() {
    async fn post(session: BankSession<'_, impl MayLock<bank_fields::journal>>, what: &str) {
        let (mut journal, _) = session.lock_journal().await;
        journal.push(what.to_owned());
    }
    async fn alarm<P, O>(session: RiskSession<'_, P, O>)
    where
        P: MayLock<risk_fields::alarms>,
    {
        let (mut alarms, _) = session.lock_alarms().await;
        *alarms += 1;
    }
    let bank = bank();
    let (accounts, mut session) = now(bank.session().read_accounts());
    for round in 0..3 {
        let (mut journal, _) = now(session.reborrow().lock_journal());
        journal.push(round.to_string());
    }
    now(post(session.reborrow(), "a call"));
    now(post(bank.session(), "from the beginning")); // an own root session: not proven
    let (journal, session) = now(session.lock_journal());
    assert_eq!(journal.len(), 5);
    let mut risk = session.risk();
    now(alarm(risk.reborrow()));
    let (limits, mut risk) = now(risk.read_limits());
    now(alarm(risk.reborrow()));
    let (rates, _) = now(risk.leave().read_rates());
    assert_eq!(*now(bank.risk.alarms.lock()), 2);
    drop((accounts, limits, rates));
}

#[test]
fn two_branches_go_on_from_one_session() {
    let bank = bank();
    let held = now(bank.journal.lock());
    let work = async {
        let (accounts, mut session) = bank.session().write_accounts().await;
        let lengths = session
            .both(
                async |session| {
                    let (mut journal, _) = session.lock_journal().await;
                    journal.push("first".to_owned());
                    journal.len()
                },
                async |session| {
                    let (mut rates, _) = session.write_rates().await;
                    rates.push(1);
                    rates.len()
                },
            )
            .await;
        // The session goes on where it was.
        let (journal, _) = session.lock_journal().await;
        (lengths, accounts.len(), journal.len())
    };
    let mut work = Polled::queued(work);
    assert_eq!(now(bank.rates.read()).len(), 1, "the second goes on while the first waits");
    drop(held);
    assert_eq!(work.finish(), ((1, 1), 0, 1));
}

// Waiting and cancellation

#[test]
fn a_step_waits_for_its_lock_and_holds_those_before() {
    let bank = bank();
    let held = now(bank.journal.lock());
    let (accounts, session) = now(bank.session().write_accounts());
    let mut step = Polled::queued(session.lock_journal());
    drop(held);
    assert!(step.is_woken());
    let (journal, _) = step.finish();
    drop((accounts, journal));
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_step_that_is_never_polled_or_dropped_takes_nothing() {
    let bank = bank();
    let mut session = bank.session();
    drop(session.reborrow().write_accounts());
    let held = now(bank.accounts.read());
    let step = Polled::queued(session.reborrow().write_accounts());
    drop(step);
    drop(held);
    assert_eq!(bank.free(), ALL_FREE);
    let (accounts, _) = now(session.write_accounts());
    drop(accounts);
}

#[test]
fn a_step_is_terminated_when_it_has_handed_out_its_guard() {
    let bank = bank();
    let mut step = Box::pin(bank.session().lock_journal());
    assert!(!step.is_terminated());
    let Poll::Ready((journal, _)) = poll_once(step.as_mut()) else { panic!("it is free") };
    assert!(step.is_terminated());
    drop(journal);
}

// Names and costs

type AfterJournal<'a> = BankSession<'a, bank_fields::journal>;

/// A step in a struct, by name.
struct Job<'a> {
    step: Step<Lock<'a, Vec<String>>, AfterJournal<'a>>,
}

#[test]
fn the_future_of_a_step_has_a_name() {
    let bank = bank();
    let job = Job { step: bank.session().lock_journal() };
    let (journal, _): (MutexGuard<'_, Vec<String>>, AfterJournal<'_>) = now(job.step);
    assert_eq!(journal.len(), 0);
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker adds words")]
#[cfg(target_pointer_width = "64")]
fn a_session_is_one_reference_and_one_more_for_each_nesting() {
    assert_eq!(size_of::<BankSession<'_, Start, Root>>(), 8);
    type Inside = Outer<BankGuarded, bank_fields::risk, Root>;
    assert_eq!(size_of::<RiskSession<'_, Start, Inside>>(), 16);
    assert_eq!(size_of_val(&bank().session().lock_journal()), 56, "a lock future and a session");
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated() {
    let bank = bank();
    let count = allocations(|| {
        let (accounts, session) = now(bank.session().write_accounts());
        let (limits, risk) = now(session.risk().read_limits());
        let (rates, _) = now(risk.leave().read_rates());
        drop((accounts, limits, rates));
    });
    assert_eq!(count, 0);
}

macro_rules! many {
    ($($field:ident)*) => {
        #[derive(Guarded, Default)]
        #[guarded(default = mutex)]
        struct Many {
            $($field: u8,)*
        }
    };
}
many! {
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24 f25
    f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47 f48 f49
    f50 f51 f52 f53 f54 f55 f56 f57 f58 f59 f60 f61 f62 f63 f64 f65 f66 f67 f68 f69 f70 f71 f72 f73
    f74 f75 f76 f77 f78 f79 f80 f81 f82 f83 f84 f85 f86 f87 f88 f89 f90 f91 f92 f93 f94 f95 f96 f97
    f98 f99 f100 f101 f102 f103 f104 f105 f106 f107 f108 f109 f110 f111 f112 f113 f114 f115 f116
    f117 f118 f119 f120 f121 f122 f123 f124 f125 f126 f127 f128 f129 f130 f131
}

#[test]
fn a_session_goes_through_more_fields_than_the_compiler_recurses() {
    let many = Many::default().into_guarded();
    let (first, session) = now(many.session().lock_f0());
    let (middle, session) = now(session.lock_f7());
    let (next, session) = now(session.lock_f8());
    let (later, session) = now(session.lock_f63());
    let (even_later, session) = now(session.lock_f64());
    let (last, _) = now(session.lock_f131());
    assert_eq!(*first + *middle + *next + *later + *even_later + *last, 0);
    drop((first, middle, next, later, even_later, last));
    drop(now(many.locks().lock_f131().lock_f0().into_future()));
}

// In spawned tasks

#[derive(Guarded, Default)]
struct Cache<K, V> {
    #[guarded(rwlock)]
    entries: HashMap<K, V>,
    #[guarded(nested)]
    risk: Risk,
    #[guarded(mutex)]
    recent: Vec<K>,
}

async fn remember<K: Clone, V>(
    session: CacheSession<'_, K, V, impl MayLock<cache_fields::recent>>,
    key: &K,
) {
    let (mut recent, _) = session.lock_recent().await;
    tokio::task::yield_now().await;
    recent.push(key.clone());
}

async fn insert<K: Eq + std::hash::Hash + Clone, V>(
    cache: &CacheGuarded<K, V>,
    key: K,
    value: V,
) -> usize {
    let (mut entries, session) = cache.session().write_entries().await;
    tokio::task::yield_now().await;
    entries.insert(key.clone(), value);
    let mut session = session.risk().leave();
    remember(session.reborrow(), &key).await;
    let (recent, _) = session.lock_recent().await;
    tokio::task::yield_now().await;
    recent.len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_is_used_across_awaits_in_spawned_tasks() {
    // A parameter with a lifetime too: what a task holds is asked about "for any lifetime".
    let cache = Arc::new(Cache::<&'static str, &'static [u8]>::default().into_guarded());
    let tasks = ["one", "two", "three", "four"].map(|key| {
        let cache = cache.clone();
        tokio::spawn(async move {
            let count = insert(&cache, key, key.as_bytes()).await;
            let session = cache.session();
            tokio::task::yield_now().await;
            let (limits, risk) = session.risk().write_limits().await;
            tokio::task::yield_now().await;
            let (alarms, risk) = risk.lock_alarms().await;
            tokio::task::yield_now().await;
            let alarms = *alarms;
            let (recent, _) = risk.leave().lock_recent().await;
            tokio::task::yield_now().await;
            assert!(recent.len() >= count);
            drop(limits);
            alarms
        })
    });
    for task in tasks {
        assert_eq!(task.await.unwrap(), 0);
    }
    assert_eq!(cache.recent.lock().await.len(), 4);
}

/// With a parameter that has a lifetime this does not compile: an async closure that takes a session
/// of such a twin is for one lifetime, and the compiler asks for any.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_branches_run_in_spawned_tasks() {
    let cache = Arc::new(Cache::<String, Vec<u8>>::default().into_guarded());
    let tasks = [1, 2, 3, 4].map(|_| {
        let cache = cache.clone();
        tokio::spawn(async move {
            let (limits, mut risk) = cache.session().risk().write_limits().await;
            let branches = risk.both(
                async |risk| {
                    let (mut alarms, _) = risk.lock_alarms().await;
                    tokio::task::yield_now().await;
                    *alarms += 1;
                },
                async |risk| {
                    let (zero, deep) = risk.deep().lock_0().await;
                    tokio::task::yield_now().await;
                    let (one, _) = deep.write_1().await;
                    *zero + *one
                },
            );
            let ((), sum) = branches.await;
            let (recent, _) = risk.leave().lock_recent().await;
            assert_eq!((sum, recent.len(), limits.len()), (0, 0, 0));
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(*cache.risk.alarms.lock().await, 4);
}
