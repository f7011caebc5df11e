//! `nested` can't be the default.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(default = nested)]
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
