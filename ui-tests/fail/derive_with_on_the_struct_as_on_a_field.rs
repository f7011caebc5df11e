//! On a struct `with` says it for each kind.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(with = tokio::sync::Mutex)]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
