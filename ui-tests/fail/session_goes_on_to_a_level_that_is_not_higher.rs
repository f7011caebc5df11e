//! A session goes from value to value by their levels.
use ironfence::Guarded;

#[derive(Guarded)]
struct Office {
    #[guarded(mutex)]
    orders: u8,
}

#[derive(Guarded)]
struct Event {
    #[guarded(rwlock)]
    seats: u8,
}

async fn sell(office: &OfficeGuarded, event: &EventGuarded) {
    let (mut orders, session) = office.session().lock_orders().await;
    let (mut seats, _) = session.then(event).write_seats().await;
    *orders += 1;
    *seats -= 1;
}

fn main() {}
