//! `snapshot` clones the plain fields too.

use ironfence::Guarded;

struct NotClone;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
    name: NotClone,
}

async fn copy(bank: &BankGuarded) -> Bank {
    bank.snapshot().await
}

fn main() {}
