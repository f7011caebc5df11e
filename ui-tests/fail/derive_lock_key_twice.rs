//! A key is said once.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex(fifo, fifo))]
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts.blocking_lock();
}
