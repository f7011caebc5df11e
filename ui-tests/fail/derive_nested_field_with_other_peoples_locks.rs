//! A struct with other libraries' locks can't be nested.

use ironfence::Guarded;

#[derive(Guarded, Default)]
struct Accounts {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    open: u8,
}

#[derive(Guarded)]
struct Bank {
    #[guarded(nested)]
    accounts: Accounts,
}

fn main() {}
