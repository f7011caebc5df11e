//! A lock is not `Clone`, so no twin with one is.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(derive(Clone))]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {}
