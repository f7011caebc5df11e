//! The locks of a nested struct are chosen where it is declared.

use ironfence::Guarded;

#[derive(Guarded, Default)]
struct Accounts;

#[derive(Guarded)]
struct Bank {
    #[guarded(nested, with = tokio::sync::RwLock)]
    accounts: Accounts,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
