//! What is not `Send` does not go to another thread, whatever the lock is.

use ironfence::Guarded;
use std::{rc::Rc, sync::Arc};

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex, with = tokio::sync::Mutex)]
    accounts: Rc<u8>,
}

fn run(bank: Arc<BankGuarded>) {
    tokio::spawn(async move {
        let held = bank.locks().lock_accounts().await;
        drop(held);
    });
}

fn main() {}
