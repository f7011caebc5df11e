//! What was asked for to be read can not be written.

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
    let mut held = bank.locks().read_accounts().await;
    held.accounts.push(1);
}

fn main() {}
