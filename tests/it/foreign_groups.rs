//! Groups of locks of several libraries: requests of every shape, in the one order that is everybody's.

use std::{
    array,
    future::Future,
    ops::DerefMut,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

use futures::FutureExt as _;
use ironfence::{
    AsyncMutex, Guarded, Keyed, Mutex, ReadOrWrite, RwLock,
    foreign::{ToWrite, lock, lock_all, lock_pair, read, write},
};
use ironfence_tests::{
    allocations::allocations,
    executors::{on_smol, on_threads, on_tokio},
    polled::{Polled, now},
    watchdog::must_end,
};

use crate::storm::Chance;

/// A lock as users make one known: its futures are boxes. It has one of ours inside, and says its level.
struct Adapted<T>(Mutex<T>);

impl<T: Send> AsyncMutex for Adapted<T> {
    type Value = T;
    type Guard<'a>
        = ironfence::MutexGuard<'a, T>
    where
        T: 'a;
    type Lock<'a>
        = Pin<Box<dyn Future<Output = Self::Guard<'a>> + Send + 'a>>
    where
        T: 'a;

    fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    fn into_inner(self) -> T {
        self.0.into_inner()
    }

    fn level(&self) -> u8 {
        self.0.level()
    }

    fn lock(&self) -> Self::Lock<'_> {
        Box::pin(self.0.lock())
    }

    fn try_lock(&self) -> Option<Self::Guard<'_>> {
        self.0.try_lock().ok()
    }
}

/// A twin with such locks.
#[derive(Guarded, Default)]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: i64,
    #[guarded(mutex)]
    journal: i64,
    name: &'static str,
    #[guarded(mutex, with = async_lock::Mutex)]
    alarms: i64,
    #[guarded(rwlock)]
    rates: i64,
}

fn bank() -> BankGuarded {
    Bank { accounts: 10, journal: 20, name: "First", alarms: 30, rates: 40 }.into_guarded()
}

impl BankGuarded {
    /// Which of the locks are free, in the order of their declaration.
    fn free(&self) -> [bool; 4] {
        [
            self.accounts.try_write().is_ok(),
            self.journal.try_lock().is_ok(),
            self.alarms.try_lock().is_some(),
            self.rates.try_write().is_ok(),
        ]
    }
}

/// Locks of four libraries, in the order of their addresses.
#[repr(C)]
struct Many {
    tokio: tokio::sync::Mutex<i64>,
    ours: RwLock<i64>,
    theirs: async_lock::Mutex<i64>,
    adapted: Adapted<i64>,
    more: [tokio::sync::RwLock<i64>; 4],
    mutex: Mutex<i64>,
}

impl Many {
    fn new() -> Self {
        Self {
            tokio: 0.into(),
            ours: RwLock::new(1),
            theirs: 2.into(),
            adapted: Adapted::new(3),
            more: [4, 5, 6, 7].map(Into::into),
            mutex: Mutex::new(8),
        }
    }

    /// Which of them are free, in the order of their addresses.
    fn free(&self) -> [bool; 9] {
        let [a, b, c, d] = &self.more;
        [
            self.tokio.try_lock().is_ok(),
            self.ours.try_write().is_ok(),
            self.theirs.try_lock().is_some(),
            self.adapted.try_lock().is_some(),
            a.try_write().is_ok(),
            b.try_write().is_ok(),
            c.try_write().is_ok(),
            d.try_write().is_ok(),
            self.mutex.try_lock().is_ok(),
        ]
    }
}

const ALL_FREE: [bool; 9] = [true; 9];

