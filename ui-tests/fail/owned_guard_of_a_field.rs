//! A field of a twin is in no `Arc` of its own: its owned guards are those of an `ArcField`.

use std::sync::Arc;

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn keep(bank: Arc<BankGuarded>) {
    let accounts = bank.accounts.read_owned().await;
    let journal = bank.journal.try_lock_owned();
}

fn main() {}
