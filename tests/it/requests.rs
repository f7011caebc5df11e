//! Requests of every shape: sets beside locks, a `Vec` beside others, nested, mixed, owned, with keys.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{
    collections::{BTreeMap, HashMap},
    hint::black_box,
    sync::Arc,
    task::Poll,
    time::Duration,
};

use ironfence::{
    ArcField, Guarded, Keyed, Mutex, ReadOrWrite, RwLock, RwLockReadGuard,
    RwLockUpgradableReadGuard, RwLockWriteGuard, SameLock,
    futures::{LockAll, OwnedSetFuture, Write},
    lock_all, lock_pair,
};
use ironfence_tests::{
    allocations::{allocated_and_kept, allocations},
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

#[derive(Guarded, Default, Debug)]
struct Office {
    #[guarded(rwlock)]
    events: BTreeMap<u32, u32>,
    #[guarded(mutex)]
    orders: Vec<u32>,
    #[guarded(nested)]
    safe: Safe,
    #[guarded(mutex)]
    journal: Vec<String>,
}

#[derive(Guarded, Default, Debug)]
struct Safe {
    #[guarded(rwlock)]
    cash: u32,
    #[guarded(mutex)]
    keys: u8,
}

#[derive(Guarded, Default, Debug)]
#[guarded(derive(Default))]
struct Event {
    #[guarded(rwlock)]
    seats: u32,
    #[guarded(mutex)]
    holds: u32,
}

fn office() -> OfficeGuarded {
    Office::default().into_guarded()
}

/// Events in the order of their addresses.
fn events<const N: usize>() -> [EventGuarded; N] {
    std::array::from_fn(|number| Event { seats: number as u32, holds: 0 }.into_guarded())
}

// Shapes

#[test]
fn a_set_is_taken_beside_a_lock_of_another_value() {
    let (office, [event]) = (office(), events());
    let set = event.locks().write_seats().lock_holds();
    let (mut held, mut orders) = now(lock_pair(set, office.orders.lock())).unwrap();
    *held.holds += 1;
    *held.seats -= *held.seats;
    orders.push(*held.holds);
    assert!(event.seats.try_read().is_err() && event.holds.try_lock().is_err());
    assert!(office.journal.try_lock().is_ok(), "nothing else is taken");
    drop((held, orders));
    assert!(event.locks().lock_all().try_now().is_some(), "all is released");
}

#[test]
fn a_vec_is_taken_beside_others() {
    let (office, events) = (office(), events::<3>());
    let seats: Vec<_> = events.iter().rev().map(|event| event.seats.read()).collect();
    let (seats, mut orders) = now(lock_all((seats, office.orders.lock()))).unwrap();
    orders.extend(seats.iter().map(|seats| **seats));
    assert_eq!(*orders, [2, 1, 0], "a `Vec` keeps its order");
    let _: Vec<RwLockReadGuard<'_, u32>> = seats;
}

#[test]
fn shapes_are_nested_in_one_another() {
    let (office, events) = (office(), events::<6>());
    let [a, b, c, d, e, f] = &events;
    let boxed: Box<[_]> = Box::new([(f.seats.write(), f.locks().lock_holds())]);
    let request = (
        [a.locks().write_seats(), b.locks().write_seats()],
        (Some(c.holds.lock()), None::<Write<'_, u32>>),
        vec![vec![&d.holds], vec![], vec![&e.holds, &a.holds]],
        boxed,
        office.locks().safe(SafeLocks::write_cash).upgradable_events(),
    );
    let ([a_held, b_held], (some, none), rows, pairs, held) = now(lock_all(request)).unwrap();
    assert_eq!((*a_held.seats, *b_held.seats), (0, 1), "each is its own");
    assert!(some.is_some() && none.is_none(), "an option is one");
    assert_eq!(rows.iter().map(Vec::len).collect::<Vec<_>>(), [1, 0, 2]);
    assert_eq!((*pairs[0].0, *pairs[0].1.holds, *held.safe.cash), (5, 0, 0));
    assert!(d.holds.try_lock().is_err() && d.seats.try_write().is_ok(), "what was asked for");
    assert!(office.events.try_read().is_ok() && office.events.try_write().is_err(), "upgradable");
}

#[test]
fn a_tuple_of_one_and_one_of_eight_are_requests() {
    let locks = [0, 1, 2, 3, 4, 5, 6, 7].map(Mutex::new);
    let [a, b, c, d, e, f, g, h] = &locks;
    let (one,) = now(lock_all((a,))).unwrap();
    assert_eq!(*one, 0);
    drop(one);
    let all = now(lock_all(((h, g, f, e), (d, c), (b, a)))).unwrap();
    let ((h, g, f, e), (d, c), (b, a)) = all;
    assert_eq!([*a, *b, *c, *d, *e, *f, *g, *h], [0, 1, 2, 3, 4, 5, 6, 7]);
}

#[test]
fn modes_are_mixed_in_one_vec() {
    let locks = [1, 2, 3].map(RwLock::new);
    let [a, b, c] = &locks;
    let asked = vec![ReadOrWrite::from(c.read()), a.write().into(), b.read().into()];
    let mut held = now(lock_all(asked)).unwrap();
    assert_eq!(held.iter().map(|guard| **guard).collect::<Vec<_>>(), [3, 1, 2]);
    *held[1].written().expect("it was asked for so") += 10;
    assert!(held[0].written().is_none(), "this one is read");
    assert!(c.try_read().is_ok() && c.try_write().is_err(), "one is read");
    assert!(a.try_read().is_err(), "one is written");
    let _: ReadOrWrite<RwLockReadGuard<'_, i32>, RwLockWriteGuard<'_, i32>> = held.remove(1);
}

#[test]
fn the_values_of_a_map_are_taken_with_their_keys() {
    let events: HashMap<&str, Arc<EventGuarded>> =
        ["opera", "circus", "film"].map(|name| (name, Arc::default())).into();
    let asked: Vec<_> =
        events.iter().map(|(name, event)| Keyed(*name, event.seats.write())).collect();
    let mut held: HashMap<_, _> = now(lock_all(asked)).unwrap().into_iter().collect();
    **held.get_mut("film").unwrap() = 7;
    assert!(events["opera"].seats.try_read().is_err(), "all are held");
    drop(held);
    assert_eq!(*now(events["film"].seats.read()), 7);
}

#[test]
fn upgradable_locks_are_taken_in_sets_and_sessions() {
    let office = office();
    let held = now(office.locks().upgradable_events().lock_orders().into_future());
    assert!(office.events.try_read().is_ok(), "readers come in");
    assert!(office.events.try_upgradable_read().is_err(), "one that may upgrade does not");
    now(RwLockUpgradableReadGuard::upgrade(held.events)).insert(1, 1);
    let (events, session) = now(office.session().upgradable_events());
    let (cash, _) = now(session.safe().upgradable_cash());
    assert_eq!((events.len(), *cash), (1, 0));
    let guard: RwLockUpgradableReadGuard<'_, u32> = cash;
    drop(guard);
}

#[test]
fn what_is_held_of_a_set_is_lent_to_a_closure() {
    let office = office();
    let work = office.locks().write_events().lock_orders().with(|held| {
        held.events.insert(1, 2);
        held.orders.push(1);
        assert!(office.orders.try_lock().is_err(), "it is held meanwhile");
        held.events.len()
    });
    assert_eq!(now(work), 1);
    assert!(office.locks().lock_all().try_now().is_some(), "and released");
    let office = Arc::new(office);
    let work = office.locks_owned(|office| office.lock_orders()).with(|held| held.orders.len());
    assert_eq!(now(work), 1);
}

#[test]
fn a_closure_that_panics_releases_the_set() {
    let office = office();
    let work = office.locks().write_events().lock_orders().with(|_| panic!("meant"));
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| now(work)));
    assert!(result.is_err());
    assert!(office.locks().lock_all().try_now().is_some(), "all is released");
}

