//! Levels: an order between structs, for groups and for sessions that go from value to value.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use ironfence::{Guarded, Keyed, Mutex, MutexGuard, RwLock, lock_all, lock_pair};
use ironfence_tests::polled::{Polled, now};

/// An office, its events, and their tickets.
#[derive(Guarded, Default, Debug)]
struct Office {
    #[guarded(rwlock)]
    events: BTreeMap<u32, Arc<EventGuarded>>,
    #[guarded(nested)]
    safe: Safe,
    #[guarded(mutex)]
    journal: Vec<String>,
}

#[derive(Guarded, Default, Debug)]
#[guarded(derive(Debug))]
struct Safe {
    #[guarded(rwlock)]
    cash: u32,
    #[guarded(mutex(fifo))]
    keys: u8,
}

#[derive(Guarded, Default, Debug)]
#[guarded(level = 1, derive(Debug))]
struct Event {
    #[guarded(rwlock)]
    seats: u32,
    #[guarded(nested)]
    safe: Safe,
    #[guarded(mutex(fifo))]
    holds: u32,
}

#[derive(Guarded, Default, Debug)]
#[guarded(level = 15)]
struct Ticket {
    #[guarded(rwlock)]
    owner: String,
}

fn event() -> EventGuarded {
    Event::default().into_guarded()
}

fn office() -> OfficeGuarded {
    let events = (0..3).map(|number| (number, Arc::new(event()))).collect();
    Office { events, ..Office::default() }.into_guarded()
}

/// What it says when it panics.
fn said<T>(work: impl FnOnce() -> T) -> String {
    let panic = catch_unwind(AssertUnwindSafe(work)).err().expect("it panics");
    match panic.downcast::<String>() {
        Ok(text) => *text,
        Err(panic) => (*panic.downcast::<&str>().expect("a text")).to_owned(),
    }
}

// Groups

#[test]
fn a_group_takes_the_lower_level_first_wherever_it_lies() {
    // By their addresses it would be the other way round.
    let locks = [RwLock::at_level(0, 2), RwLock::at_level(1, 1), RwLock::new(2)];
    let [high, middle, low] = &locks;
    let held = now(middle.write());
    let waiting = Polled::queued(lock_all((high.write(), middle.read(), low.read())));
    assert!(low.try_write().is_err(), "the lowest is taken");
    assert!(high.try_write().is_ok(), "the highest is not");
    drop((waiting, held));
    let mutexes = (Mutex::at_level(0, 15), Mutex::new(1));
    let held = now(mutexes.1.lock());
    let waiting = Polled::queued(lock_pair(&mutexes.0, &mutexes.1));
    assert!(mutexes.0.try_lock().is_ok(), "mutexes too");
    drop((waiting, held));
}

#[test]
fn all_the_locks_of_a_struct_are_at_its_level() {
    let office = office();
    let event = office.events.try_read().unwrap()[&1].clone();
    let held = now(office.journal.lock());
    let every = (event.locks().lock_all(), office.journal.lock());
    let waiting = Polled::queued(lock_all(every));
    assert!(event.locks().lock_all().try_now().is_some(), "none of them, nested ones too");
    drop((waiting, held));
    let held = now(office.journal.lock());
    let one = [
        lock_pair(event.safe.keys.lock(), office.journal.lock()).try_now().unwrap().is_none(),
        lock_pair(event.holds.lock(), office.journal.lock()).try_now().unwrap().is_none(),
    ];
    assert_eq!(one, [true; 2]);
    drop(held);
}

#[test]
fn a_lock_at_a_level_is_what_others_are() {
    let lock = RwLock::at_level(0, 15);
    let readers: Vec<_> = (0..100).map(|_| lock.try_read().unwrap()).collect();
    assert!(lock.try_write().is_err());
    drop(readers);
    *now(lock.write()) += 1;
    assert_eq!(lock.into_inner(), 1);
    let mutex = Mutex::at_level(0, 1);
    let waiting = {
        let _held = now(mutex.lock());
        Polled::queued(mutex.lock())
    };
    assert!(waiting.is_woken());
}

