//! Sets: some fields of one twin, taken together in the order of their declaration.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{collections::HashMap, sync::Arc, task::Poll, time::Duration};

use ironfence::{
    Guarded, MutexGuard, RwLockReadGuard, RwLockWriteGuard,
    futures::SetFuture,
    sets::{Inside, Locked, NotAsked, Read, Write},
};
use ironfence_tests::{
    allocations::allocations,
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

#[derive(Guarded, Clone, Debug, Default, PartialEq)]
struct Bank {
    #[guarded(rwlock)]
    accounts: HashMap<u32, i64>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
    name: String,
    #[guarded(rwlock)]
    rates: [i64; 2],
}

#[derive(Guarded, Clone, Debug, Default, PartialEq)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<i64>,
    #[guarded(mutex)]
    alarms: u32,
}

fn bank() -> BankGuarded {
    let accounts = HashMap::from([(1, 10), (2, 20)]);
    let risk = Risk { limits: vec![100], alarms: 0 };
    Bank { accounts, risk, name: "First".to_owned(), ..Default::default() }.into_guarded()
}

impl BankGuarded {
    /// Whether each lock is free, in the order of declaration.
    fn free(&self) -> [bool; 5] {
        [
            self.accounts.try_write().is_ok(),
            self.journal.try_lock().is_ok(),
            self.risk.limits.try_write().is_ok(),
            self.risk.alarms.try_lock().is_ok(),
            self.rates.try_write().is_ok(),
        ]
    }
}

const ALL_FREE: [bool; 5] = [true; 5];
const NONE_FREE: [bool; 5] = [false; 5];

// What is held

#[test]
fn what_was_asked_for_is_held_by_the_names_of_the_fields() {
    let bank = bank();
    let mut held = now(bank.locks().lock_journal().write_accounts().into_future());
    held.accounts.insert(3, 30);
    held.journal.push(3);
    assert_eq!(bank.free(), [false, false, true, true, true], "the others are left alone");
    let write: &RwLockWriteGuard<'_, HashMap<u32, i64>> = &held.accounts;
    let lock: &MutexGuard<'_, Vec<u32>> = &held.journal;
    assert_eq!((write.len(), lock.len()), (3, 1), "they are the guards that the locks give");
    let _: &NotAsked<bank_fields::rates, _> = &held.rates;
    drop(held);
    assert_eq!(bank.free(), ALL_FREE, "and released with what is held");
}

/// Generic over what is not used: here the nested twin and the rates.
type Opening<'a, R, S> =
    BankHeld<RwLockWriteGuard<'a, HashMap<u32, i64>>, MutexGuard<'a, Vec<u32>>, R, S>;

fn open<R, S>(held: &mut Opening<'_, R, S>, account: u32) {
    held.accounts.insert(account, 0);
    held.journal.push(account);
}

#[test]
fn what_is_held_may_be_handed_to_a_function() {
    let bank = bank();
    let mut held = now(bank.locks().lock_journal().write_accounts().into_future());
    open(&mut held, 3);
    drop(held);
    let mut held = now(bank.locks().lock_all().into_future());
    open(&mut held, 4);
    assert_eq!((held.accounts.len(), &held.journal[..]), (4, &[3, 4][..]));
}

/// As `unwrap_err` of a timeout asks of it.
#[test]
fn what_is_held_shows_itself_like_its_values() {
    let bank = bank();
    let held = now(bank.locks().write_rates().risk(|risk| risk.read_limits()).into_future());
    assert_eq!(
        format!("{held:?}"),
        "BankHeld { accounts: NotAsked, journal: NotAsked, \
         risk: RiskHeld { limits: [100], alarms: NotAsked }, rates: [0, 0] }"
    );
}

#[test]
fn the_guards_may_go_separate_ways() {
    let bank = bank();
    let BankHeld { accounts, journal, .. } =
        now(bank.locks().write_accounts().lock_journal().into_future());
    drop(accounts);
    assert_eq!(bank.free(), [true, false, true, true, true], "one is released before the other");
    drop(journal);
    let held = now(bank.locks().write_accounts().into_future());
    let reading = held.accounts.downgrade();
    assert_eq!(reading.len(), bank.accounts.try_read().unwrap().len(), "a guard can what it can");
}

