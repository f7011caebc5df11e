//! What is locked by a reborrowed session is released before the first is used again.

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
    let mut session = bank.session();
    let (journal, _) = session.reborrow().lock_journal().await;
    let (accounts, _) = session.write_accounts().await;
    drop((journal, accounts));
}

fn main() {}
