//! A kind goes on a field; what goes on the struct is `default`.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(mutex)]
struct Bank {
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
