//! `fifo` is said of our locks.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(default = rwlock(fifo), with(rwlock = tokio::sync::RwLock))]
struct Bank {
    #[guarded(mutex(fifo), with = tokio::sync::Mutex)]
    accounts: u8,
    names: u8,
    others: u8,
}

fn main() {
    _ = Bank { accounts: 1, names: 2, others: 3 }.into_guarded().accounts.blocking_lock();
}
