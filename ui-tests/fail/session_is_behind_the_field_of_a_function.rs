//! A function is called with a session that may still take what it takes.

use ironfence::{Guarded, MayLock};

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

async fn post(session: BankSession<'_, impl MayLock<bank_fields::accounts>>) {
    drop(session.write_accounts().await);
}

async fn go(bank: &BankGuarded) {
    let (journal, mut session) = bank.session().lock_journal().await;
    post(session.reborrow()).await;
    drop(journal);
}

fn main() {}