#[test]
fn a_level_is_fifteen_at_the_most() {
    assert_eq!(said(|| Mutex::at_level(0, 16)), "a lock's level is 15 at the most");
    assert_eq!(said(|| RwLock::at_level(0, u8::MAX)), "a lock's level is 15 at the most");
}

// Sessions

#[test]
fn a_session_goes_on_from_an_office_to_its_event_and_to_its_ticket() {
    let (office, ticket) = (office(), Ticket::default().into_guarded());
    let (events, session) = now(office.session().read_events());
    let (mut journal, session) = now(session.lock_journal());
    let event = &*events[&1];
    let (mut seats, session) = now(session.then(event).write_seats());
    let (keys, session) = now(session.safe().lock_keys());
    let (mut owner, _) = now(session.leave().then(&ticket).write_owner());
    *seats += 1;
    owner.push_str("Ada");
    journal.push(format!("{owner}: {seats}, {keys}"));
    assert!(office.events.try_write().is_err() && event.seats.try_read().is_err());
    drop((seats, keys, owner, journal));
    drop(events);
    assert!(office.locks().lock_all().try_now().is_some(), "all is released");
}

#[test]
fn a_session_that_is_reborrowed_goes_to_one_child_after_the_other() {
    let office = office();
    let (events, mut session) = now(office.session().read_events());
    for event in events.values() {
        let (mut seats, mut event) = now(session.reborrow().then(&**event).write_seats());
        let (mut holds, _) = now(event.reborrow().lock_holds());
        *seats += 1;
        *holds += 1;
    }
    let (mut journal, session) = now(session.lock_journal());
    journal.push("all".into());
    let last = &*events[&2];
    assert_eq!(*now(session.then(last).read_seats()).0, 1);
}

#[test]
fn a_function_is_given_a_session_and_goes_on_to_a_child() {
    async fn sell<'a>(
        session: OfficeSession<'a, impl ironfence::MayLock<office_fields::journal>>,
        event: &'a EventGuarded,
    ) -> MutexGuard<'a, u32> {
        let (mut journal, session) = session.lock_journal().await;
        journal.push("sold".into());
        session.then(event).lock_holds().await.0
    }
    let office = office();
    let (events, session) = now(office.session().read_events());
    assert_eq!(*now(sell(session, &events[&0])), 0);
}

#[test]
fn branches_go_on_to_children() {
    let office = office();
    let (events, mut session) = now(office.session().read_events());
    let (one, other) = (&*events[&0], &*events[&1]);
    let sums = now(session.both(
        async |session| *session.then(one).write_seats().await.0,
        async |session| {
            let (journal, session) = session.lock_journal().await;
            journal.len() + *session.then(other).lock_holds().await.0 as usize
        },
    ));
    assert_eq!(sums, (0, 0));
}

#[test]
fn a_session_ends_with_several_children_in_a_group() {
    let office = office();
    let (events, mut session) = now(office.session().read_events());
    let all: Vec<_> =
        events.iter().map(|(key, event)| Keyed(*key, event.locks().write_seats())).collect();
    let mut held = now(session.reborrow().then_all(all)).unwrap();
    held.iter_mut().for_each(|(key, held)| *held.seats += *key);
    assert!(events.values().all(|event| event.seats.try_read().is_err()));
    drop(held);
    let (journal, session) = now(session.lock_journal());
    let (one, other) = (&events[&1].holds, events[&2].seats.read());
    let (holds, seats) = now(session.then_all((one, other))).unwrap();
    assert_eq!((*holds, *seats, journal.len()), (0, 2, 0));
}

#[test]
fn the_same_lock_twice_at_the_end_of_a_session_is_an_error() {
    let office = office();
    let (events, session) = now(office.session().read_events());
    let (one, again) = (&events[&1].holds, &events[&1].holds);
    assert!(now(session.then_all((one, again))).is_err());
}

// What is at another level than it is to be

#[test]
fn a_lock_that_is_not_behind_a_session_is_refused_at_its_end() {
    let (office, lock) = (office(), RwLock::new(0));
    let (journal, session) = now(office.session().lock_journal());
    let said = said(|| session.then_all([lock.read()]));
    assert!(said.contains("a lock at level 0 is asked for behind a session"), "{said}");
    assert!(said.contains("declare a higher one for it, `#[guarded(level = 1)]`"), "{said}");
    drop(journal);
}

