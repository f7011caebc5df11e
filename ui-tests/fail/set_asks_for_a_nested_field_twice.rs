//! A nested twin is asked once for all that is wanted of it.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
}

async fn ask(bank: &BankGuarded) {
    let set = bank.locks().risk(|risk| risk.read_limits()).risk(|risk| risk);
    drop(set.await);
}

fn main() {}
