//! A name is an identifier.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(name = bank::Shared)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
