//! An rwlock is read or written, not locked.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
}

#[tokio::main]
async fn main() {
    let bank = Bank { accounts: vec![] }.into_guarded();
    bank.accounts.lock().await.push(1);
}
