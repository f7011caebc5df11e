//! A twin takes its fields by value, so each has a size.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    name: u8,
    accounts: [u8],
}

async fn first(bank: &BankGuarded) -> u8 {
    bank.accounts[0]
}

fn main() {}
