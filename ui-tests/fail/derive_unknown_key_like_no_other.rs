//! A key that resembles none gets the list.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(atomic)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
