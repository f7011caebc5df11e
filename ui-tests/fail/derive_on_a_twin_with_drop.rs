//! A twin that is taken apart by `into_inner` can't have a `Drop` of its own.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    accounts: Vec<u8>,
    #[guarded(rwlock)]
    journal: Vec<u8>,
}

impl Drop for BankGuarded {
    fn drop(&mut self) {}
}

fn main() {}
