//! The state when the service has ended, without locks, and what must hold of it.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    sync::Arc,
};

use crate::{
    drive::Driven,
    state::{Event, Journal, Office, Order, Seat},
};

pub(crate) struct Books {
    events: Vec<Event>,
    orders: BTreeMap<u64, Order>,
    journal: Journal,
}

impl Books {
    /// What the office has in the end.
    ///
    /// # Errors
    /// If it does not agree with itself.
    pub(crate) fn of(office: Office) -> Result<Self, String> {
        let Office { events, users, orders, journal, .. } = office;
        let events: Option<Vec<Event>> =
            events.into_values().map(|event| Some(Arc::into_inner(event)?.into_inner())).collect();
        let books = Self { events: events.ok_or("a task still has an event")?, orders, journal };
        let reserved: usize = books
            .events
            .iter()
            .flat_map(|event| event.reservations.values())
            .map(|reservation| reservation.seats.len())
            .sum();
        same("reserved seats of all users", users.values().sum::<usize>(), reserved)?;
        books.each_seat_is_in_one_order()?;
        Ok(books)
    }

    fn each_seat_is_in_one_order(&self) -> Result<(), String> {
        let mut ordered = BTreeSet::new();
        for order in self.orders.values() {
            for seat in &order.seats {
                if !ordered.insert((order.event, *seat, order.id)) {
                    return Err(format!("order {} has seat {seat} twice", order.id));
                }
            }
        }
        let sold = self.events.iter().flat_map(|event| {
            event.seats.iter().enumerate().filter_map(|(number, seat)| match seat {
                Seat::Sold(order) => Some((event.id, number, *order)),
                Seat::Free | Seat::Reserved(_) => None,
            })
        });
        let sold: BTreeSet<_> = sold.collect();
        match ordered.symmetric_difference(&sold).next() {
            None => Ok(()),
            Some((event, seat, order)) => {
                Err(format!("seat {seat} of event {event} and order {order} do not agree"))
            }
        }
    }

    /// Whether the clients have counted the same.
    ///
    /// # Errors
    /// With what they have not.
    pub(crate) fn compare(&self, driven: &Driven) -> Result<(), String> {
        same("orders", self.journal.orders, driven.orders)?;
        same("seats sold", self.journal.seats_sold, driven.seats)?;
        same("revenue in cents", self.journal.revenue, driven.spent)
    }
}

fn same<T: PartialEq + fmt::Display>(what: &str, office: T, clients: T) -> Result<(), String> {
    if office == clients {
        Ok(())
    } else {
        Err(format!("{what}: the office says {office}, counted were {clients}"))
    }
}

impl fmt::Display for Books {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Journal { orders, seats_sold, seats_expired, revenue, .. } = &self.journal;
        let (euros, cents) = (revenue / 100, revenue % 100);
        write!(
            f,
            "closed: {orders} orders, {seats_sold} seats sold for {euros}.{cents:02}, {seats_expired} seats \
             expired, {} events open",
            self.events.len()
        )
    }
}