#[test]
fn a_read_lock_is_held_beside_other_readers() {
    let bank = bank();
    let reader = now(bank.accounts.read());
    let held = now(bank.locks().read_accounts().into_future());
    let read: &RwLockReadGuard<'_, HashMap<u32, i64>> = &held.accounts;
    assert_eq!(read.len(), reader.len());
}

#[test]
fn nested_fields_join_in() {
    let bank = bank();
    let set = bank.locks().risk(|risk| risk.lock_alarms().write_limits()).read_accounts();
    let mut held = now(set.into_future());
    held.risk.limits.push(held.accounts[&2]);
    *held.risk.alarms += 1;
    assert_eq!(bank.free(), [false, true, false, false, true]);
    drop(held);
    assert_eq!(now(bank.risk.limits.read())[1], 20);
}

#[test]
fn all_are_asked_for_at_once() {
    let bank = bank();
    let held = now(bank.locks().read_all().into_future());
    assert_eq!((held.accounts.len(), held.risk.limits[0]), (2, 100));
    assert!(bank.accounts.try_read().is_ok(), "`read_all` leaves rwlocks to other readers");
    assert!(bank.risk.limits.try_read().is_ok(), "nested ones too");
    assert_eq!(bank.free(), NONE_FREE);
    drop(held);
    let mut held = now(bank.locks().lock_all().into_future());
    held.accounts.clear();
    held.risk.limits.clear();
    assert!(bank.accounts.try_read().is_err(), "`lock_all` takes each alone");
    assert!(bank.risk.limits.try_read().is_err(), "nested ones too");
    assert_eq!(bank.free(), NONE_FREE);
    drop(held);
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_set_of_nothing_takes_nothing() {
    let bank = bank();
    let held = now(bank.locks().risk(|risk| risk).into_future());
    assert_eq!(bank.free(), ALL_FREE);
    drop(held);
}

/// Only what the closure asks for counts, not of whom it asks.
#[test]
fn a_closure_that_asks_another_twin_asks_its_own() {
    let (bank, other) = (bank(), bank());
    let set = bank.locks().risk(|_| other.risk.locks().write_limits());
    let held = now(set.into_future());
    assert_eq!(bank.free(), [true, true, false, true, true], "it is this bank's");
    assert_eq!(other.free(), ALL_FREE, "and not the other's");
    drop(held);
}

// In which order

#[test]
fn locks_are_taken_in_the_order_of_declaration_however_they_are_asked_for() {
    let bank = bank();
    let held = now(bank.risk.limits.write());
    let mut set = Polled::queued(
        bank.locks()
            .write_rates()
            .risk(|risk| risk.lock_alarms().read_limits())
            .lock_journal()
            .write_accounts()
            .into_future(),
    );
    assert_eq!(bank.free(), [false, false, false, true, true], "it stops at the one that is held");
    drop(held);
    assert!(set.is_woken());
    let held = set.finish();
    assert_eq!(bank.free(), NONE_FREE);
    drop(held);
}

#[test]
fn two_sets_in_contrary_spelling_come_one_after_the_other() {
    let bank = bank();
    let first = now(bank.journal.lock());
    let mut one = Polled::queued(bank.locks().lock_journal().write_accounts().into_future());
    let mut other = Polled::queued(bank.locks().write_accounts().lock_journal().into_future());
    drop(first);
    let held = one.finish();
    assert!(other.poll().is_pending());
    drop(held);
    drop(other.finish());
}

// Address order is declaration order

/// The address of a lock, and whether it is free.
type Place<'a> = (usize, Box<dyn Fn() -> bool + 'a>);

macro_rules! places {
    ($twin:ident: $($try_lock:ident $($field:tt).+;)+) => {
        vec![$((
            (&raw const $twin.$($field).+).addr(),
            Box::new(|| $twin.$($field).+.$try_lock().is_ok()) as Box<dyn Fn() -> bool>,
        ),)+]
    };
}

#[derive(Guarded, Default)]
#[guarded(default = mutex)]
struct Mixed<A, B> {
    first: A,
    #[guarded(rwlock)]
    second: B,
    #[guarded(plain)]
    plain: [u8; 3],
    #[cfg(not(test))]
    gone: u64,
    #[guarded(nested)]
    inner: Inner<B, A>,
    #[cfg(test)]
    here: (A, B),
    #[guarded(nested)]
    again: Inner<(), [A; 2]>,
    #[guarded(plain)]
    aligned: Aligned,
    last: u8,
}