// Owned sets

#[test]
fn the_guards_of_an_owned_set_keep_the_twin_alive() {
    let office = Arc::new(office());
    let set =
        office.locks_owned(|office| office.lock_orders().write_events().safe(SafeLocks::lock_keys));
    let mut held = now(set.into_future());
    let weak = Arc::downgrade(&office);
    drop(office);
    held.orders.push(1);
    *held.safe.keys += 1;
    drop((held.orders, held.safe));
    let office = weak.upgrade().expect("one guard is left");
    assert!(office.events.try_read().is_err() && office.orders.try_lock().is_ok());
    drop(held.events);
    assert_eq!(*now(office.safe.keys.lock()), 1);
    assert_eq!(Arc::strong_count(&office), 1, "nothing keeps it any more");
}

#[test]
fn an_owned_set_waits_is_cancelled_and_is_tried() {
    let office = Arc::new(office());
    let held = now(office.orders.lock());
    let set = || office.locks_owned(|office| office.lock_orders().write_events());
    assert!(set().try_now().is_none(), "one is held");
    let waiting = Polled::queued(set().into_future());
    assert!(office.events.try_read().is_err(), "it has the first");
    drop(waiting);
    assert!(office.events.try_read().is_ok(), "and gives it up");
    let mut waiting = Polled::queued(set().into_future());
    drop(held);
    assert!(waiting.is_woken());
    drop(waiting.finish());
    drop(set().blocking());
    let tried = set().try_now().expect("all are free");
    assert!(office.orders.try_lock().is_err() && office.events.try_read().is_err(), "and had");
    drop(tried);
    assert!(office.locks().lock_all().try_now().is_some(), "and released");
    assert_eq!(Arc::strong_count(&office), 1, "no handle is left");
}

