//! All that one task may do with one lock, drawn at random; and programs of such tasks.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::{
    draw, explore,
    ledger::{Ledger, Pages, mutex_is_as_new},
    one_in,
    tasks::{Either, all_at_once, give_up, join, pause, rest, run, select},
};
use crate::{Mutex, RwLockUpgradableReadGuard, RwLockWriteGuard, UpgradableGuard};

/// A task of a few acts.
fn task(ledger: &Arc<Ledger>) -> Box<dyn FnOnce() + Send> {
    let ledger = ledger.clone();
    Box::new(move || {
        for _ in 0..=draw(3) {
            run(act(&ledger));
        }
    })
}

/// The same of one who never upgrades. An upgrade goes in front of all who wait, so beside it nobody
/// promises that the readers in front come in together.
pub(super) fn visitor(ledger: &Arc<Ledger>) -> Box<dyn FnOnce() + Send> {
    let ledger = ledger.clone();
    Box::new(move || {
        for _ in 0..=draw(3) {
            run(visit(&ledger));
        }
    })
}

async fn visit(ledger: &Ledger) {
    let lock = &*ledger.lock;
    match draw(5) {
        0 => read(ledger).await,
        1 => lock.with_write(|pages| ledger.write(pages)).await,
        2 => split(ledger, lock.write().await).await,
        3 => drop(give_up(lock.write()).await),
        _ => drop(give_up(lock.read()).await),
    }
}

/// So many tasks at once, to their ends.
pub(super) fn tasks(ledger: &Arc<Ledger>, count: u32) {
    all_at_once((0..count).map(|_| task(ledger)).collect());
}

async fn act(ledger: &Ledger) {
    match draw(5) {
        0 => write(ledger).await,
        1 => read(ledger).await,
        2 => upgrade(ledger).await,
        3 => leave(ledger).await,
        _ => combine(ledger).await,
    }
}

async fn write(ledger: &Ledger) {
    let lock = &*ledger.lock;
    match draw(5) {
        0 => {
            if let Ok(mut guard) = lock.try_write() {
                ledger.write(&mut guard);
            }
        }
        1 => lock.with_write(|pages| ledger.write(pages)).await,
        2 => split(ledger, lock.write().await).await,
        3 => downgrade(ledger, lock.write().await).await,
        _ => {
            let mut guard = lock.write().await;
            if one_in(2) {
                rest().await;
            }
            ledger.write(&mut guard);
        }
    }
}

/// Each part writes its page; the last one releases.
async fn split(ledger: &Ledger, guard: RwLockWriteGuard<'_, Pages>) {
    let (mut one, mut other) = RwLockWriteGuard::split(guard, |pages| (&mut pages.0, &mut pages.1));
    ledger.turn(&mut one);
    if one_in(2) {
        drop(one);
        rest().await;
        ledger.turn(&mut other);
    } else {
        ledger.turn(&mut other);
        drop(one);
        pause();
    }
    ledger.is_written();
    drop(other);
}

async fn downgrade(ledger: &Ledger, mut guard: RwLockWriteGuard<'_, Pages>) {
    ledger.write(&mut guard);
    if one_in(2) {
        let guard = guard.downgrade();
        ledger.read(&guard);
    } else {
        settle(ledger, RwLockWriteGuard::downgrade_to_upgradable(guard)).await;
    }
}

async fn read(ledger: &Ledger) {
    let lock = &*ledger.lock;
    match draw(5) {
        0 => {
            if let Ok(guard) = lock.try_read() {
                ledger.read_beside_others(&guard);
            }
        }
        1 => lock.with_read(|pages| ledger.read(pages)).await,
        2 if !ledger.is_limited() => {
            let outer = lock.read().await;
            rest().await;
            let inner = lock.read_recursive().await;
            ledger.read(&inner);
            drop((outer, inner));
        }
        3 => {
            if let Ok(guard) = lock.try_read_recursive() {
                ledger.read_beside_others(&guard);
            }
        }
        _ => {
            let guard = lock.read().await;
            if one_in(2) {
                rest().await;
            }
            ledger.read_beside_others(&guard);
        }
    }
}

