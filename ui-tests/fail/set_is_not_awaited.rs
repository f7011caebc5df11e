//! A set does nothing until it is awaited.

#![deny(unused_must_use)]

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: Vec<u32>,
    #[guarded(mutex)]
    journal: Vec<u32>,
    #[guarded(nested)]
    risk: Risk,
}

#[derive(Guarded)]
struct Risk {
    #[guarded(rwlock)]
    limits: Vec<u32>,
}

fn ask(bank: &BankGuarded) {
    bank.locks().write_accounts();
}

fn main() {}