#[test]
fn owned_sets_are_taken_together() {
    let events: [Arc<EventGuarded>; 2] = std::array::from_fn(|_| Arc::default());
    let asked: Vec<_> =
        events.iter().map(|event| event.locks_owned(|event| event.write_seats())).collect();
    let mut held =
        now(lock_all((asked, ArcField::new(events[0].clone(), |it| &it.holds).lock()))).unwrap();
    let [one, other] = events;
    drop(other);
    *held.0[1].seats += 1;
    assert!(one.seats.try_read().is_err() && one.holds.try_lock().is_err());
}

/// Only the type of what the closure returns counts.
#[test]
fn an_owned_set_is_of_the_twin_that_it_was_asked_of() {
    let (one, other) = (Arc::new(office()), office());
    let held = now(one.locks_owned(|_| other.locks().lock_orders()).into_future());
    assert!(one.orders.try_lock().is_err() && other.orders.try_lock().is_ok());
    drop(held);
}

// Order

#[test]
fn all_leaves_are_taken_in_the_order_of_their_addresses() {
    // One value between the fields of another: `orders` lies between `events` and `journal`.
    let office = office();
    let held = now(office.orders.lock());
    let request = (office.locks().lock_journal().write_events(), vec![office.orders.lock()]);
    let waiting = Polled::queued(lock_all(request));
    assert!(office.events.try_read().is_err(), "what lies before is taken");
    assert!(office.journal.try_lock().is_ok(), "what lies behind is not");
    drop(waiting);
    assert!(office.events.try_write().is_ok(), "and released when it is dropped");
    drop(held);
}

#[test]
fn groups_in_contrary_order_do_not_wait_for_each_other() {
    must_end(|| {
        let (office, events) = (office(), events::<3>());
        std::thread::scope(|scope| {
            for number in 0..4 {
                let (office, events) = (&office, &events);
                scope.spawn(move || {
                    for _ in 0..500 {
                        let mut seats: Vec<_> =
                            events.iter().map(|event| event.locks().write_seats()).collect();
                        if number % 2 == 0 {
                            seats.reverse();
                            let set = office.locks().lock_journal().lock_orders();
                            drop(lock_all((set, seats)).blocking().unwrap());
                        } else {
                            drop(lock_all((seats, &office.orders)).blocking().unwrap());
                        }
                    }
                });
            }
        });
    });
}

