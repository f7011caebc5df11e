//! A mutex is locked, not read.

use ironfence::Guarded;

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    journal: Vec<u32>,
}

#[tokio::main]
async fn main() {
    let bank = Bank { journal: vec![] }.into_guarded();
    println!("{:?}", bank.journal.read().await);
}