/// All of `Many` but `theirs`, in every shape, and in none of their orders.
macro_rules! every_shape {
    ($many:expr) => {{
        let many: &Many = $many;
        let [a, b, c, d] = &many.more;
        let boxed: Box<[_]> = Box::new([Keyed("d", write(d)), Keyed("b", write(b))]);
        (
            (boxed, lock(&many.mutex)),
            Some([(Some(write(&many.ours)), lock(&many.adapted))]),
            (None::<ToWrite<'_, RwLock<i64>>>,),
            vec![vec![], vec![ReadOrWrite::from(write(c)), read(a).into()], vec![]],
            lock(&many.tokio),
        )
    }};
}

// Shapes

#[test]
fn shapes_are_nested_in_one_another_and_the_answer_has_the_same() {
    let many = Many::new();
    let asked = lock_all(every_shape!(&many));
    assert_eq!(many.free(), ALL_FREE, "nothing is done before it is polled");
    let ((boxed, mutex), some, (none,), rows, mut tokio) = now(asked).expect("no lock twice");
    let [(ours, adapted)] = some.expect("an option is one");
    assert!(none.is_none(), "and this one is none");
    assert_eq!(
        boxed.iter().map(|(key, guard)| (*key, **guard)).collect::<Vec<_>>(),
        [("d", 7), ("b", 5)]
    );
    assert_eq!((*mutex, *ours.expect("an option is one"), *adapted), (8, 1, 3));
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [0, 2, 0]);
    assert_eq!(rows[1].iter().map(|guard| **guard).collect::<Vec<_>>(), [6, 4]);
    assert!(matches!(rows[1][..], [ReadOrWrite::Write(_), ReadOrWrite::Read(_)]));
    assert!(many.more[0].try_read().is_ok(), "others may read what is read");
    *tokio += 1;
    assert!(many.theirs.try_lock().is_some(), "the one that was not asked for is free");
    drop((boxed, mutex, adapted, rows, tokio));
    assert_eq!(many.tokio.into_inner(), 1);
}

#[test]
fn sets_are_taken_beside_locks_and_beside_one_another() {
    let (many, banks) = (Many::new(), [bank(), bank()]);
    let [first, second] = &banks;
    let asked = (
        vec![
            second.locks().write_accounts().lock_alarms(),
            first.locks().write_accounts().lock_alarms(),
        ],
        (Some(first.locks().read_rates()), lock(&many.tokio)),
    );
    let (mut sets, (some, _tokio)) = now(lock_all(asked)).expect("no lock twice");
    *sets[0].accounts += *sets[1].alarms;
    assert_eq!(*some.expect("an option is one").rates, 40, "what is held goes by the names");
    assert_eq!(first.free(), [false, true, false, true], "what was asked for is held");
    let _: &tokio::sync::RwLockWriteGuard<'_, i64> = &sets[0].accounts;
    drop(sets);
    assert_eq!((first.free(), second.free()), ([true; 4], [true; 4]));
    assert_eq!(*now(second.accounts.read()), 40);
    assert_eq!(first.name, "First");
}

