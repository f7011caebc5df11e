//! A nested session is left when no other one of it lives.

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
    let (limits, again) = risk.reborrow().read_limits().await;
    let outer = risk.leave();
    let (alarms, _) = again.lock_alarms().await;
    drop((limits, alarms, outer));
}

fn main() {}
