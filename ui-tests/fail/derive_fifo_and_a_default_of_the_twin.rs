//! A `Default` of the twin knows nothing of the order.

use ironfence::Guarded;

#[derive(Guarded, Default)]
#[guarded(derive(Debug, Default))]
struct Bank {
    #[guarded(mutex(fifo))]
    accounts: u8,
}

fn main() {
    _ = BankGuarded::default().accounts.blocking_lock();
}
