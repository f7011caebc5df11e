//! `fifo` is a word, and no more.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex(fifo = true))]
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts.blocking_lock();
}
