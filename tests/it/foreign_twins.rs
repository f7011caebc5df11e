//! Twins whose locks are other people's: sets, sessions and snapshots over them.

use std::{
    cell::Cell, collections::HashMap, fmt::Debug, hash::Hash, marker::PhantomData, mem::size_of,
    rc::Rc, sync::Arc, task::Poll,
};

use ironfence::{AsyncMutex, AsyncRwLock, Guarded, MayLock};
use ironfence_tests::{
    allocations::allocations,
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

use super::traits::{Facts, Otherwise as _, Probe, facts};

/// One lock of each kind.
#[derive(Guarded, Clone, Debug, Default, PartialEq)]
#[guarded(derive(Debug, Default))]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: HashMap<u32, i64>,
    #[guarded(mutex, with = tokio::sync::Mutex)]
    journal: Vec<u32>,
    #[guarded(rwlock)]
    rates: [i64; 2],
    name: String,
    #[guarded(mutex, with = async_lock::Mutex)]
    alarms: u32,
    #[guarded(rwlock, with = async_lock::RwLock)]
    limits: Vec<i64>,
}

fn bank() -> BankGuarded {
    let accounts = HashMap::from([(1, 10), (2, 20)]);
    let name = "First".to_owned();
    Bank { accounts, name, limits: vec![100], ..Bank::default() }.into_guarded()
}

impl BankGuarded {
    /// Whether each lock is free, in the order of declaration.
    fn free(&self) -> [bool; 5] {
        [
            self.accounts.try_write().is_ok(),
            self.journal.try_lock().is_ok(),
            self.rates.try_write().is_ok(),
            self.alarms.try_lock().is_some(),
            self.limits.try_write().is_some(),
        ]
    }
}

const ALL_FREE: [bool; 5] = [true; 5];
const NONE_FREE: [bool; 5] = [false; 5];

#[test]
fn a_field_has_the_lock_that_it_asks_for() {
    let bank = bank();
    let _: &tokio::sync::RwLock<HashMap<u32, i64>> = &bank.accounts;
    let _: &tokio::sync::Mutex<Vec<u32>> = &bank.journal;
    let _: &ironfence::RwLock<[i64; 2]> = &bank.rates;
    let _: &async_lock::Mutex<u32> = &bank.alarms;
    let _: &async_lock::RwLock<Vec<i64>> = &bank.limits;
    assert_eq!(bank.name, "First");
    assert_eq!(BankGuarded::from(Bank::default()).into_inner(), Bank::default());
}

#[test]
fn a_set_over_five_mixed_locks_holds_what_was_asked_for() {
    let bank = bank();
    let mut held = now(bank.locks().lock_alarms().write_accounts().read_limits().into_future());
    held.accounts.insert(3, 30);
    *held.alarms += 1;
    assert_eq!(*held.limits, [100]);
    let _: &tokio::sync::RwLockWriteGuard<'_, HashMap<u32, i64>> = &held.accounts;
    assert!(bank.limits.try_read().is_some(), "others may read what is read");
    assert_eq!(bank.free(), [false, true, true, false, false], "the others are left alone");
    drop(held);
    assert_eq!(bank.free(), ALL_FREE, "and released with what is held");
    let held = now(bank.locks().lock_all().into_future());
    assert_eq!(bank.free(), NONE_FREE);
    drop(held);
    let held = now(bank.locks().read_all().into_future());
    assert!(bank.accounts.try_read().is_ok() && bank.journal.try_lock().is_err());
    drop(held);
}

