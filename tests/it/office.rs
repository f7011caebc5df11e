//! An office with a map of events: the commonest shape of a service, without an order by hand. Orders are
//! written, seats are sold, events open and close, all at once, on three executors. The money is exact.

#![allow(
    clippy::redundant_closure_for_method_calls,
    reason = "sets are written as users write them"
)]

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
};

use ironfence::{Guarded, Keyed, ReadOrWrite, lock_all, lock_pair};
use ironfence_tests::{
    executors::{on_smol, on_threads, on_tokio},
    watchdog::must_end,
};
use smol::future::yield_now;

use crate::storm::Chance;

const TASKS: u64 = 200;
const ROUNDS: u64 = 60;
const EVENTS: u64 = 8;
const SEATS: u64 = 50;
const PRICE: i64 = 10;

/// At level 0, so before its events: whoever looks for an event may then take its seats.
#[derive(Guarded, Default)]
struct Office {
    #[guarded(rwlock)]
    events: BTreeMap<u64, Arc<EventGuarded>>,
    #[guarded(mutex)]
    orders: Vec<u64>,
    #[guarded(nested)]
    safe: Safe,
    #[guarded(mutex)]
    journal: u64,
}

#[derive(Guarded, Default)]
struct Safe {
    #[guarded(rwlock)]
    cash: i64,
    #[guarded(mutex)]
    opened: u64,
}

#[derive(Guarded, Default)]
#[guarded(level = 1)]
struct Event {
    #[guarded(rwlock)]
    seats: u64,
    #[guarded(mutex)]
    holds: u64,
    #[guarded(mutex)]
    till: i64,
}

fn event() -> Arc<EventGuarded> {
    Arc::new(Event { seats: SEATS, ..Event::default() }.into_guarded())
}

struct Service {
    office: OfficeGuarded,
    /// Money that left with events that were closed.
    paid_out: AtomicU64,
}

impl Service {
    fn new() -> Arc<Self> {
        let events = (0..EVENTS).map(|key| (key, event())).collect();
        let office = Office { events, ..Office::default() }.into_guarded();
        Arc::new(Self { office, paid_out: AtomicU64::new(0) })
    }

    async fn client(self: Arc<Self>, number: u64) {
        let mut chance = Chance(number);
        for _ in 0..ROUNDS {
            match chance.below(9) {
                0 | 1 => self.sell(chance.below(EVENTS)).await,
                2 => self.move_seats(chance.below(EVENTS), chance.below(EVENTS)).await,
                3 => self.collect().await,
                4 => self.reopen(chance.below(EVENTS)).await,
                5 => self.count().await,
                6 => self.expire().await,
                7 => self.book_all(&mut chance).await,
                _ => self.take_away(chance.below(EVENTS)).await,
            }
        }
    }

    /// Looks for the event, then takes its seats: a session from value to value.
    async fn sell(&self, key: u64) {
        let (events, session) = self.office.session().read_events().await;
        let (mut orders, session) = session.lock_orders().await;
        yield_now().await;
        let (mut seats, session) = session.then(&*events[&key]).write_seats().await;
        yield_now().await;
        if *seats == 0 {
            return;
        }
        let (mut till, _) = session.lock_till().await;
        *seats -= 1;
        *till += PRICE;
        orders.push(key);
    }

    /// Two events of one level: a group at the end of a session.
    async fn move_seats(&self, from: u64, to: u64) {
        let (events, session) = self.office.session().read_events().await;
        let both = (
            events[&from].locks().write_seats().lock_till(),
            events[&to].locks().write_seats().lock_till(),
        );
        let Ok((mut one, mut other)) = session.then_all(both).await else {
            return assert_eq!(from, to, "only the same event is an error");
        };
        yield_now().await;
        let many = (*one.seats).min(1);
        *one.seats -= many;
        *other.seats += many;
        let amount = (*one.till).min(PRICE);
        *one.till -= amount;
        *other.till += amount;
    }

    /// From every till into the safe: a session that is reborrowed goes to one event after the other.
    async fn collect(&self) {
        let (events, session) = self.office.session().read_events().await;
        let (mut cash, session) = session.safe().write_cash().await;
        let mut session = session.leave();
        for event in events.values() {
            let (mut till, _) = session.reborrow().then(&**event).lock_till().await;
            *cash += std::mem::take(&mut *till);
            yield_now().await;
        }
        let (mut journal, _) = session.lock_journal().await;
        *journal += 1;
    }

