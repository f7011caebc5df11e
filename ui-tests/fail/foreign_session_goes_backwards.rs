//! A session goes forwards, whose ever the locks are.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: u8,
    #[guarded(mutex, with = async_lock::Mutex)]
    journal: Vec<u8>,
}

async fn run(bank: &BankGuarded) {
    let (_journal, session) = bank.session().lock_journal().await;
    let (_accounts, _) = session.read_accounts().await;
}

fn main() {}
