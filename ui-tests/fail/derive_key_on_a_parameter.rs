//! Keys go on the struct and its fields.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank<#[guarded(mutex)] T> {
    #[guarded(mutex)]
    accounts: T,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
