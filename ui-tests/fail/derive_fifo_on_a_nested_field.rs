//! The locks of a nested struct are described where they are declared.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(nested(fifo))]
    accounts: Accounts,
}

#[derive(Guarded)]
struct Accounts {
    #[guarded(mutex)]
    sum: u8,
}

fn main() {
    _ = Bank { accounts: Accounts { sum: 1 } }.into_guarded().accounts.sum.blocking_lock();
}
