//! Locks with a strict order: by the field, by the struct, beside other people's.

use ironfence::{Guarded, Mutex, RwLock};

#[derive(Guarded)]
#[guarded(default = rwlock(fifo))]
struct Bank<T> {
    accounts: Vec<T>,
    #[guarded(mutex(fifo,))]
    journal: T,
    #[guarded(rwlock)]
    names: T,
    #[guarded(nested)]
    pair: Pair,
}

#[derive(Guarded)]
struct Pair(#[guarded(mutex(fifo))] u8, #[guarded(rwlock(fifo))] u8);

#[derive(Guarded)]
#[guarded(with(mutex = tokio::sync::Mutex))]
struct Mixed {
    #[guarded(mutex)]
    theirs: u8,
    #[guarded(rwlock(fifo))]
    ours: u8,
}

fn main() {
    let pair = Pair(1, 2);
    let bank = Bank { accounts: vec![1], journal: 2, names: 3, pair }.into_guarded();
    let _: (&RwLock<Vec<i32>>, &Mutex<i32>) = (&bank.accounts, &bank.journal);
    assert_eq!(*bank.locks().lock_journal().read_names().blocking().names, 3);
    assert_eq!(bank.into_inner().pair.1, 2);
    let mixed = Mixed { theirs: 1, ours: 2 }.into_guarded();
    let _: (&tokio::sync::Mutex<u8>, &RwLock<u8>) = (&mixed.theirs, &mixed.ours);
    assert_eq!(mixed.into_inner().ours, 2);
}
