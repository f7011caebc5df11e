//! A waiter that was called and is then never polled again: nobody who comes later sleeps for ever.

use super::{acts::tasks, draw, explore, ledger::Ledger, tasks::queued};
use std::{any::Any, pin::Pin, sync::Arc};

/// A waiter of any kind, asleep behind one who holds the lock, and called by that one's release.
fn called_and_silent(ledger: &Arc<Ledger>) -> Pin<Box<dyn Any>> {
    let lock = &ledger.lock;
    let holding = lock.try_write().expect("nobody has it");
    let silent: Pin<Box<dyn Any>> = match draw(3) {
        0 => queued(lock.clone().write_owned()),
        1 => queued(lock.clone().read_owned()),
        _ => queued(lock.clone().upgradable_read_owned()),
    };
    drop(holding);
    silent
}

#[test]
fn a_called_waiter_that_is_silent_keeps_nobody_asleep_who_comes_later() {
    explore(|| {
        let ledger = Ledger::new();
        let silent = called_and_silent(&ledger);
        tasks(&ledger, 2 + draw(2));
        drop(silent);
        ledger.close();
    });
}

#[test]
fn a_silent_waiter_keeps_nobody_asleep_at_a_lock_with_a_limit() {
    explore(|| {
        let ledger = Ledger::with_max_readers(1 + draw(2) as usize);
        let silent = called_and_silent(&ledger);
        tasks(&ledger, 2 + draw(2));
        drop(silent);
        ledger.close();
    });
}
