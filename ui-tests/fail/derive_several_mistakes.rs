//! All mistakes are reported together, each once.

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(mutex, nam = Shared)]
struct Bank {
    #[guarded(mutx)]
    accounts: u8,
    #[guarded(rwlock, plain)]
    journal: Vec<u8>,
    #[guarded(default = plain)]
    name: u8,
}

fn main() {
    let bank: Shared = Bank {
        accounts: 1,
        journal: vec![],
        name: 1,
    }
    .into_guarded();
    _ = bank.accounts.blocking_lock();
    _ = bank.journal.blocking_write();
    _ = bank.name.blocking_lock();
}
