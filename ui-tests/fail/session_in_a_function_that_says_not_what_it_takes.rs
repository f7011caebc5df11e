//! A function that goes on with a session says what the session may still lock.

use ironfence::{Guarded, MayLock};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn says_nothing<P>(session: BankSession<'_, P>) {
    drop(session.lock_journal().await);
}

async fn says_another(session: BankSession<'_, impl MayLock<bank_fields::accounts>>) {
    drop(session.lock_journal().await);
}

fn main() {}
