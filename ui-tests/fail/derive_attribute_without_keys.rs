//! `#[guarded]` says something.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded]
    accounts: u8,
}

fn main() {}
