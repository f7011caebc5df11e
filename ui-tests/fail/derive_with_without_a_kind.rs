//! `with` says whose lock it is, and the kind says which of them.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(with = tokio::sync::RwLock)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
