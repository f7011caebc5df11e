//! Parentheses have something in them.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex())]
    accounts: u8,
}

fn main() {
    _ = Bank { accounts: 1 }.into_guarded().accounts.blocking_lock();
}