#[test]
fn locks_are_taken_in_the_order_of_declaration_and_given_back_when_the_set_is_dropped() {
    let bank = bank();
    // Each lock in turn is busy; what lies before it is taken, what lies behind it is not.
    macro_rules! busy {
        ($number:literal, $guard:expr) => {
            let guard = now($guard);
            let mut set = Polled::queued(bank.locks().lock_all().into_future());
            let taken: [bool; 5] = std::array::from_fn(|number| number > $number);
            assert_eq!(bank.free(), taken, "busy is {}", $number);
            assert!(set.poll().is_pending(), "it goes on waiting");
            drop(set);
            drop(guard);
            assert_eq!(bank.free(), ALL_FREE, "what was taken is given back");
        };
    }
    busy!(0, bank.accounts.write());
    busy!(1, bank.journal.lock());
    busy!(2, bank.rates.write());
    busy!(3, bank.alarms.lock());
    busy!(4, bank.limits.write());
}

#[test]
fn a_set_that_waits_is_woken_and_goes_on() {
    let bank = bank();
    let (first, last) = (now(bank.accounts.write()), now(bank.limits.write()));
    let mut set = Polled::queued(bank.locks().read_accounts().write_limits().into_future());
    drop(first);
    assert!(set.is_woken());
    assert!(set.poll().is_pending(), "now it waits for the second");
    drop(last);
    let held = set.finish();
    assert_eq!((held.accounts.len(), held.limits.len()), (2, 1));
}

#[test]
fn a_set_does_nothing_before_it_is_polled() {
    let bank = bank();
    let set = bank.locks().lock_all().into_future();
    assert_eq!(bank.free(), ALL_FREE);
    assert!(!set.is_terminated());
    drop(set);
    let builder = bank.locks().write_accounts();
    assert!(bank.accounts.try_write().is_ok());
    drop(builder);
}

#[test]
#[should_panic(expected = "polled after completion")]
fn a_set_that_is_polled_after_its_end_panics() {
    let bank = bank();
    let mut set = Polled::new(bank.locks().write_accounts().into_future());
    drop(set.finish());
    let _: Poll<_> = set.poll();
}

#[test]
fn trying_takes_all_or_nothing() {
    let bank = bank();
    let guard = now(bank.limits.write());
    assert!(bank.locks().write_accounts().lock_journal().read_limits().try_now().is_none());
    assert_eq!(bank.free(), [true, true, true, true, false], "nothing is kept");
    drop(guard);
    let held = bank.locks().write_accounts().read_limits().try_now().expect("all are free");
    assert_eq!(bank.free(), [false, true, true, true, false]);
    drop(held);
}

#[test]
fn a_thread_waits_for_a_set() {
    let bank = Arc::new(bank());
    let guard = now(bank.journal.lock());
    let waiting = std::thread::spawn({
        let bank = bank.clone();
        move || bank.locks().lock_alarms().lock_journal().blocking().journal.push(7)
    });
    drop(guard);
    must_end(move || waiting.join().unwrap());
    assert_eq!(*now(bank.journal.lock()), [7]);
}

