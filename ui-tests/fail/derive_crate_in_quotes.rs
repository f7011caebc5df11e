//! A path is written without quotes.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(crate = "ironfence")]
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
