//! A set is `Send` if what it guards is.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    journal: std::rc::Rc<u8>,
}

async fn ask(bank: std::sync::Arc<BankGuarded>) {
    tokio::spawn(async move {
        let held = bank.locks().lock_journal().await;
        drop(held);
    });
}

fn main() {}
