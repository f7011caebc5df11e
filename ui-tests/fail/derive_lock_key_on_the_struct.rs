//! What is said of a lock stands in the parentheses of its kind.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(default = mutex, fifo)]
struct Bank {
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts.blocking_lock();
}
