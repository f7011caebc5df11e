//! After a nested struct a session goes on with the fields after it.

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
    let (limits, risk) = bank.session().risk().read_limits().await;
    let (journal, _) = risk.leave().lock_journal().await;
    drop((limits, journal));
}

fn main() {}
