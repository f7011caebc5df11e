//! A nested struct is at the level of the struct that it is in.
use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(level = 2)]
struct Safe {
    #[guarded(mutex)]
    cash: u8,
}

#[derive(Guarded)]
#[guarded(level = 1)]
struct Office {
    #[guarded(nested)]
    safe: Safe,
}

fn main() {}
