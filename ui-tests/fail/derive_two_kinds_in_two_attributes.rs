//! A field is shared in one way, in however many attributes.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    /// Who has how much.
    #[guarded(plain)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
