//! A session takes each lock once, whose ever it is.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: u8,
    #[guarded(mutex, with = async_lock::Mutex)]
    journal: Vec<u8>,
}

async fn run(bank: &BankGuarded) {
    let (_accounts, session) = bank.session().read_accounts().await;
    let (_again, _) = session.read_accounts().await;
}

fn main() {}
