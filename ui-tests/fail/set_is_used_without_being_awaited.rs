//! What is held of a set is there once the set was awaited.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn push(bank: &BankGuarded) {
    let mut held = bank.locks().write_accounts().lock_journal();
    held.accounts.push(1);
    let BankHeld { journal, .. } = held;
}

fn main() {}
