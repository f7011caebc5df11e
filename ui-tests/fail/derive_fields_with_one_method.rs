//! Each field is asked for by methods with names of its own.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(nested)]
    read_accounts: Risk,
}

#[derive(Guarded)]
struct Risk;



fn main() {}
