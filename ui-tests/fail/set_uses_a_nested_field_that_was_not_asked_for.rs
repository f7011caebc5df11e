//! What is held names, where a field was not asked for, the method that asks for it.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
}

async fn go(bank: &BankGuarded) {
    let held = bank.locks().read_accounts().await;
    held.risk.limits.len();
    let held = bank.locks().risk(|risk| risk.read_limits()).await;
    let first = held.accounts[0];
}

fn main() {}
