//! A twin takes its fields by value, so each has a size.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank<T: ?Sized> {
    name: u8,
    #[guarded(mutex)]
    accounts: T,
}

async fn use_it<T: ?Sized>(bank: &BankGuarded<T>) {
    bank.accounts.lock().await;
}

fn main() {}
