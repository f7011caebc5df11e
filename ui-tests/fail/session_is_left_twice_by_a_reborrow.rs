//! A nested session that was reborrowed is not left beside the one that was left.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
    #[guarded(mutex)]
    rates: Vec<u32>,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
    #[guarded(mutex)]
    alarms: u32,
}

async fn go(bank: &BankGuarded) {
    let mut risk = bank.session().risk();
    let first = risk.reborrow().leave();
    let second = risk.leave();
    let (rates, _) = second.lock_rates().await;
    let (again, _) = first.lock_rates().await;
    drop((rates, again));
}

fn main() {}
