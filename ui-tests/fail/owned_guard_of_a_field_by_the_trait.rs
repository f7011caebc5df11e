//! The trait that the compiler finds for an owned guard of a field leads to the sentence that says what to write.

use std::sync::Arc;

use ironfence::in_an_arc::ArcFieldHasOwnedGuardsOfAnRwLock as _;
use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn keep(bank: Arc<BankGuarded>) {
    let accounts = bank.accounts.write_owned().await;
}

fn main() {}
