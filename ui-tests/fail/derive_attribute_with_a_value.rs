//! Keys go in parentheses.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded = "mutex"]
    accounts: u8,
}

fn main() {}
