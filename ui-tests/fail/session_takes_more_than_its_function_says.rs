//! A function takes no more than its session says.

use ironfence::{Guarded, MayLock};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
    #[guarded(mutex)]
    rates: Vec<u32>,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
    #[guarded(mutex)]
    alarms: u32,
}

async fn post<P: MayLock<bank_fields::accounts>>(session: BankSession<'_, P>) {
    drop(session.lock_journal().await);
}

fn main() {}
