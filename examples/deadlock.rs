//! Two functions that take two locks of one struct in opposite orders, and what the lock checker says:
//! first that it may happen, then that it has happened.
//!
//! `cargo run --example deadlock --features check`

use std::{collections::HashMap, sync::Arc, time::Duration};

use ironfence::{Guarded, check, task};
use tokio::time::{sleep, timeout};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: HashMap<u32, i64>,
    #[guarded(mutex)]
    journal: Vec<String>,
}

/// Takes the accounts, then the journal: as they are declared.
async fn pay(bank: &BankGuarded, account: u32, amount: i64) {
    let mut accounts = bank.accounts.write().await;
    *accounts.entry(account).or_default() += amount;
    sleep(Duration::from_millis(20)).await; // the bank next door is asked
    bank.journal.lock().await.push(format!("{amount} to {account}"));
}

/// Takes the journal, then the accounts. Nobody noticed: they hardly ever meet.
async fn audit(bank: &BankGuarded) -> (usize, i64) {
    let journal = bank.journal.lock().await;
    let accounts = bank.accounts.read().await;
    (journal.len(), accounts.values().sum())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let bank = Bank { accounts: HashMap::new(), journal: Vec::new() };
    let bank = Arc::new(bank.into_guarded());

    println!("One after the other, all is well; but the checker has seen enough:\n");
    task::named("pay", pay(&bank, 7, 50)).await;
    let (entries, total) = task::named("audit", audit(&bank)).await;
    println!("{entries} entry, {total} in the accounts.\n");

    println!("At the same time, they wait for each other for ever:\n");
    let (payer, auditor) = (bank.clone(), bank.clone());
    let pay = tokio::spawn(task::named("pay", async move { pay(&payer, 7, 20).await }));
    let audit = tokio::spawn(task::named("audit", async move { audit(&auditor).await }));
    let both = async { _ = tokio::join!(pay, audit) };
    if timeout(Duration::from_millis(500), both).await.is_err() {
        println!("Who waits for whom, half a second later:\n\n{}\n", check::waiting());
    }
    println!("The order it has learned, for Graphviz:\n\n{}", check::graph().to_dot());
}
