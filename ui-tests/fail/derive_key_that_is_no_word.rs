//! A key is a word.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded("mutex")]
    accounts: u8,
}

fn main() {}
