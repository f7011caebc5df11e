//! Nothing is awaited in `with`: to await while the lock is held is what guards are for.

use ironfence::{Mutex, RwLock};

async fn send(_: u8) {}

async fn of_a_mutex(journal: &Mutex<Vec<u8>>) {
    journal.with(async |journal| send(journal[0]).await).await;
}

async fn of_an_rwlock(accounts: &RwLock<Vec<u8>>) {
    accounts.with_read(async |accounts| send(accounts[0]).await).await;
}

fn main() {}
