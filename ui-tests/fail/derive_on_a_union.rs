//! A union has no twin.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(name = Shared)]
union Bank {
    open: u8,
    closed: u16,
}

fn main() {
    let bank = Shared::from(Bank { open: 1 });
    _ = bank.into_inner();
}
