//! A set takes each of its locks once.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: u8,
}

async fn run(bank: &BankGuarded) {
    bank.locks().read_accounts().write_accounts().await;
}

fn main() {}
