//! `snapshot` clones what is nested.

use ironfence::Guarded;

struct NotClone;

#[derive(Guarded)]
struct Risk<T>(#[guarded(mutex)] T, #[guarded(mutex)] NotClone);

#[derive(Guarded)]
struct Bank<T> {
    #[guarded(nested)]
    risk: Risk<T>,
}

async fn copy<T: Clone>(bank: &BankGuarded<T>) -> Bank<T> {
    bank.snapshot().await
}

fn main() {}
