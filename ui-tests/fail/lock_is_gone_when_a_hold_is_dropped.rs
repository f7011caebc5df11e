//! What holds a lock or waits for it looks at the lock when it is dropped, so it is dropped before.

#![forbid(unsafe_code)]

use std::sync::Arc;

use ironfence::{
    ArcField, Guarded, MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard, OwnedRwLockReadGuard,
    RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, lock_pair,
};

#[derive(Guarded)]
struct Bank {
    #[guarded(mutex)]
    journal: Vec<u32>,
}

fn a_guard() {
    let guard;
    let mutex = Mutex::new(1);
    guard = mutex.blocking_lock();
    _ = &guard;
}

fn a_guard_of_a_part() {
    let guard: MappedMutexGuard<'_, u32>;
    let mutex = Mutex::new((1, 2));
    guard = MutexGuard::map(mutex.blocking_lock(), |pair| &mut pair.0);
    _ = &guard;
}

fn a_read_guard() {
    let guard: RwLockReadGuard<'_, u32>;
    let lock = RwLock::new(1);
    guard = lock.blocking_read();
    _ = &guard;
}

fn an_upgradable_guard() {
    let guard: RwLockUpgradableReadGuard<'_, u32>;
    let lock = RwLock::new(1);
    guard = lock.blocking_upgradable_read();
    _ = &guard;
}

fn a_future() {
    let future;
    let mutex = Mutex::new(1);
    future = mutex.lock();
    _ = &future;
}

fn with() {
    let future;
    let mutex = Mutex::new(1);
    future = mutex.with(|value| *value);
    _ = &future;
}

fn a_pair() {
    let future;
    let (one, other) = (Mutex::new(1), RwLock::new(1));
    future = lock_pair(&one, other.read());
    _ = &future;
}

fn a_snapshot() {
    let future;
    let bank = Bank { journal: vec![] }.into_guarded();
    future = bank.snapshot();
    _ = &future;
}

fn a_set() {
    let future;
    let bank = Bank { journal: vec![] }.into_guarded();
    future = bank.locks().lock_journal().into_future();
    _ = &future;
}

async fn the_guards_of_a_set() {
    let held;
    let bank = Bank { journal: vec![] }.into_guarded();
    held = bank.locks().lock_journal().await;
    _ = &held;
}

fn a_step_of_a_session() {
    let future;
    let bank = Bank { journal: vec![] }.into_guarded();
    future = bank.session().lock_journal();
    _ = &future;
}

fn an_owner_whose_value_borrows() {
    let guard;
    let text = String::from("gone");
    guard = Arc::new(Mutex::new(&*text)).blocking_lock_owned();
    _ = &guard;
}

fn an_owner_of_a_part_whose_value_borrows() {
    let guard;
    let text = String::from("gone");
    let whole = Arc::new(Mutex::new((&*text, 1))).blocking_lock_owned();
    guard = OwnedMutexGuard::map(whole, |pair| &mut pair.1);
    _ = &guard;
}

fn an_owner_that_is_read_and_borrows() {
    let guard: OwnedRwLockReadGuard<_>;
    let text = String::from("gone");
    guard = Arc::new(RwLock::new(&*text)).blocking_read_owned();
    _ = &guard;
}

fn a_field_whose_owner_borrows() {
    let guard;
    let text = String::from("gone");
    let owner = Arc::new((&*text, Mutex::new(1)));
    guard = ArcField::new(owner, |owner| &owner.1).blocking_lock();
    _ = &guard;
}

fn main() {}