    /// A new event in the place of one: the map is written, the old one is taken apart.
    async fn reopen(&self, key: u64) {
        let (mut events, session) = self.office.session().write_events().await;
        let old = events.insert(key, event()).expect("each is there");
        let old = session.then(&*old);
        let (mut till, _) = old.lock_till().await;
        yield_now().await;
        self.paid_out.fetch_add(std::mem::take(&mut *till).unsigned_abs(), Relaxed);
    }

    /// A look at everything at one moment: an office's set, and one lock of each event, in one group.
    async fn count(&self) {
        let (events, session) = self.office.session().read_events().await;
        let (orders, session) = session.lock_orders().await;
        let (cash, session) = session.safe().read_cash().await;
        let tills: Vec<_> =
            events.iter().map(|(key, event)| Keyed(*key, event.till.lock())).collect();
        let tills = session.leave().then_all(tills).await.unwrap();
        yield_now().await;
        let money = *cash + tills.iter().map(|(_, till)| **till).sum::<i64>();
        let paid_out = self.paid_out.load(Relaxed) as i64;
        assert_eq!(money + paid_out, PRICE * orders.len() as i64, "no money is on its way");
    }

    /// Some of the events, found before, and the office's journal: a group from nothing.
    async fn expire(&self) {
        let events: Vec<_> = self.office.events.read().await.values().step_by(2).cloned().collect();
        let holds: Vec<_> = events.iter().rev().map(|event| event.locks().lock_holds()).collect();
        let (mut held, journal) = lock_all((holds, &self.office.journal)).await.unwrap();
        yield_now().await;
        held.iter_mut().for_each(|held| *held.holds = 0);
        drop((held, journal));
        let event = events[0].locks().lock_holds().read_seats();
        let safe = self.office.locks().safe(SafeLocks::lock_opened);
        let (held, mut safe) = lock_pair(event, safe).await.unwrap();
        *safe.safe.opened += 1;
        drop(held);
    }

    /// Both modes in one row, beside a set and an option.
    async fn book_all(&self, chance: &mut Chance) {
        let events: Vec<_> = self.office.events.read().await.values().cloned().collect();
        let mine = chance.below(EVENTS) as usize;
        let seats: Vec<_> = events
            .iter()
            .enumerate()
            .map(|(number, event)| match number == mine {
                true => ReadOrWrite::from(event.seats.write()),
                false => event.seats.read().into(),
            })
            .collect();
        let holds = chance.one_in(2).then(|| events[mine].holds.lock());
        let office = self.office.locks().upgradable_events().lock_journal();
        let (office, mut seats, holds) = lock_all((office, seats, holds)).await.unwrap();
        yield_now().await;
        let all: u64 = seats.iter().map(|seats| **seats).sum();
        if let (Some(seats), Some(mut holds)) = (seats[mine].written(), holds) {
            *holds += u64::from(*seats <= all);
        }
        drop(office);
    }

    /// Guards that go into another future.
    async fn take_away(self: &Arc<Self>, key: u64) {
        let event = self.office.events.read().await[&key].clone();
        let held = event.locks_owned(|event| event.lock_holds().read_seats()).await;
        drop(event);
        let work: std::pin::Pin<Box<dyn Future<Output = ()> + Send>> = Box::pin(async move {
            let mut held = held;
            yield_now().await;
            *held.holds += 1;
        });
        work.await;
    }

    /// All tasks are gone.
    fn check(self: Arc<Self>) {
        let Self { office, paid_out } = Arc::into_inner(self).expect("all tasks are gone");
        assert!(office.locks().lock_all().try_now().is_some(), "every lock is free");
        let Office { events, orders, safe, journal } = office.into_inner();
        let events = events.into_values().map(|event| {
            let event = Arc::into_inner(event).expect("nobody keeps it");
            assert!(event.locks().lock_all().try_now().is_some(), "every lock is free");
            event.into_inner().till
        });
        let money = safe.cash + events.sum::<i64>() + paid_out.into_inner() as i64;
        assert_eq!(money, PRICE * orders.len() as i64, "every seat that was sold was paid");
        assert!(!orders.is_empty() && journal > 0 && safe.opened > 0);
    }
}

#[test]
fn an_office_on_tokio_comes_through() {
    must_end(|| {
        let service = Service::new();
        on_tokio(TASKS, |number| service.clone().client(number));
        service.check();
    });
}

#[test]
fn an_office_on_smol_comes_through() {
    must_end(|| {
        let service = Service::new();
        on_smol(TASKS, |number| service.clone().client(number));
        service.check();
    });
}

#[test]
fn an_office_of_threads_comes_through() {
    must_end(|| {
        let service = Service::new();
        on_threads(TASKS, |number| service.clone().client(number));
        service.check();
    });
}