#[test]
fn a_tuple_of_one_and_one_of_eight_are_requests() {
    let locks = [0, 1, 2, 3, 4, 5, 6, 7].map(tokio::sync::Mutex::new);
    let [a, b, c, d, e, f, g, h] = locks.each_ref().map(lock);
    let (one,) = now(lock_all((lock(&locks[3]),))).expect("one lock");
    assert_eq!(*one, 3);
    drop(one);
    let all = now(lock_all((h, g, f, e, d, c, b, a))).expect("eight locks");
    let (h, g, f, e, d, c, b, a) = all;
    assert_eq!([*a, *b, *c, *d, *e, *f, *g, *h], [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn nothing_is_asked_for_by_nothing() {
    let none = Vec::<ToWrite<'_, RwLock<u8>>>::new();
    let nothing = now(lock_all((none, None::<ToWrite<'_, RwLock<u8>>>))).expect("no lock twice");
    assert!(nothing.0.is_empty() && nothing.1.is_none());
}

#[test]
fn each_guard_comes_to_its_own_place_however_many_there_are() {
    let locks: Vec<_> = (0..300_u32).map(tokio::sync::Mutex::new).collect();
    let mut chance = Chance(7);
    // Rows of none to three, of options of which some are empty, from the last lock to the first.
    let mut left = locks.iter().rev();
    let (mut asked, mut expected) = (Vec::new(), Vec::new());
    while left.len() > 3 {
        let row = left.by_ref().take(chance.below(4) as usize);
        let row: Vec<_> = row.map(|it| chance.one_in(2).then_some(it)).collect();
        expected
            .push(row.iter().map(|it| it.map(|it| *it.try_lock().unwrap())).collect::<Vec<_>>());
        asked.push(row.into_iter().map(|it| it.map(lock)).collect::<Vec<_>>());
    }
    let held = now(lock_all((asked, lock(&locks[0])))).expect("no lock twice");
    let seen = held.0.iter().map(|row| row.iter().map(|it| it.as_deref().copied()).collect());
    assert_eq!(seen.collect::<Vec<Vec<_>>>(), expected);
    assert_eq!(*held.1, 0);
}

#[test]
fn the_same_lock_twice_is_an_error_wherever_it_stands() {
    let many = Many::new();
    let twice = lock_all((every_shape!(&many), Some(vec![[lock(&many.tokio)]])));
    assert_eq!(now(twice).err(), now(lock_pair(read(&many.ours), read(&many.ours))).err());
    assert!(now(lock_all((every_shape!(&many), read(&many.more[0])))).is_err(), "to read it, too");
    let keyed = Keyed(1, ReadOrWrite::from(read(&many.ours)));
    assert!(now(lock_pair(keyed, Box::from([write(&many.ours)]) as Box<[_]>)).is_err());
    let bank = bank();
    assert!(now(lock_pair(bank.locks().lock_all(), lock(&bank.alarms))).is_err(), "in a set");
    assert_eq!(bank.free(), [true; 4]);
    assert_eq!(many.free(), ALL_FREE, "and nothing is taken");
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated_for_what_is_sized() {
    let many = Many::new();
    let [a, b, c, d] = &many.more;
    // The first lock of a thread makes what async-lock keeps for it.
    drop(now(many.theirs.lock()));
    let count = allocations(|| {
        let request = (
            [(Some(lock(&many.mutex)), write(&many.ours))],
            ([write(d), write(b)], lock(&many.tokio)),
            Keyed("c", ReadOrWrite::from(write(c))),
            (read(a), lock(&many.theirs)),
        );
        assert!(now(lock_all(request)).is_ok());
    });
    assert_eq!(count, 0);
}

// Order

#[test]
fn a_lock_of_ours_is_taken_level_by_level_as_in_groups_of_ours() {
    // By their addresses it would be the other way round.
    let [high, low] = &[Mutex::at_level(0, 1), Mutex::new(1)];
    let held = now(low.lock());
    let ours = Polled::queued(ironfence::lock_pair(high, low));
    assert!(high.try_lock().is_ok(), "a group of ours begins with the lower level");
    let pair = Polled::queued(lock_pair(lock(high), lock(low)));
    assert!(high.try_lock().is_ok(), "so does a pair by the traits");
    let all = Polled::queued(lock_all([lock(high), lock(low)]));
    assert!(high.try_lock().is_ok(), "so do any number of them");
    let rwlocks = &[RwLock::at_level(0, 15), RwLock::new(1)];
    let reader = now(rwlocks[1].read());
    let rwlock = Polled::queued(lock_pair(read(&rwlocks[0]), write(&rwlocks[1])));
    assert!(rwlocks[0].try_write().is_ok(), "rwlocks too");
    drop((held, ours, pair, all, reader, rwlock));
}

#[test]
fn a_lock_of_whoever_says_its_level() {
    let locks = (Adapted(Mutex::at_level(0, 2)), tokio::sync::Mutex::new(1));
    let held = now(locks.1.lock());
    let pair = Polled::queued(lock_pair(lock(&locks.0), lock(&locks.1)));
    assert!(locks.0.try_lock().is_some(), "the one without a level comes first");
    drop((held, pair));
}

#[test]
fn locks_are_taken_in_one_order_through_all_shapes_and_given_back_when_the_future_is_dropped() {
    let many = Many::new();
    let [a, b, c, d] = &many.more;
    // Each lock in turn is busy; what lies before it is taken, what lies behind it is not.
    macro_rules! busy {
        ($number:literal, $guard:expr) => {
            let guard = now($guard);
            let mut all = Polled::queued(lock_all((every_shape!(&many), lock(&many.theirs))));
            let free: [bool; 9] = array::from_fn(|number| number > $number);
            assert_eq!(many.free(), free, "busy is {}", $number);
            assert!(all.poll().is_pending(), "it goes on waiting");
            drop(all);
            drop(guard);
            assert_eq!(many.free(), ALL_FREE, "all is given back");
        };
    }
    busy!(0, many.tokio.lock());
    busy!(1, many.ours.read());
    busy!(2, many.theirs.lock());
    busy!(3, many.adapted.lock());
    busy!(4, a.write());
    busy!(5, b.read());
    busy!(6, c.read());
    busy!(7, d.read());
    busy!(8, many.mutex.lock());
}

#[test]
fn what_lies_between_the_fields_of_a_set_is_taken_between_them() {
    let bank = bank();
    let held = now(bank.alarms.lock());
    let set = bank.locks().lock_journal().write_rates();
    let group = Polled::queued(lock_all((lock(&bank.alarms), Some(set), read(&bank.accounts))));
    assert!(bank.accounts.try_read().is_ok() && bank.accounts.try_write().is_err());
    assert!(bank.journal.try_lock().is_err(), "the field before is taken");
    assert!(bank.rates.try_write().is_ok(), "the field behind is not");
    drop(group);
    drop(held);
    assert_eq!(bank.free(), [true; 4], "all is given back");
}

/// Who writes a twin's literal may put levels there that the order of the fields contradicts.
#[test]
fn a_set_goes_level_by_level_too() {
    let bank = BankGuarded {
        accounts: 0.into(),
        journal: Mutex::at_level(0, 1),
        name: "Second",
        alarms: 0.into(),
        rates: RwLock::new(0),
    };
    let held = now(bank.rates.write());
    let set = Polled::queued(bank.locks().lock_journal().read_rates().into_future());
    let group = Polled::queued(lock_pair(lock(&bank.journal), read(&bank.rates)));
    assert!(bank.journal.try_lock().is_ok(), "the lower level comes first, in both");
    drop((held, set, group));
}

#[test]
fn a_group_that_waits_is_woken_and_goes_on() {
    let many = Many::new();
    let (first, last) = (now(many.tokio.lock()), now(many.mutex.lock()));
    let mut all = Polled::queued(lock_all(every_shape!(&many)));
    drop(first);
    assert!(all.is_woken());
    assert!(all.poll().is_pending(), "now it waits for the last");
    drop(last);
    let held = all.finish().expect("no lock twice");
    assert_eq!(*held.4, 0);
}

// Tasks

#[test]
fn groups_of_every_shape_go_into_spawned_tasks() {
    must_end(|| {
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
        runtime.unwrap().block_on(async {
            let (many, bank) = (Arc::new(Many::new()), Arc::new(bank()));
            let tasks = (0..4).map(|_| {
                let (many, bank) = (many.clone(), bank.clone());
                tokio::spawn(async move {
                    for _ in 0..50 {
                        let pair = lock_pair(read(&many.more[1]), lock(&many.adapted)).await;
                        drop(pair.expect("two locks"));
                        let locks: Vec<_> = many.more.iter().map(write).collect();
                        drop(lock_all((locks, lock(&many.theirs))).await.expect("five locks"));
                        let set = bank.locks().read_accounts().lock_alarms();
                        drop(lock_pair(set, lock(&many.mutex)).await.expect("three locks"));
                        let all = lock_all(every_shape!(&many));
                        let all = tokio::time::timeout(Duration::from_secs(60), all).await;
                        let mut held = all.expect("it comes through").expect("no lock twice");
                        let seen = *held.4;
                        tokio::task::yield_now().await;
                        *held.4 = seen + 1;
                    }
                })
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
            assert_eq!(*many.tokio.lock().await, 200, "no update is lost");
        });
    });
}

/// Code that is generic over the locks may be spawned if they may.
#[test]
fn a_group_of_locks_that_are_not_known_is_send_if_they_are() {
    fn sum<M>(locks: [M; 2]) -> u32
    where
        M: for<'a> AsyncMutex<Value = u32, Guard<'a>: Send, Lock<'a>: Send> + Sync,
    {
        fn is_send<F: Future + Send>(future: F) -> F {
            future
        }
        let [one, other] = locks.each_ref().map(lock);
        let all = now(is_send(lock_all((vec![one], Some(other)))));
        let (one, other) = all.expect("two locks");
        *one[0] + other.map_or(0, |it| *it)
    }
    assert_eq!(sum([1, 2].map(Adapted::new)), 3);
    assert_eq!(sum([1, 2].map(tokio::sync::Mutex::new)), 3);
    assert_eq!(sum([1, 2].map(async_lock::Mutex::new)), 3);
    assert_eq!(sum([1, 2].map(Mutex::new)), 3);
}

/// Accounts behind the locks of four libraries, ours at several levels.
struct Crowd {
    tokio: [tokio::sync::Mutex<i64>; 3],
    ours: [Mutex<i64>; 4],
    adapted: [Adapted<i64>; 2],
    theirs: [async_lock::RwLock<i64>; 3],
    more: [tokio::sync::RwLock<i64>; 3],
    rwlocks: [RwLock<i64>; 3],
    banks: [BankGuarded; 2],
    transfers: AtomicI64,
}

/// Gives what it takes.
fn transfer<A: DerefMut<Target = i64>, B: DerefMut<Target = i64>>(mut from: A, mut to: B) {
    *from -= 1;
    *to += 1;
}

impl Crowd {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            tokio: array::from_fn(|_| 0.into()),
            ours: [1, 0, 2, 0].map(|level| Mutex::at_level(0, level)),
            adapted: [1, 0].map(|level| Adapted(Mutex::at_level(0, level))),
            theirs: array::from_fn(|_| 0.into()),
            more: array::from_fn(|_| 0.into()),
            rwlocks: [2, 1, 0].map(|level| RwLock::at_level(0, level)),
            banks: array::from_fn(|_| Bank::default().into_guarded()),
            transfers: AtomicI64::new(0),
        })
    }

    async fn task(self: Arc<Self>, number: u64) {
        let mut chance = Chance(number);
        for _ in 0..30 {
            self.round(&mut chance).await;
        }
    }

    /// Locks of this and that kind, in this and that shape, by chance.
    async fn round(&self, chance: &mut Chance) {
        let Self { tokio, ours, adapted, theirs, more, rwlocks, banks, transfers } = self;
        let mut pick = |many: u64| chance.below(many) as usize;
        let (mine, other, third) = (pick(3), pick(3), pick(2));
        let kind = pick(10);
        match kind {
            // The same two of ours, by their own group and by the traits.
            0 if mine != other => {
                let (from, to) = ironfence::lock_pair(&ours[mine], &ours[other]).await.unwrap();
                smol::future::yield_now().await;
                transfer(from, to);
            }
            1 if mine != other => {
                let (from, to) = lock_pair(lock(&ours[mine]), lock(&ours[other])).await.unwrap();
                smol::future::yield_now().await;
                transfer(from, to);
            }
            0..=2 => {
                let asked = [(lock(&tokio[mine]), write(&theirs[other]))];
                let asked = (Some(asked), lock(&adapted[third]), vec![read(&rwlocks[mine])]);
                let (held, to, seen) = lock_all(asked).await.unwrap();
                let [(from, also)] = held.expect("an option is one");
                let before = *seen[0];
                smol::future::yield_now().await;
                assert_eq!(before, *seen[0], "what is read stays as it is");
                transfer(from, to);
                drop(also);
            }
            3 => {
                let all = (0..3).map(|it| {
                    let asked =
                        if it == mine { write(&more[it]).into() } else { read(&more[it]).into() };
                    Keyed(it, asked)
                });
                let all: Vec<Keyed<_, ReadOrWrite<_, _>>> = all.collect();
                let (mut held, to) = lock_pair(all, write(&rwlocks[other])).await.unwrap();
                assert_eq!(held[mine].0, mine, "an answer has the key of its question");
                smol::future::yield_now().await;
                *held[mine].1.written().expect("it was asked for so") -= 1;
                *{ to } += 1;
            }
            4 => {
                let boxed: Box<[_]> = theirs.iter().rev().map(write).collect();
                let asked = (boxed, (lock(&ours[3]), [lock(&tokio[mine])]));
                let (mut boxed, (one, [another])) = lock_all(asked).await.unwrap();
                smol::future::yield_now().await;
                transfer(&mut *boxed[other], one);
                transfer(another, &mut *boxed[other]);
                transfers.fetch_add(1, Relaxed);
            }
            5 => {
                let asked: [_; 2] = [mine, other].map(|it| (write(&rwlocks[it]), lock(&tokio[it])));
                match lock_all(asked).await {
                    Ok([(from, _), (_, to)]) => transfer(from, to),
                    Err(_) => {
                        assert_eq!(mine, other, "only the same lock is an error");
                        return;
                    }
                }
            }
            // Begun and given up, wherever it stands.
            6 => {
                let asked = (
                    vec![lock(&adapted[1]), lock(&adapted[0])],
                    (write(&theirs[mine]), lock(&ours[other])),
                    Some((write(&more[mine]), lock(&tokio[other]))),
                );
                futures::select_biased! {
                    held = lock_all(asked).fuse() => drop(held),
                    () = smol::future::yield_now().fuse() => {}
                }
                return;
            }
            // Sets of both, and what lies between their fields; or a set alone.
            7 => {
                let sets =
                    [third, 1 - third].map(|it| banks[it].locks().lock_journal().write_rates());
                let asked = (write(&more[mine]), lock(&banks[0].alarms), lock(&ours[other]));
                let (mut sets, (from, to, _)) = lock_all((sets, asked)).await.unwrap();
                smol::future::yield_now().await;
                transfer(from, to);
                let [one, another] = &mut sets;
                transfer(&mut *one.rates, &mut *another.journal);
                transfers.fetch_add(1, Relaxed);
            }
            8 => {
                let held = banks[third].locks().lock_alarms().write_accounts().lock_journal().await;
                smol::future::yield_now().await;
                transfer(held.alarms, held.accounts);
            }
            _ => {
                let mut pick = |many: u64| chance.below(many) as usize;
                let row = [pick(3), pick(3)];
                let asked = (
                    (write(&rwlocks[row[0]]), lock(&tokio[row[1]]), read(&theirs[mine])),
                    (lock(&ours[row[1]]), lock(&adapted[third])),
                );
                let ((from, _, _), (to, _)) = lock_all(asked).await.unwrap();
                smol::future::yield_now().await;
                transfer(from, to);
            }
        }
        transfers.fetch_add(1, Relaxed);
    }

    /// All tasks are gone.
    fn check(self: Arc<Self>) {
        let Self { tokio, ours, adapted, theirs, more, rwlocks, banks, transfers } =
            Arc::into_inner(self).expect("all tasks are gone");
        assert!(transfers.into_inner() > 0);
        let tokio = tokio.map(tokio::sync::Mutex::into_inner);
        let ours = ours.map(Mutex::into_inner);
        let adapted = adapted.map(Adapted::into_inner);
        let theirs = theirs.map(async_lock::RwLock::into_inner);
        let more = more.map(tokio::sync::RwLock::into_inner);
        let rwlocks = rwlocks.map(RwLock::into_inner);
        let all = tokio.iter().chain(&ours).chain(&adapted).chain(&theirs).chain(&more);
        let banks = banks.map(BankGuarded::into_inner);
        let in_banks = banks.map(|it| it.accounts + it.journal + it.alarms + it.rates);
        assert_eq!(all.chain(&rwlocks).chain(&in_banks).sum::<i64>(), 0, "not a coin is lost");
    }
}

const TASKS: u64 = 200;

#[test]
fn a_crowd_over_four_libraries_on_tokio_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_tokio(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}

#[test]
fn a_crowd_over_four_libraries_on_smol_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_smol(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}

#[test]
fn a_crowd_over_four_libraries_on_threads_comes_through() {
    must_end(|| {
        let crowd = Crowd::new();
        on_threads(TASKS, |number| crowd.clone().task(number));
        crowd.check();
    });
}
