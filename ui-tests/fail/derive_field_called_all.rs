//! A field's methods don't clash with those of every set.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    all: Vec<u32>,
}

async fn ask(bank: &BankGuarded) {
    bank.locks().write_all().await;
}

fn main() {}
