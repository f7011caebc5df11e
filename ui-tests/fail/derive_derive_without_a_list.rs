//! `derive` takes a list.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(derive = Debug)]
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
