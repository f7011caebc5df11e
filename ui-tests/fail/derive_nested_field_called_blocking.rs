//! A field's methods don't clash with those of every set.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(nested)]
    blocking: Risk,
}

#[derive(Guarded)]
struct Risk;



fn main() {}
