//! `default` takes a kind.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(default = atomic)]
struct Bank {
    accounts: u8,
}

fn main() {}
