//! A field without a lock is not assigned once it is shared.

use std::sync::Arc;

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    journal: Vec<u32>,
    name: String,
}

fn main() {
    let bank = Bank {
        journal: vec![],
        name: String::from("ironfence"),
    };
    let bank = Arc::new(bank.into_guarded());
    bank.journal.blocking_lock().push(1);
    bank.name = String::from("paper fence");
}
