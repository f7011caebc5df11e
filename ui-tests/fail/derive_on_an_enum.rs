//! An enum has no twin.

use ironfence::Guarded;

#[derive(Guarded)]
pub enum Bank<T> {
    Open(T),
    Closed {
        #[guarded(mutex)]
        since: u8,
    },
}

fn main() {
    let bank: BankGuarded<u8> = Bank::Open(1).into_guarded();
    _ = bank.snapshot();
    if let Bank::Closed { since } = bank.into_inner() {
        _ = since;
    }
}
