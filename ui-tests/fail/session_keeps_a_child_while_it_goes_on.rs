//! A session that was reborrowed waits until what it was followed by is released.
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
    let mut session = office.session();
    let (seats, _) = session.reborrow().then(event).write_seats().await;
    let (mut journal, _) = session.lock_journal().await;
    *journal += *seats;
}

async fn sell_in_a_group(office: &OfficeGuarded, event: &EventGuarded) {
    let mut session = office.session();
    let held = session.reborrow().then_all([event.seats.write()]).await.unwrap();
    let (mut journal, _) = session.lock_journal().await;
    *journal += *held[0];
}

fn main() {}
