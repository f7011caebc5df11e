//! A field's key is one of four; a near miss is taken for what was meant.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(Mutexx)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: 1 }.into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.snapshot();
    _ = bank.into_inner();
}
