//! What has no lock has no order.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(plain(fifo))]
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts;
}
