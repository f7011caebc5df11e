//! `snapshot` in generic code needs `Clone` there.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank<T> {
    #[guarded(mutex)]
    accounts: Vec<T>,
}

async fn copy<T>(bank: &BankGuarded<T>) -> Bank<T> {
    bank.snapshot().await
}

fn main() {}
