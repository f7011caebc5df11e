//! What was not asked for is not held.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
}

async fn ask(bank: &BankGuarded) {
    let mut held = bank.locks().write_accounts().await;
    held.accounts.push(1);
    held.journal.push(1);
}

fn main() {}