#[derive(Guarded, Default)]
struct Inner<A, B>(#[guarded(rwlock)] A, #[guarded(nested)] Innermost<B>, #[guarded(mutex)] B);

#[derive(Guarded, Default)]
struct Innermost<T> {
    plain: u8,
    #[guarded(mutex)]
    only: T,
}

#[derive(Default)]
#[repr(align(64))]
struct Aligned;

/// Whatever is held while all are asked for: those at lower addresses are taken, which are those that
/// are declared before, and those at higher ones are not.
fn all_are_taken_by_address<A: Default, B: Default>() {
    let twin = Mixed::<A, B>::default().into_guarded();
    let places: Vec<Place<'_>> = places! { twin:
        try_lock first; try_write second;
        try_write inner.0; try_lock inner.1.only; try_lock inner.2;
        try_lock here;
        try_write again.0; try_lock again.1.only; try_lock again.2;
        try_lock last;
    };
    assert!(
        places.windows(2).all(|pair| pair[0].0 < pair[1].0),
        "addresses ascend in the order of declaration, with {} and {}",
        std::any::type_name::<A>(),
        std::any::type_name::<B>()
    );
    macro_rules! hold_each {
        ($($lock:ident $($field:tt).+;)+) => {$({
            let held = now(twin.$($field).+.$lock());
            let held_place = (&raw const twin.$($field).+).addr();
            let waiting = Polled::queued(twin.locks().lock_all().into_future());
            for (place, is_free) in &places {
                assert_eq!(is_free(), *place > held_place, "taken up to the one that is held");
            }
            drop((waiting, held));
            assert!(places.iter().all(|(_, is_free)| is_free()), "all are released");
        })+};
    }
    hold_each! {
        lock first; write second;
        write inner.0; lock inner.1.only; lock inner.2;
        lock here;
        write again.0; lock again.1.only; lock again.2;
        lock last;
    }
}

#[test]
fn address_order_is_declaration_order_whatever_the_fields_hold() {
    macro_rules! each_with_each {
        ($($A:ty),*) => {$(
            all_are_taken_by_address::<$A, ()>();
            all_are_taken_by_address::<$A, u8>();
            all_are_taken_by_address::<$A, [u16; 3]>();
            all_are_taken_by_address::<$A, u128>();
            all_are_taken_by_address::<$A, Aligned>();
            all_are_taken_by_address::<$A, (u8, [Aligned; 2])>();
            all_are_taken_by_address::<$A, Vec<String>>();
        )*};
    }
    each_with_each!((), u8, [u16; 3], u128, Aligned, (u8, [Aligned; 2]), Vec<String>);
}

// Not waiting, and waiting with a thread

