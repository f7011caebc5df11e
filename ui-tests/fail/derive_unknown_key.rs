//! A struct's key is one of five; a near miss is taken for what was meant.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(nmae = Shared)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank: Shared = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
