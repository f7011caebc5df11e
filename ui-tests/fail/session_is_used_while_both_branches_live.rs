//! While a session goes on in two branches, nothing else goes on from it.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

async fn go(bank: &BankGuarded) {
    let mut session = bank.session();
    let branches = session.both(
        async |session| drop(session.read_accounts().await),
        async |session| drop(session.lock_journal().await),
    );
    let (accounts, _) = session.write_accounts().await;
    branches.await;
    drop(accounts);
}

fn main() {}
