//! A struct in itself has no end: the compiler says so, and nothing else is said.

use ironfence::Guarded;

#[derive(Guarded)]
struct Branch {
    #[guarded(nested)]
    left: Branch,
    #[guarded(mutex)]
    leaves: u32,
}

fn main() {}
