//! Nothing is awaited in `with`: to await while the lock is held is what guards are for.

use std::sync::Arc;

use ironfence::{ArcField, Guarded, Mutex, RwLock};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u8>,
    #[guarded(mutex)]
    journal: Vec<u8>,
}

async fn send(_: u8) {}

async fn of_a_mutex(journal: &Mutex<Vec<u8>>) {
    journal.with(async |journal| send(journal[0]).await).await;
}

async fn of_an_rwlock(accounts: &RwLock<Vec<u8>>) {
    accounts.with_read(async |accounts| send(accounts[0]).await).await;
}

async fn of_a_field(bank: Arc<BankGuarded>) {
    let journal = ArcField::new(bank, |bank| &bank.journal);
    journal.with(async |journal| send(journal[0]).await).await;
}

async fn of_a_set(bank: &BankGuarded) {
    bank.locks().read_accounts().lock_journal().with(async |held| send(held.journal[0]).await).await;
}

async fn of_an_owned_set(bank: Arc<BankGuarded>) {
    let set = bank.locks_owned(|bank| bank.lock_journal());
    set.with(async |held| send(held.journal[0]).await).await;
}

async fn a_block(journal: &Mutex<Vec<u8>>) {
    journal.with(async { send(0).await }).await;
}

fn main() {}