async fn upgrade(ledger: &Ledger) {
    let guard = if one_in(3) {
        match ledger.lock.try_upgradable_read() {
            Ok(guard) => guard,
            Err(_) => return,
        }
    } else {
        ledger.lock.upgradable_read().await
    };
    settle(ledger, guard).await;
}

/// What may become of an upgradable hold.
async fn settle(ledger: &Ledger, guard: RwLockUpgradableReadGuard<'_, Pages>) {
    ledger.read(&guard);
    match draw(5) {
        0 => drop(guard),
        1 => ledger.read(&UpgradableGuard::downgrade(guard)),
        2 => {
            if let Ok(mut guard) = UpgradableGuard::try_upgrade(guard) {
                ledger.write(&mut guard);
            }
        }
        3 => {
            if let Some(mut guard) = give_up(UpgradableGuard::upgrade(guard)).await {
                ledger.write(&mut guard);
            }
        }
        _ => {
            let mut guard = UpgradableGuard::upgrade(guard).await;
            ledger.write(&mut guard);
        }
    }
}

/// Asks, and goes away unless it has the lock soon.
async fn leave(ledger: &Ledger) {
    let lock = &*ledger.lock;
    match draw(3) {
        0 => {
            if let Some(mut guard) = give_up(lock.write()).await {
                ledger.write(&mut guard);
            }
        }
        1 => {
            if let Some(guard) = give_up(lock.read()).await {
                ledger.read_beside_others(&guard);
            }
        }
        _ => {
            if let Some(guard) = give_up(lock.upgradable_read()).await {
                settle(ledger, guard).await;
            }
        }
    }
}

/// Two waiters in one task.
async fn combine(ledger: &Ledger) {
    let lock = &*ledger.lock;
    match draw(4) {
        0 => join(write(ledger), read(ledger)).await,
        1 => join(Box::pin(upgrade(ledger)), leave(ledger)).await,
        2 => match select(lock.write(), lock.read()).await {
            Either::One(mut guard) => ledger.write(&mut guard),
            Either::Other(guard) => ledger.read_beside_others(&guard),
        },
        _ => match select(lock.read(), write(ledger)).await {
            Either::One(guard) => ledger.read_beside_others(&guard),
            Either::Other(()) => {}
        },
    }
}

fn tasks_share(ledger: &Arc<Ledger>, count: u32) {
    tasks(ledger, count);
    ledger.close();
}

#[test]
fn two_tasks_share_a_lock_in_every_way() {
    explore(|| tasks_share(&Ledger::new(), 2));
}

#[test]
fn four_tasks_share_a_lock_in_every_way() {
    explore(|| tasks_share(&Ledger::new(), 4));
}

#[test]
fn one_or_two_may_read_at_once() {
    explore(|| tasks_share(&Ledger::with_max_readers(1 + draw(2) as usize), 3));
}

/// The mutex is the same lock, seen from one side.
#[test]
fn three_tasks_share_a_mutex() {
    explore(|| {
        let mutex = Arc::new(Mutex::new(0_u64));
        let written = Arc::new(AtomicU64::new(0));
        let task = || -> Box<dyn FnOnce() + Send> {
            let (mutex, written) = (mutex.clone(), written.clone());
            Box::new(move || {
                for _ in 0..=draw(4) {
                    let guard = match draw(5) {
                        0 => mutex.try_lock().ok(),
                        1 => run(give_up(mutex.lock())),
                        2 => Some(mutex.blocking_lock()),
                        _ => Some(run(mutex.lock())),
                    };
                    if let Some(mut guard) = guard {
                        let before = *guard;
                        pause();
                        *guard = before + 1;
                        written.fetch_add(1, Ordering::Relaxed);
                    }
                }
            })
        };
        all_at_once(vec![task(), task(), task()]);
        let written = written.load(Ordering::Relaxed);
        assert_eq!(*mutex.try_lock().expect("all guards are gone"), written, "none is lost");
        mutex_is_as_new(&mutex);
    });
}