#[test]
fn a_snapshot_is_of_one_moment() {
    let bank = bank();
    let copy: Bank = now(bank.snapshot());
    assert_eq!((copy.accounts.len(), &*copy.name, &*copy.limits), (2, "First", &[100][..]));
    let guard = now(bank.alarms.lock());
    let mut snapshot = Polled::queued(bank.snapshot());
    assert!(bank.accounts.try_write().is_err(), "nobody writes meanwhile");
    assert!(bank.accounts.try_read().is_ok(), "but may read");
    drop(guard);
    assert_eq!(snapshot.finish(), copy);
    drop(snapshot);
    assert_eq!(bank.free(), ALL_FREE);
    assert_eq!(bank.into_inner(), copy);
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated_by_sets_and_tokio() {
    let bank = bank();
    let count = allocations(|| {
        drop(now(bank.locks().write_accounts().lock_journal().read_rates().into_future()));
        drop(bank.locks().write_accounts().lock_journal().read_rates().try_now());
    });
    assert_eq!(count, 0, "async-lock's rwlock allocates by itself; the set does not");
    let guard = now(bank.journal.lock());
    let count = allocations(|| {
        let set = bank.locks().write_accounts().lock_journal().into_future();
        assert!(poll_once(set).is_pending());
    });
    assert_eq!(count, 0, "nor while it waits");
    drop(guard);
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker adds words")]
#[cfg(target_pointer_width = "64")]
fn the_future_has_room_for_one_of_the_futures_and_for_the_guards() {
    fn size<F: IntoFuture>(_: F) -> usize {
        size_of::<F::IntoFuture>()
    }
    let bank = bank();
    for (name, size, limit) in [
        ("nothing", size(bank.locks()), 64),
        ("an rwlock of tokio's", size(bank.locks().write_accounts()), 208),
        ("a mutex of tokio's", size(bank.locks().lock_journal()), 224),
        ("two of tokio's", size(bank.locks().write_accounts().lock_journal()), 272),
        ("all five", size(bank.locks().lock_all()), 392),
    ] {
        assert!(size <= limit, "a set of {name} has {size} bytes, and {limit} is the limit");
    }
}

// Sessions

#[test]
fn a_session_takes_one_lock_after_the_other_whose_ever_they_are() {
    let bank = bank();
    let (accounts, session) = now(bank.session().read_accounts());
    let (mut journal, session) = now(session.lock_journal());
    journal.push(accounts.len() as u32);
    let (limits, _) = now(session.write_limits());
    assert_eq!(bank.free(), [false, false, true, true, false]);
    drop(journal);
    assert_eq!(bank.free(), [false, true, true, true, false], "guards go in any order");
    drop((accounts, limits));
    assert_eq!(bank.free(), ALL_FREE);
}

#[test]
fn a_step_that_is_dropped_half_way_leaves_nothing_behind() {
    let bank = bank();
    let guard = now(bank.alarms.lock());
    let (accounts, mut session) = now(bank.session().write_accounts());
    let step = Polled::queued(session.reborrow().lock_alarms());
    drop(step);
    drop(guard);
    assert_eq!(bank.free(), [false, true, true, true, true]);
    drop(now(session.lock_alarms()));
    drop(accounts);
}

async fn alarm(session: BankSession<'_, impl MayLock<bank_fields::alarms>>) -> u32 {
    let (mut alarms, _) = session.lock_alarms().await;
    *alarms += 1;
    *alarms
}

#[test]
fn sessions_go_on_in_loops_calls_and_branches_of_spawned_tasks() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            let bank = Arc::new(bank());
            let tasks = (0..8).map(|_| {
                let bank = bank.clone();
                tokio::spawn(async move {
                    let (mut accounts, mut session) = bank.session().write_accounts().await;
                    for _ in 0..10 {
                        let (mut journal, session) = session.reborrow().lock_journal().await;
                        tokio::task::yield_now().await;
                        journal.push(alarm(session).await);
                    }
                    *accounts.entry(1).or_default() += 1;
                    let sums = session.both(
                        async |session| session.write_limits().await.0.pop(),
                        async |session| alarm(session).await,
                    );
                    sums.await.1
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            let bank = Arc::into_inner(bank).expect("the tasks have ended").into_inner();
            assert_eq!((bank.alarms, bank.journal.len(), bank.accounts[&1]), (88, 80, 18));
        });
    });
}

#[test]
fn sets_and_sessions_in_contrary_spelling_come_one_after_the_other() {
    let bank = bank();
    let (accounts, session) = now(bank.session().write_accounts());
    let mut set = Polled::queued(bank.locks().lock_journal().write_accounts().into_future());
    let (journal, _) = now(session.lock_journal());
    drop((accounts, journal));
    drop(set.finish());
}

/// A set and a snapshot are what an async function that takes tokio's locks in turn would be.
#[test]
fn futures_over_tokio_are_send_exactly_where_those_written_by_hand_are() {
    #[derive(Guarded)]
    #[guarded(with(mutex = tokio::sync::Mutex, rwlock = tokio::sync::RwLock))]
    struct State<M, R, P> {
        #[guarded(mutex)]
        mutex: M,
        #[guarded(rwlock)]
        rwlock: R,
        plain: P,
    }

    impl<M: Clone, R: Clone, P: Clone> StateGuarded<M, R, P> {
        async fn set_by_hand(&self) -> impl Sized {
            (self.mutex.lock().await, self.rwlock.read().await)
        }

        async fn snapshot_by_hand(&self) -> State<M, R, P> {
            let (mutex, rwlock) = (self.mutex.lock().await, self.rwlock.read().await);
            State { mutex: mutex.clone(), rwlock: rwlock.clone(), plain: self.plain.clone() }
        }
    }

    macro_rules! same {
        ($($Field:ty),*) => {{
            type Twin = StateGuarded<$($Field),*>;
            let ours = facts!(Probe::future(|twin: &'static Twin| twin.locks().read_all().into_future()));
            let theirs = facts!(Probe::future(|twin: &'static Twin| twin.set_by_hand()));
            assert_eq!((ours.send, ours.unpin), (theirs.send, theirs.unpin), "a set of {}", stringify!($($Field),*));
            let ours = facts!(Probe::future(|twin: &'static Twin| twin.snapshot()));
            let theirs = facts!(Probe::future(|twin: &'static Twin| twin.snapshot_by_hand()));
            assert_eq!((ours.send, ours.unpin), (theirs.send, theirs.unpin), "a snapshot of {}", stringify!($($Field),*));
        }};
    }
    same!(u32, u32, u32);
    same!(Cell<u32>, u32, u32);
    same!(u32, Cell<u32>, u32);
    same!(u32, u32, Cell<u32>);
    same!(Rc<u32>, u32, u32);
    same!(u32, Rc<u32>, u32);
    same!(u32, u32, Rc<u32>);
}

// Other shapes

/// Of the container, but for those fields that say otherwise.
#[derive(Guarded, Clone, Debug, PartialEq)]
#[guarded(
    name = Shared,
    default = mutex,
    with(mutex = tokio::sync::Mutex, rwlock = async_lock::RwLock)
)]
struct Pair<'a, K: Eq + Hash, V>(
    HashMap<K, V>,
    #[guarded(rwlock)] Vec<V>,
    #[guarded(plain)] &'a str,
    #[guarded(mutex, with = ironfence::Mutex)] u8,
    #[guarded(rwlock, with = tokio::sync::RwLock)] &'a str,
);

#[test]
fn a_container_chooses_for_its_fields_and_a_field_for_itself() {
    let text = String::from("text");
    let pair = Pair(HashMap::from([(1, 2)]), vec![3], &text, 4, &text);
    let copy = pair.clone();
    let shared: Shared<'_, i32, i32> = pair.into_guarded();
    let _: &tokio::sync::Mutex<HashMap<i32, i32>> = &shared.0;
    let _: &async_lock::RwLock<Vec<i32>> = &shared.1;
    let _: &ironfence::Mutex<u8> = &shared.3;
    let mut held = now(shared.locks().lock_0().write_1().into_future());
    held.0.insert(5, 6);
    held.1.clear();
    drop(held);
    assert_ne!(now(shared.snapshot()), copy);
    assert_eq!(shared.into_inner().0.len(), 2);
}

/// Whose locks is said by a parameter.
trait Library {
    type Mutex<T: Send + 'static>: for<'a> AsyncMutex<Value = T, Guard<'a>: Send, Lock<'a>: Send>
        + Send
        + Sync;
    type RwLock<T: Send + Sync + 'static>: for<'a> AsyncRwLock<
            Value = T,
            ReadGuard<'a>: Send,
            WriteGuard<'a>: Send,
            Read<'a>: Send,
            Write<'a>: Send,
        > + Send
        + Sync;
}

struct Ours;

impl Library for Ours {
    type Mutex<T: Send + 'static> = ironfence::Mutex<T>;
    type RwLock<T: Send + Sync + 'static> = ironfence::RwLock<T>;
}

struct Tokio;

impl Library for Tokio {
    type Mutex<T: Send + 'static> = tokio::sync::Mutex<T>;
    type RwLock<T: Send + Sync + 'static> = tokio::sync::RwLock<T>;
}

struct AsyncLock;

impl Library for AsyncLock {
    type Mutex<T: Send + 'static> = async_lock::Mutex<T>;
    type RwLock<T: Send + Sync + 'static> = async_lock::RwLock<T>;
}

#[derive(Guarded)]
#[guarded(with(mutex = L::Mutex, rwlock = L::RwLock))]
struct Counters<L: Library> {
    #[guarded(rwlock)]
    total: u64,
    #[guarded(mutex)]
    log: Vec<u64>,
    library: PhantomData<fn() -> L>,
}

/// Tasks on two threads take both locks, in contrary spelling, across an await.
async fn count<L: Library + 'static>() -> u64 {
    let counters = Counters::<L> { total: 0, log: Vec::new(), library: PhantomData };
    let counters = Arc::new(counters.into_guarded());
    let tasks = (0..8_u64).map(|number| {
        let counters = counters.clone();
        tokio::spawn(async move {
            for _ in 0..200 {
                let mut held = match number % 2 {
                    0 => counters.locks().lock_log().write_total().await,
                    _ => counters.locks().write_total().lock_log().await,
                };
                *held.total += 1;
                tokio::task::yield_now().await;
                held.log.push(number);
            }
        })
    });
    for task in tasks.collect::<Vec<_>>() {
        task.await.unwrap();
    }
    let held = counters.locks().read_all().await;
    assert_eq!(*held.total, held.log.len() as u64, "no update is lost");
    *held.total
}

#[test]
fn a_parameter_chooses_the_library_in_spawned_tasks() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            assert_eq!(count::<Ours>().await, 1600);
            assert_eq!(count::<Tokio>().await, 1600);
            assert_eq!(count::<AsyncLock>().await, 1600);
        });
    });
}