#[test]
fn trying_takes_all_or_nothing() {
    let bank = bank();
    let held = now(bank.rates.read());
    assert!(bank.locks().write_accounts().write_rates().try_now().is_none());
    assert_eq!(bank.free(), [true, true, true, true, false], "nothing was taken");
    assert!(bank.locks().lock_all().try_now().is_none());
    let both = bank.locks().read_accounts().read_rates().try_now();
    assert!(both.is_some(), "what is free for it is taken");
    drop((held, both));
    assert!(bank.locks().lock_all().try_now().is_some());
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_thread_waits_for_a_set() {
    must_end(|| {
        let bank = Arc::new(bank());
        let held = now(bank.journal.lock());
        let thread = std::thread::spawn({
            let bank = bank.clone();
            move || bank.locks().lock_journal().write_accounts().blocking().journal.push(1)
        });
        drop(held);
        thread.join().unwrap();
        assert_eq!(*now(bank.journal.lock()), [1]);
    });
}

// Cancellation

#[test]
fn a_set_that_is_never_polled_takes_nothing() {
    let bank = bank();
    let future = bank.locks().lock_all().into_future();
    assert_eq!(bank.free(), ALL_FREE, "nothing happens before the first poll");
    drop(future);
}

#[test]
fn a_set_that_is_dropped_halfway_releases_what_it_took() {
    let bank = bank();
    let held = now(bank.risk.alarms.lock());
    let set = Polled::queued(bank.locks().lock_all().into_future());
    let mut behind = Polled::queued(bank.accounts.read());
    assert_eq!(bank.free(), [false, false, false, false, true]);
    drop(set);
    assert!(behind.is_woken(), "who waits for the first is woken");
    drop(behind.finish());
    assert_eq!(bank.free(), [true, true, true, false, true], "only the holder is left");
    drop(held);
}

/// Why the docs say to poll it to its end or to drop it: what it holds half-way is held.
#[test]
fn a_set_that_is_left_halfway_keeps_what_it_took() {
    let bank = bank();
    let held = now(bank.journal.lock());
    let set = Polled::queued(bank.locks().read_accounts().lock_journal().into_future());
    drop(held);
    assert!(poll_once(bank.accounts.write()).is_pending(), "it holds the first");
    assert!(bank.journal.try_lock().is_ok(), "but not the one that it waits for");
    drop(set);
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_set_is_terminated_when_it_has_handed_out_its_guards() {
    let bank = bank();
    let mut set = Box::pin(bank.locks().write_accounts().into_future());
    assert!(!set.is_terminated());
    let Poll::Ready(held) = poll_once(set.as_mut()) else { panic!("all are free") };
    assert!(set.is_terminated());
    drop(set);
    assert!(bank.accounts.try_read().is_err(), "the guards are not the future's any more");
    drop(held);
}

// Names and costs

/// A future of a set in a struct, by name.
struct Job<'a> {
    set: std::pin::Pin<Box<SetFuture<BankLocks<'a, Write<bank_fields::accounts>>>>>,
    nested: <Nested<'a> as IntoFuture>::IntoFuture,
}

type Nested<'a> = BankLocks<
    'a,
    Read<bank_fields::accounts>,
    Locked<bank_fields::journal>,
    Inside<bank_fields::risk, RiskLocks<'a, Write<risk_fields::limits>>>,
>;

#[test]
fn the_future_of_a_set_has_a_name() {
    let bank = bank();
    let set = bank.locks().risk(|risk| risk.write_limits()).read_accounts().lock_journal();
    let mut job = Job {
        set: Box::pin(bank.locks().write_accounts().into_future()),
        nested: set.into_future(),
    };
    drop(now(job.set.as_mut()));
    drop(now(job.nested));
}

#[derive(Guarded, Default)]
#[guarded(default = mutex)]
struct Two {
    a: u8,
    b: u8,
}

macro_rules! fifty {
    ($($field:ident)*) => {
        #[derive(Guarded, Default)]
        #[guarded(default = rwlock)]
        struct Fifty {
            $($field: u64,)*
        }
    };
}
fifty! {
    f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 f10 f11 f12 f13 f14 f15 f16 f17 f18 f19 f20 f21 f22 f23 f24
    f25 f26 f27 f28 f29 f30 f31 f32 f33 f34 f35 f36 f37 f38 f39 f40 f41 f42 f43 f44 f45 f46 f47
    f48 f49
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker adds words")]
fn the_future_has_one_size_for_two_fields_and_for_fifty() {
    let (two, fifty) = (Two::default().into_guarded(), Fifty::default().into_guarded());
    let sizes = [
        size_of_val(&two.locks().lock_a().into_future()),
        size_of_val(&two.locks().lock_all().into_future()),
        size_of_val(&fifty.locks().read_f0().into_future()),
        size_of_val(&fifty.locks().lock_all().into_future()),
        size_of_val(&bank().locks().risk(|risk| risk.lock_alarms()).into_future()),
    ];
    assert_eq!(sizes, [sizes[0]; 5], "the walk is code, not data");
    #[cfg(target_pointer_width = "64")]
    assert_eq!(sizes[0], 72, "one place in a queue, the twin, how far it came");
    let held = now(fifty.locks().lock_all().into_future());
    assert!(fifty.f49.try_read().is_err(), "all fifty are held");
    drop(held);
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated() {
    let bank = bank();
    let count = allocations(|| {
        drop(now(bank.locks().lock_journal().write_accounts().into_future()));
        drop(now(bank.locks().risk(|risk| risk.write_limits()).into_future()));
        drop(now(bank.locks().lock_all().into_future()));
        drop(bank.locks().read_all().try_now());
    });
    assert_eq!(count, 0, "uncontended");
    let held = now(bank.rates.write());
    let mut set = Box::pin(bank.locks().lock_all().into_future());
    let count = allocations(|| {
        assert!(poll_once(set.as_mut()).is_pending());
        drop(held);
        drop(now(set.as_mut()));
    });
    assert_eq!(count, 0, "contended");
}

// Other structs than plain ones

#[derive(Guarded, Default)]
#[guarded(name = Shared)]
struct Tuple<'a, T: Clone = u8, const N: usize = 2>(
    #[guarded(rwlock)] T,
    &'a str,
    #[guarded(mutex)] [u8; N],
    #[guarded(nested)] Risk,
)
where
    [u8; N]: Default;

#[test]
fn the_fields_of_a_tuple_struct_go_by_their_numbers() {
    let twin: Shared<'_, Vec<u8>> = Tuple(vec![1], "plain", [1, 2], Risk::default()).into();
    let mut held = now(twin.locks().lock_2()._3(|risk| risk.lock_alarms()).write_0().into_future());
    held.0.push(held.2[1]);
    *held.3.alarms += 1;
    drop(held);
    let SharedHeld(zero, (), two, _) = now(twin.locks().read_all().into_future());
    assert_eq!((zero.len(), two.len()), (2, 2));
}

#[derive(Guarded)]
struct Unit;

#[test]
fn a_struct_without_locks_has_sets_of_nothing() {
    let UnitHeld {} = now(Unit.into_guarded().locks().lock_all().into_future());
    assert!(Unit.into_guarded().locks().try_now().is_some());
}

mod other {
    #[derive(ironfence::Guarded, Default)]
    #[guarded(default = mutex)]
    pub(super) struct Far<T: Default> {
        pub(super) r#type: T,
        hidden: u8,
    }

    impl<T: Default> FarGuarded<T> {
        pub(super) fn hidden(&self) -> u8 {
            *self.locks().lock_hidden().try_now().expect("it is free").hidden
        }
    }
}

#[derive(Guarded, Default)]
struct Near<T: Default, N: Guarded> {
    #[guarded(nested)]
    far: other::Far<T>,
    #[guarded(nested)]
    r#any: N,
}

#[test]
fn nested_twins_may_be_generic_and_of_other_modules() {
    let twin = Near::<String, Risk>::default().into_guarded();
    let set = twin.locks().any(|risk| risk.write_limits()).far(|far| far.lock_type());
    let mut held = now(set.into_future());
    held.far.r#type.push('x');
    held.any.limits.push(1);
    drop(held);
    assert_eq!(twin.far.hidden(), 0);
    let held = now(twin.locks().lock_all().into_future());
    assert_eq!((&**held.far.r#type, held.any.limits.len()), ("x", 1));
}

// In spawned tasks

#[derive(Guarded, Default)]
struct Cache<K, V> {
    #[guarded(rwlock)]
    entries: HashMap<K, V>,
    #[guarded(mutex)]
    recent: Vec<K>,
    #[guarded(nested)]
    risk: Risk,
}

async fn insert<K: Eq + std::hash::Hash + Clone, V>(cache: &CacheGuarded<K, V>, key: K, value: V) {
    let set = cache.locks().lock_recent().risk(|risk| risk.lock_alarms()).write_entries();
    let mut held = set.await;
    tokio::task::yield_now().await;
    held.recent.push(key.clone());
    held.entries.insert(key, value);
    *held.risk.alarms += 1;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_form_is_used_across_awaits_in_spawned_tasks() {
    // A parameter with a lifetime too: what a task holds is asked about "for any lifetime".
    let cache = Arc::new(Cache::<&'static str, &'static [u8]>::default().into_guarded());
    let tasks = ["one", "two", "three", "four"].map(|key| {
        let cache = cache.clone();
        tokio::spawn(async move {
            insert(&cache, key, key.as_bytes()).await;
            let set = cache.locks().read_entries().lock_recent();
            let held = tokio::time::timeout(Duration::from_secs(60), set).await.unwrap();
            tokio::task::yield_now().await;
            assert_eq!(held.entries.len(), held.recent.len(), "both are seen at one moment");
            drop(held);
            let held = cache.locks().read_all().await;
            tokio::task::yield_now().await;
            assert_eq!(held.recent.len(), *held.risk.alarms as usize);
            drop(held);
            let held = cache.locks().lock_all().await;
            tokio::task::yield_now().await;
            drop(held);
            let sets = [cache.locks().read_entries(), cache.locks().read_entries()];
            for set in sets {
                tokio::task::yield_now().await;
                drop(set.await);
            }
            drop(cache.snapshot().await);
        })
    });
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(cache.recent.lock().await.len(), 4);
}
