//! A session that has left a value does not come back.
use ironfence::Guarded;

#[derive(Guarded)]
struct Office {
    #[guarded(mutex)]
    orders: u8,
    #[guarded(mutex)]
    journal: u8,
}

#[derive(Guarded)]
#[guarded(level = 1)]
struct Event {
    #[guarded(rwlock)]
    seats: u8,
}

async fn sell(office: &OfficeGuarded, event: &EventGuarded) {
    let (mut orders, session) = office.session().lock_orders().await;
    let (mut seats, _) = session.then(event).write_seats().await;
    let (mut journal, _) = session.lock_journal().await;
    *orders += 1;
    *journal += 1;
    *seats -= 1;
}

fn main() {}
