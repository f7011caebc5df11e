//! What the office does: reserve, order, cancel, expire, close. Each takes the locks that it needs as one
//! group, so no two of these can wait for each other in a circle, and none orders locks by hand.

use std::{collections::HashMap, sync::Arc, time::Instant};

use ironfence::{lock_all, task};
use serde::{Deserialize, Serialize};
use tokio::time::{Duration, sleep, timeout};

use crate::{
    refusal::Refusal,
    state::{Event, EventGuarded, OfficeGuarded, Order, Reservation, Seat},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewEvent {
    name: String,
    /// In cents.
    price: u64,
    seats: usize,
}

#[derive(Debug, Serialize)]
pub(crate) struct EventLine {
    id: u32,
    name: String,
    price: u64,
    seats: usize,
    free: usize,
    sold: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    user: String,
    seats: Vec<usize>,
}

#[derive(Debug, Serialize)]
pub(crate) struct Reserved {
    id: u64,
    event: u32,
    seats: Vec<usize>,
    /// In cents.
    to_pay: u64,
    ends_in_ms: u64,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Payment {
    event: u32,
    reservation: u64,
    /// A card whose number is "declined" is.
    card: String,
}

const MOST_SEATS: usize = 100_000;

pub(crate) async fn event(office: &OfficeGuarded, id: u32) -> Result<Arc<EventGuarded>, Refusal> {
    office.events.read().await.get(&id).cloned().ok_or(Refusal::NotFound("event"))
}

pub(crate) async fn open(office: &OfficeGuarded, new: NewEvent) -> Result<u32, Refusal> {
    if new.seats == 0 || new.seats > MOST_SEATS {
        let error = format!("`seats` must be between 1 and {MOST_SEATS}");
        return Err(Refusal::makes_no_sense(error));
    }
    let id = u32::try_from(office.next_id()).map_err(|_| Refusal::Ours("no ids are left"))?;
    let event = Arc::new(Event::new(id, new.name, new.price, new.seats).into_guarded());
    office.events.write().await.insert(id, event);
    Ok(id)
}

/// All events. The map is held while its `Arc`s are cloned, no longer.
pub(crate) async fn list(office: &OfficeGuarded) -> Vec<EventLine> {
    let events: Vec<_> = office.events.read().await.values().cloned().collect();
    let mut lines = Vec::with_capacity(events.len());
    for event in events {
        lines.push(line(&event).await);
    }
    lines
}

pub(crate) async fn line(event: &EventGuarded) -> EventLine {
    let seats = event.seats.read().await;
    let count = |is: fn(&Seat) -> bool| seats.iter().filter(|seat| is(seat)).count();
    EventLine {
        id: event.id,
        name: event.name.clone(),
        price: event.price,
        seats: seats.len(),
        free: count(|seat| *seat == Seat::Free),
        sold: count(|seat| matches!(seat, Seat::Sold(_))),
    }
}

pub(crate) async fn reserve(
    office: &OfficeGuarded,
    id: u32,
    wish: Wish,
) -> Result<Reserved, Refusal> {
    let Wish { user, mut seats } = wish;
    seats.sort_unstable();
    seats.dedup();
    let bad = |error: &str| Err(Refusal::makes_no_sense(error));
    if user.is_empty() {
        return bad("`user` must not be empty");
    }
    if seats.is_empty() {
        return bad("`seats` must name one seat at least, such as [0, 1]");
    }
    let config = office.config.read().await.clone();
    let event = event(office, id).await?;

    let (mut office_held, mut held) =
        lock_all((office.locks().lock_users(), event.locks().write_seats().lock_reservations()))
            .await?;
    if seats.last().is_some_and(|last| *last >= held.seats.len()) {
        return bad(&format!("the event has seats 0 to {}", held.seats.len() - 1));
    }
    let taken: Vec<_> =
        seats.iter().copied().filter(|seat| held.seats[*seat] != Seat::Free).collect();
    if !taken.is_empty() {
        return Err(Refusal::Taken(taken));
    }
    let reserved = office_held.users.get(&user).copied().unwrap_or_default() + seats.len();
    if reserved > config.seats_a_user {
        return Err(Refusal::TooMany { limit: config.seats_a_user });
    }
    let reservation = office.next_id();
    for seat in &seats {
        held.seats[*seat] = Seat::Reserved(reservation);
    }
    office_held.users.insert(user.clone(), reserved);
    let ends = Instant::now() + config.reservation();
    held.reservations.insert(
        reservation,
        Reservation { user, seats: seats.clone(), ends, is_being_paid: false },
    );
    Ok(Reserved {
        id: reservation,
        event: id,
        to_pay: event.price * seats.len() as u64,
        seats,
        ends_in_ms: config.reservation_ms,
    })
}

/// Pays for a reservation. No lock is held while the card is charged. From then on the order goes to its
/// end in a task of its own, whatever becomes of the request: nobody pays for nothing.
pub(crate) async fn order(office: Arc<OfficeGuarded>, payment: Payment) -> Result<Order, Refusal> {
    let patience = office.config.read().await.patience();
    let event = timeout(patience, begin_to_pay(&office, &payment))
        .await
        .map_err(|_| Refusal::Busy("this took too long"))??;
    let payments = office.payments.clone();
    let paying = task::named("pay", async move {
        if charge(&payment.card).await.is_err() {
            release(&office, &event, &[payment.reservation], |_| true).await?;
            return Err(Refusal::Declined);
        }
        sell(&office, &event, payment.reservation).await
    });
    payments.spawn(paying).await.map_err(|_| Refusal::Ours("the payment went wrong"))?
}

/// From now on the reservation does not expire.
async fn begin_to_pay(
    office: &OfficeGuarded,
    payment: &Payment,
) -> Result<Arc<EventGuarded>, Refusal> {
    let event = event(office, payment.event).await?;
    let mut reservations = event.reservations.lock().await;
    let reservation = reservations.get_mut(&payment.reservation).filter(|it| waits_to_be_paid(it));
    reservation.ok_or(Refusal::NotFound("reservation that waits to be paid"))?.is_being_paid = true;
    drop(reservations);
    Ok(event)
}

/// What a payment provider does.
async fn charge(card: &str) -> Result<(), ()> {
    sleep(Duration::from_millis(1)).await;
    if card == "declined" { Err(()) } else { Ok(()) }
}

async fn sell(
    office: &OfficeGuarded,
    event: &EventGuarded,
    reservation: u64,
) -> Result<Order, Refusal> {
    let (mut office_held, mut held) = lock_all((
        office.locks().lock_users().write_orders().lock_journal(),
        event.locks().write_seats().lock_reservations(),
    ))
    .await?;
    let Some(reservation) = held.reservations.remove(&reservation) else {
        return Err(Refusal::Ours("a reservation that was being paid is gone"));
    };
    let Reservation { user, seats, .. } = reservation;
    let id = office.next_id();
    for seat in &seats {
        held.seats[*seat] = Seat::Sold(id);
    }
    give_back(&mut office_held.users, &user, seats.len());
    let paid = event.price * seats.len() as u64;
    let journal = &mut *office_held.journal;
    journal.orders += 1;
    journal.seats_sold += seats.len() as u64;
    journal.revenue += paid;
    journal.write(format!("order {id}: {user} bought {} seats of {}", seats.len(), event.name));
    let order = Order { id, event: event.id, user, seats, paid };
    office_held.orders.insert(id, order.clone());
    Ok(order)
}

/// Ends a reservation that nobody is paying.
pub(crate) async fn cancel(
    office: &OfficeGuarded,
    id: u32,
    reservation: u64,
) -> Result<(), Refusal> {
    let event = event(office, id).await?;
    match release(office, &event, &[reservation], waits_to_be_paid).await? {
        0 => Err(Refusal::NotFound("reservation that waits to be paid")),
        _ => Ok(()),
    }
}

fn waits_to_be_paid(reservation: &Reservation) -> bool {
    !reservation.is_being_paid
}

/// Ends all reservations that are over. Returns how many seats are free again.
pub(crate) async fn expire(office: &OfficeGuarded) -> Result<usize, Refusal> {
    let events: Vec<_> = office.events.read().await.values().cloned().collect();
    let mut seats = 0;
    for event in events {
        let over: Vec<u64> = {
            let now = Instant::now();
            let reservations = event.reservations.lock().await;
            let over = reservations.iter().filter(|(_, reservation)| {
                waits_to_be_paid(reservation) && reservation.ends <= now
            });
            over.map(|(id, _)| *id).collect()
        };
        if !over.is_empty() {
            // One of them may be paid by now, so it is looked at again.
            let released = release(office, &event, &over, waits_to_be_paid).await?;
            office.journal.lock().await.seats_expired += released as u64;
            seats += released;
        }
    }
    Ok(seats)
}

/// Frees the seats of those of these reservations that are there and may end. Returns how many seats.
async fn release(
    office: &OfficeGuarded,
    event: &EventGuarded,
    reservations: &[u64],
    may_end: impl Fn(&Reservation) -> bool,
) -> Result<usize, Refusal> {
    let (mut office_held, mut held) =
        lock_all((office.locks().lock_users(), event.locks().write_seats().lock_reservations()))
            .await?;
    let mut released = 0;
    for id in reservations {
        if !held.reservations.get(id).is_some_and(&may_end) {
            continue;
        }
        let Some(reservation) = held.reservations.remove(id) else { continue };
        for seat in &reservation.seats {
            held.seats[*seat] = Seat::Free;
        }
        give_back(&mut office_held.users, &reservation.user, reservation.seats.len());
        released += reservation.seats.len();
    }
    Ok(released)
}

fn give_back(users: &mut HashMap<String, usize>, user: &str, seats: usize) {
    if let Some(reserved) = users.get_mut(user) {
        *reserved -= seats;
        if *reserved == 0 {
            users.remove(user);
        }
    }
}

/// Closes an event that is sold out, and forgets its orders; the journal has their sums.
pub(crate) async fn close(office: &OfficeGuarded, id: u32) -> Result<EventLine, Refusal> {
    let event = event(office, id).await?;
    let line = line(&event).await;
    if line.sold != line.seats {
        return Err(Refusal::NotSoldOut);
    }
    // Sold seats stay sold, so nobody changes the event any more.
    let mut held = office.locks().write_events().write_orders().await;
    held.events.remove(&id).ok_or(Refusal::NotFound("event"))?;
    held.orders.retain(|_, order| order.event != id);
    Ok(line)
}
