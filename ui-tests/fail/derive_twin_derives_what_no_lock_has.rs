//! A twin derives what its locks have, which is little: the rest is for its struct and for snapshots.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(derive(Debug, Clone, PartialEq, serde::Serialize), attr(derive(Deserialize)))]
struct Bank {
    #[guarded(mutex)]
    accounts: u8,
}

fn main() {}
