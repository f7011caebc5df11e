//! Only `mutex` and `rwlock` are locks.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(with(mutexx = tokio::sync::Mutex, plain = tokio::sync::RwLock))]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
