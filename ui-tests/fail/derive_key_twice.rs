//! A key is given once, in however many attributes.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(name = Shared, derive(Debug), name = Other)]
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
