//! What has no lock has none of another library.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(plain, with = tokio::sync::RwLock)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
