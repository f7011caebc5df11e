//! A struct's locks are all taken in one way: nested ones are ours.

use ironfence::Guarded;

#[derive(Guarded, Default)]
struct Accounts {
    #[guarded(mutex)]
    open: u8,
}

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    journal: u8,
    #[guarded(nested)]
    accounts: Accounts,
}

fn main() {
    let bank = Bank { journal: 1, accounts: Accounts { open: 1 } }.into_guarded();
    _ = bank.journal.blocking_lock();
    _ = bank.locks().lock_journal();
}