// The same lock

#[test]
fn the_same_lock_anywhere_in_a_request_is_an_error() {
    let (office, [event]) = (Arc::new(office()), events());
    let same = [
        now(lock_pair(event.locks().write_seats(), event.seats.read())).is_err(),
        now(lock_pair(event.locks().write_seats(), event.locks().read_all())).is_err(),
        now(lock_all(vec![vec![&event.holds], vec![&event.holds]])).is_err(),
        now(lock_all((Some(&event.holds), [Keyed(1, event.holds.lock())]))).is_err(),
        now(lock_pair(
            office.locks_owned(|office| office.safe(SafeLocks::lock_keys)),
            office.locks().safe(|safe| safe.lock_keys()),
        ))
        .is_err(),
        lock_pair(event.locks().write_seats(), event.seats.read()).try_now().is_err(),
        lock_pair(event.locks().write_seats(), event.seats.read()).blocking().is_err(),
    ];
    assert_eq!(same, [true; 7]);
    assert!(event.locks().lock_all().try_now().is_some(), "nothing was taken");
    assert!(office.locks().lock_all().try_now().is_some(), "nothing was taken");
    let disjoint = lock_pair(event.locks().write_seats(), event.locks().lock_holds());
    assert!(now(disjoint).is_ok(), "two sets of one value that share nothing are two");
}

#[test]
fn nothing_at_all_is_had_at_once() {
    assert!(now(lock_all(Vec::<&Mutex<u8>>::new())).unwrap().is_empty());
    assert!(now(lock_all((None::<&Mutex<u8>>, office().locks()))).is_ok());
    assert!(lock_all([Vec::<&Mutex<u8>>::new(), vec![]]).try_now().unwrap().is_some());
}

// Many

#[test]
fn ten_thousand_locks_are_taken_and_released() {
    let locks: Vec<_> = (0..10_000).map(RwLock::new).collect();
    let asked: Vec<_> = locks.iter().rev().map(RwLock::write).collect();
    let held = now(lock_all(asked)).unwrap();
    assert!(held.iter().rev().enumerate().all(|(number, guard)| **guard == number));
    assert!(locks.iter().all(|lock| lock.try_read().is_err()));
    drop(held);
    assert!(locks.iter().all(|lock| lock.try_write().is_ok()));
}

/// A future that waits at each of its locks begins where it stood, not at the first.
#[test]
fn many_locks_are_waited_for_one_after_the_other() {
    let locks: Vec<_> = (0..2_000).map(Mutex::new).collect();
    let mut held: Vec<_> = locks.iter().map(|lock| now(lock.lock())).rev().collect();
    let mut waiting = Polled::queued(lock_all(locks.iter().collect::<Vec<_>>()));
    while let Some(guard) = held.pop() {
        drop(guard);
        assert!(waiting.is_woken());
        assert_eq!(waiting.poll().is_ready(), held.is_empty());
    }
    assert!(locks.iter().all(|lock| lock.try_lock().is_ok()), "the guards went with the result");
}

// Cancelling, moving, dropping

#[test]
fn a_request_that_is_given_up_halfway_releases_what_it_took() {
    let (office, events) = (office(), events::<2>());
    for held in 0..3 {
        let guards =
            [&events[0].holds, &events[1].holds].into_iter().take(held).map(Mutex::try_lock);
        let guards: Vec<_> = guards.collect();
        let request = (events.each_ref().map(|it| it.locks().lock_holds()), &office.orders);
        drop(poll_once(Box::pin(lock_all(request))));
        drop(guards);
        assert!(events.iter().all(|it| it.locks().lock_all().try_now().is_some()));
        assert!(office.locks().lock_all().try_now().is_some());
    }
}

