//! A step takes the session, and gives the next.

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
    let (accounts, _) = session.read_accounts().await;
    let (journal, _) = session.lock_journal().await;
    drop((accounts, journal));
}

fn main() {}
