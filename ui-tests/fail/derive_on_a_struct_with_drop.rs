//! A struct that is taken apart can't have a `Drop` of its own.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    accounts: Vec<u8>,
    #[guarded(rwlock)]
    journal: Vec<u8>,
}

impl Drop for Bank {
    fn drop(&mut self) {}
}

fn main() {}
