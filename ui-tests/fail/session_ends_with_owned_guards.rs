//! Owned guards could be held longer than the session that they were asked for behind.
use ironfence::Guarded;
use std::sync::Arc;

#[derive(Guarded)]
struct Office {
    #[guarded(mutex)]
    orders: u8,
}

#[derive(Guarded)]
#[guarded(level = 1)]
struct Event {
    #[guarded(rwlock)]
    seats: u8,
}

async fn sell(office: &OfficeGuarded, event: Arc<EventGuarded>) {
    let (_orders, session) = office.session().lock_orders().await;
    let owned = event.locks_owned(|event| event.write_seats());
    drop(session.then_all([owned]).await);
}

fn main() {}
