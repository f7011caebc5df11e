//! A struct's key goes on the struct.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex, name = Shared)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
