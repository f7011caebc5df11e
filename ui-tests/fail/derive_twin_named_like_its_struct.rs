//! The twin needs a name of its own.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(name = Bank)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank: BankGuarded = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