#[test]
fn sets_and_snapshots_of_concrete_twins_run_in_spawned_tasks() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            let bank = Arc::new(bank());
            let tasks = (0..16_u32).map(|number| {
                let bank = bank.clone();
                tokio::spawn(async move {
                    for _ in 0..50 {
                        let mut held = bank.locks().lock_all().await;
                        *held.accounts.entry(1).or_default() -= 1;
                        tokio::task::yield_now().await;
                        *held.accounts.entry(2).or_default() += 1;
                        held.journal.push(number);
                        drop(held);
                        let copy = bank.snapshot().await;
                        assert_eq!(copy.accounts.values().sum::<i64>(), 30, "of one moment");
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            assert_eq!(bank.journal.lock().await.len(), 800);
        });
    });
}

/// A set half-way is given up again and again, while others want the same locks.
#[test]
fn sets_that_are_cancelled_half_way_leave_nothing_behind() {
    must_end(|| {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build();
        runtime.unwrap().block_on(async {
            let bank = Arc::new(bank());
            let tasks = (0..32_u32).map(|number| {
                let bank = bank.clone();
                tokio::spawn(async move {
                    for turn in 0..100 {
                        let polls = (number + turn) % 4;
                        let mut set = std::pin::pin!(bank.locks().lock_all().into_future());
                        let mut left = polls;
                        let held =
                            std::future::poll_fn(|context| match set.as_mut().poll(context) {
                                Poll::Ready(held) => Poll::Ready(Some(held)),
                                Poll::Pending if left == 0 => Poll::Ready(None),
                                Poll::Pending => {
                                    left -= 1;
                                    Poll::Pending
                                }
                            });
                        if let Some(mut held) = held.await {
                            *held.alarms += 1;
                            tokio::task::yield_now().await;
                        }
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            assert_eq!(bank.free(), ALL_FREE);
        });
    });
}
