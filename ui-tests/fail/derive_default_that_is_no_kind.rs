//! `default` takes a kind.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(default = mutx)]
struct Bank {
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