#[test]
fn a_future_may_be_moved_before_it_is_polled() {
    let events = events::<2>();
    let pairs = || lock_all((events[1].locks().lock_all(), vec![events[0].seats.read()]));
    let moved = Some(pairs()).map(|future| (future, 0)).expect("it is there").0;
    let boxed = Box::new(moved);
    let ((), (held, seats)) = ((), now(*boxed).unwrap());
    assert_eq!((*held.seats, *seats[0]), (1, 0));
    drop((held, seats));
    drop(pairs());
    assert!(events.iter().all(|event| event.locks().lock_all().try_now().is_some()));
}

#[test]
fn guards_are_dropped_in_any_order() {
    let events = events::<3>();
    let asked: Vec<_> = events.iter().map(|event| event.locks().lock_all()).collect();
    let mut held = now(lock_all(asked)).unwrap();
    drop(held.swap_remove(0).seats);
    assert!(events[0].locks().lock_all().try_now().is_some(), "what it was part of is gone");
    assert!(events[1].seats.try_read().is_err() && events[2].seats.try_read().is_err());
    drop(held.pop());
    assert!(events[1].seats.try_write().is_ok() && events[2].seats.try_read().is_err());
}

#[test]
fn a_key_that_panics_when_it_is_dropped_leaves_nothing_held() {
    struct Bomb(bool);
    impl Drop for Bomb {
        fn drop(&mut self) {
            assert!(!self.0, "meant");
        }
    }
    let locks = [Mutex::new(0), Mutex::new(1)];
    let held = now(locks[1].lock());
    let asked = vec![Keyed(Bomb(true), &locks[0]), Keyed(Bomb(false), &locks[1])];
    let mut waiting = Box::pin(lock_all(asked));
    assert!(poll_once(waiting.as_mut()).is_pending());
    let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| drop(waiting)));
    assert!(result.is_err(), "the key panics");
    assert!(locks[0].try_lock().is_ok(), "the lock is released");
    drop(held);
    assert!(locks[1].try_lock().is_ok());
}

// Costs

#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn nothing_is_allocated_for_what_is_sized() {
    let (office, events) = (Arc::new(office()), events::<4>());
    let [a, b, c, d] = &events;
    let count = allocations(|| {
        let request = (
            [a.locks().write_seats().lock_holds(), b.locks().write_seats().lock_holds()],
            (Some(&c.holds), Keyed("d", ReadOrWrite::from(d.seats.write()))),
            office.locks().safe(SafeLocks::write_cash).upgradable_events(),
            office.locks_owned(|office| office.lock_orders()),
        );
        drop(now(lock_all(request)));
        drop(now(office.locks_owned(OfficeLocks::lock_all).into_future()));
        now(office.locks().lock_all().with(|held| held.orders.len()));
    });
    assert_eq!(count, 0);
}

