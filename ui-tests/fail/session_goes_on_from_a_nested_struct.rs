//! A session leaves a nested struct before it goes on to another value.
use ironfence::Guarded;

#[derive(Guarded)]
struct Office {
    #[guarded(nested)]
    safe: Safe,
}

#[derive(Guarded)]
struct Safe {
    #[guarded(mutex)]
    cash: u8,
}

#[derive(Guarded)]
#[guarded(level = 1)]
struct Event {
    #[guarded(rwlock)]
    seats: u8,
}

async fn sell(office: &OfficeGuarded, event: &EventGuarded) {
    let (mut cash, session) = office.session().safe().lock_cash().await;
    let (seats, _) = session.then(event).read_seats().await;
    *cash += *seats;
}

fn main() {}
