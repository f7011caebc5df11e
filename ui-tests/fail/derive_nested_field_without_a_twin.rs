//! A nested field's type derives `Guarded`, by value.

use ironfence::Guarded;

#[derive(Clone)]
struct Risk;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
    #[guarded(nested)]
    risk: Risk,
}

async fn copy(bank: &BankGuarded) {
    bank.accounts.lock().await;
}

fn main() {}
