//! A kind has one lock.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(with(mutex = tokio::sync::Mutex, mutex = async_lock::Mutex))]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {
    let bank = Bank { accounts: Default::default() }.into_guarded();
    _ = bank.into_inner();
}
