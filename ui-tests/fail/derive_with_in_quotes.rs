//! A path is no text.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock, with = "tokio::sync::RwLock")]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