static RIGHT: EventGuarded = EventGuarded {
    seats: RwLock::at_level(1, 1),
    safe: SafeGuarded { cash: RwLock::at_level(1, 1), keys: Mutex::at_level(1, 1) },
    holds: Mutex::at_level(1, 1),
};

static WRONG: EventGuarded = EventGuarded {
    seats: RwLock::new(1),
    safe: SafeGuarded { cash: RwLock::new(1), keys: Mutex::new(1) },
    holds: Mutex::new(1),
};

static MIXED: SafeGuarded = SafeGuarded { cash: RwLock::at_level(1, 3), keys: Mutex::new(1) };

#[test]
fn a_literal_says_the_level_or_is_refused_when_a_session_comes() {
    let office = office();
    assert_eq!(*now(office.session().then(&RIGHT).read_seats()).0, 1);
    let said = said(|| office.session().then(&WRONG));
    assert!(said.contains("Event` is at level 0, and the struct at level 1"), "{said}");
    assert!(said.contains("write `RwLock::at_level(.., 1)`"), "{said}");
    drop(now(WRONG.session().read_seats()));
    drop(now(WRONG.locks().lock_all().into_future()));
}

#[test]
fn locks_of_one_struct_at_several_levels_are_refused_where_they_would_matter() {
    let uneven = "the locks of a struct are at several levels";
    assert!(said(|| MIXED.session()).contains(uneven));
    assert!(MIXED.locks().lock_all().try_now().is_some(), "who need not wait harms nobody");
    let held = now(MIXED.keys.lock());
    let mut waiting = Polled::new(MIXED.locks().lock_all().into_future());
    assert!(said(|| waiting.poll()).contains(uneven));
    drop(waiting);
    assert!(MIXED.cash.try_write().is_ok(), "nothing is left behind");
    drop(held);
    let mut snapshot = Polled::new(MIXED.snapshot());
    assert!(snapshot.poll().is_ready());
}

/// A nested struct is at the level of its outer one, so that is where a session that goes on begins.
#[test]
fn a_session_of_a_nested_struct_alone_does_not_go_on() {
    let (event, ticket) = (event(), Ticket::default().into_guarded());
    let (cash, session) = now(event.safe.session().read_cash());
    let said = said(|| session.then(&ticket));
    assert!(said.contains("Safe` is at level 1, and the struct at level 0"), "{said}");
    drop(cash);
    let (cash, session) = now(event.session().safe().read_cash());
    let (owner, _) = now(session.leave().then(&ticket).read_owner());
    assert_eq!((*cash, owner.len()), (0, 0));
}

#[test]
fn a_lock_that_was_exchanged_is_noticed() {
    let (office, mut event) = (office(), event());
    event.holds = Mutex::new(7);
    assert!(said(|| office.session().then(&event)).contains("at level 0"));
    assert!(said(|| event.session()).contains("several levels"), "it goes down");
}

// In spawned tasks

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_over_values_are_held_across_awaits_in_spawned_tasks() {
    let office = Arc::new(office());
    let tasks: Vec<_> = (0..6_u32)
        .map(|number| {
            let office = office.clone();
            tokio::spawn(async move {
                let (events, mut session) = office.session().read_events().await;
                tokio::task::yield_now().await;
                for event in events.values() {
                    let (mut seats, session) =
                        session.reborrow().then(&**event).write_seats().await;
                    tokio::task::yield_now().await;
                    *seats += 1;
                    let (mut cash, session) = session.safe().write_cash().await;
                    tokio::task::yield_now().await;
                    *cash += 1;
                    let (mut holds, _) = session.leave().lock_holds().await;
                    *holds += number;
                }
                let (mut journal, session) = session.lock_journal().await;
                journal.push(number.to_string());
                let all: Vec<_> = events.values().map(|it| it.locks().lock_all()).collect();
                let held = session.then_all(all).await.unwrap();
                tokio::task::yield_now().await;
                // Others may be half-way through the events, but each of these has been here once.
                assert!(held.iter().all(|held| *held.seats > 0));
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let events = office.events.read().await;
    assert_eq!(*events[&2].holds.lock().await, 15);
    assert_eq!(*events[&0].safe.cash.read().await, 6);
}
