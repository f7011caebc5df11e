//! A step takes the session: in a loop it is reborrowed for each round.

use ironfence::{Guarded, MayLock};

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

async fn go(bank: &BankGuarded) {
    let (accounts, session) = bank.session().read_accounts().await;
    for account in &*accounts {
        let (mut journal, _) = session.lock_journal().await;
        journal.push(*account);
    }
}

async fn look<P: MayLock<bank_fields::risk>>(session: BankSession<'_, P>) {
    for _ in 0..2 {
        drop(session.risk().read_limits().await);
    }
}

fn main() {}