/// Where the type does not say how many locks there are, the leaves are in a box. It is allocated once, in its
/// final size.
#[test]
#[cfg_attr(feature = "check", ignore = "the checker allocates")]
fn what_is_not_sized_allocates_once_and_gives_it_back() {
    let locks = [(); 9].map(Mutex::new);
    let (first, others) = locks.split_first().expect("nine");
    let many = || others.iter().collect::<Vec<_>>();
    drop(now(lock_all(many()))); // whatever a thread allocates once
    let by_hand = allocated_and_kept(|| {
        drop(black_box(many()));
        drop(others.iter().map(|lock| lock.try_lock().expect("free")).collect::<Vec<_>>());
    });
    assert_eq!(by_hand, (2, 0), "what is asked for, and the guards");
    assert_eq!(allocated_and_kept(|| drop(now(lock_all(many())))), (3, 0), "and the leaves");
    assert_eq!(allocated_and_kept(|| drop(now(lock_all((first, many()))))), (3, 0), "with others");
    assert_eq!(allocated_and_kept(|| drop(lock_all((first, many())))), (2, 0), "without guards");
    let none = || Vec::<&Mutex<()>>::new();
    assert_eq!(allocated_and_kept(|| drop(now(lock_all((first, none()))))), (0, 0), "has room");
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker adds words")]
#[cfg(target_pointer_width = "64")]
fn futures_are_as_large_as_what_is_asked_for() {
    type M<'a> = &'a Mutex<u64>;
    let pair = size_of::<LockAll<(M<'_>, M<'_>)>>();
    assert!(pair <= 104, "one place in a queue for all of them: {pair}");
    assert_eq!(size_of::<LockAll<[M<'_>; 8]>>(), pair + 6 * 16, "16 bytes for each more");
    let event = &events::<1>()[0];
    let set = event.locks().write_seats().lock_holds().into_future();
    assert_eq!(size_of_val(&set), 72, "a set has no leaves");
    let both = lock_pair(event.locks().write_seats().lock_holds(), event.seats.read());
    assert_eq!(size_of_val(&both), pair + 8, "three leaves, and a reference for each request");
    let office = Arc::new(office());
    let owned = office.locks_owned(|office| office.lock_orders().write_events()).into_future();
    assert_eq!(size_of_val(&owned), 112, "the owner, two functions, two leaves");
    let many = lock_all(vec![&event.holds]);
    assert_eq!(size_of_val(&many), pair + 8, "a `Vec`, and a box of leaves");
}

// In spawned tasks

async fn tick() {
    tokio::task::yield_now().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_shape_is_used_across_awaits_in_spawned_tasks() {
    let office = Arc::new(office());
    let events: Arc<BTreeMap<u32, Arc<EventGuarded>>> =
        Arc::new((0..4).map(|number| (number, Arc::default())).collect());
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let (office, events) = (office.clone(), events.clone());
            tokio::spawn(async move {
                let one = &events[&1];
                let set = one.locks().write_seats().lock_holds();
                let (mut held, orders) =
                    tokio::time::timeout(Duration::from_secs(60), lock_pair(set, &office.orders))
                        .await
                        .unwrap()
                        .unwrap();
                tick().await;
                *held.seats += 1;
                drop((held, orders));
                let asked: Vec<_> =
                    events.iter().map(|(key, it)| Keyed(*key, it.seats.read())).collect();
                let (seats, events_too) =
                    lock_all((asked, office.locks().upgradable_events())).await.unwrap();
                tick().await;
                drop((seats, events_too));
                let mixed: Box<[_]> = events
                    .values()
                    .map(|event| match event.seats.try_read() {
                        Ok(_) => ReadOrWrite::from(event.seats.write()),
                        Err(_) => event.seats.read().into(),
                    })
                    .collect();
                let mut held = lock_all((Some(mixed), [&office.journal])).await.unwrap();
                tick().await;
                held.1[0].push("mixed".into());
                drop(held);
                let owned: Vec<_> =
                    events.values().map(|it| it.locks_owned(|it| it.write_seats())).collect();
                let held = lock_all((owned, office.locks_owned(|it| it.lock_orders()))).await?;
                tick().await;
                drop(held);
                let held = office
                    .locks_owned(|office| office.safe(|safe| safe.write_cash()).lock_journal())
                    .await;
                tick().await;
                let clerk = tokio::spawn(async move {
                    let mut held = held;
                    tick().await;
                    *held.safe.cash += 1;
                });
                clerk.await.unwrap();
                office.locks().lock_orders().write_events().with(|it| it.orders.push(1)).await;
                Ok::<_, SameLock>(())
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(*office.safe.cash.read().await, 8);
    assert_eq!(*events[&1].seats.read().await, 8);
    assert_eq!(office.orders.lock().await.len(), 8);
}

/// The future of an owned set is named, and kept.
#[test]
fn the_future_of_an_owned_set_is_kept_in_a_struct() {
    struct Job<H, Room> {
        set: std::pin::Pin<Box<OwnedSetFuture<OfficeGuarded, H, Room>>>,
    }
    fn is_static<T: Send + 'static>(value: T) -> T {
        value
    }
    let office = Arc::new(office());
    let set = office.locks_owned(|office| office.lock_orders());
    let mut job = is_static(Job { set: Box::pin(set.into_future()) });
    let Poll::Ready(held) = poll_once(job.set.as_mut()) else { panic!("it is free") };
    assert!(job.set.is_terminated());
    drop(held);
}
