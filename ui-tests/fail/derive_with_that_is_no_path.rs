//! `with` is followed by a lock, which has a name.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = 5)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
