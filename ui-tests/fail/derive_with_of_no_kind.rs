//! `with()` says nothing.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(with())]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
