//! Two steps at once would hold locks that each other waits for.

use ironfence::Guarded;

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

async fn go(bank: &BankGuarded) {
    let session = bank.session();
    let both = tokio::join!(session.read_accounts(), session.lock_journal());
    drop(both);
}

fn main() {}
