//! A snapshot copies every field.

use ironfence::Guarded;

struct NotClone;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: NotClone,
}

async fn run(bank: &BankGuarded) {
    bank.snapshot().await;
}

fn main() {}
