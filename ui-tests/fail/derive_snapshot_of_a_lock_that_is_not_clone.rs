//! `snapshot` clones what is behind the locks.

use ironfence::Guarded;

struct NotClone;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    accounts: Vec<NotClone>,
    #[guarded(rwlock)]
    journal: NotClone,
    name: String,
}

async fn copy(bank: &BankGuarded) -> Bank {
    bank.snapshot().await
}

fn main() {}
