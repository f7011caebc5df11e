//! What is said of a lock has keys of its own.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex(fair))]
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts.blocking_lock();
}
