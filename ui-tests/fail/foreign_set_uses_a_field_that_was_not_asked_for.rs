//! What was not asked for is not held.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    journal: Vec<u8>,
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: u8,
}

async fn run(bank: &BankGuarded) {
    let mut held = bank.locks().write_accounts().await;
    held.journal.push(1);
}

fn main() {}
