//! A lock that nobody ever passes.

use std::{future::Future, task::Poll};

use ironfence::{Guarded, Mutex, RwLock, lock_pair};
use ironfence_tests::polled::{Polled, now, outlast};

/// Holds what `hold` makes and lets six futures wait for it, made in another order than polled for the first
/// time. Then all are polled after each release, called or not, the last one first: they end in the order of
/// the first polls. A newcomer that is polled before them never passes them; nor does who tries.
fn is_had_in_order<F: Future>(hold: impl Fn() -> F, is_to_be_had: impl Fn() -> bool) {
    let mut guard = Some(now(hold()));
    let mut waiting = [(); 6].map(|()| Polled::new(hold()));
    let order = [3, 0, 5, 1, 4, 2];
    for next in order {
        assert!(waiting[next].poll().is_pending(), "it is held");
    }
    let mut done = Vec::new();
    while done.len() < order.len() {
        guard = None;
        assert!(!is_to_be_had(), "somebody waits, so nobody passes");
        assert!(Polled::new(hold()).poll().is_pending(), "a newcomer comes last");
        for (index, future) in waiting.iter_mut().enumerate().rev() {
            if done.contains(&index) {
                continue;
            }
            if let Poll::Ready(taken) = future.poll() {
                assert!(guard.is_none(), "one at a time");
                done.push(index);
                guard = Some(taken);
            }
        }
        assert!(guard.is_some(), "the first one takes it");
    }
    assert_eq!(done, order);
    drop(guard);
    assert!(is_to_be_had(), "nobody waits any more");
}

#[test]
fn a_fifo_lock_is_had_in_the_order_of_the_first_polls() {
    let mutex = Mutex::fifo(());
    is_had_in_order(|| mutex.lock(), || mutex.try_lock().is_ok());
    let lock = RwLock::fifo(());
    is_had_in_order(|| lock.write(), || lock.try_write().is_ok());
    is_had_in_order(|| lock.upgradable_read(), || lock.try_upgradable_read().is_ok());
    let one_reads = RwLock::fifo_with_max_readers((), 1);
    is_had_in_order(|| one_reads.read(), || one_reads.try_read().is_ok());
    is_had_in_order(|| one_reads.write(), || one_reads.try_read().is_ok());
}

#[derive(Guarded, Default)]
#[guarded(default = mutex(fifo))]
struct Shop {
    till: u64,
    #[guarded(rwlock(fifo))]
    shelf: u64,
    #[guarded(nested)]
    office: Office,
}

#[derive(Guarded, Default)]
struct Office {
    #[guarded(rwlock(fifo))]
    books: u64,
}

#[test]
fn sets_sessions_and_pairs_of_fifo_fields_are_had_in_the_order_of_the_first_polls() {
    let shop = Shop::default().into_guarded();
    is_had_in_order(|| shop.till.lock(), || shop.till.try_lock().is_ok());
    is_had_in_order(|| shop.office.books.write(), || shop.office.books.try_read().is_ok());
    let set = || shop.locks().write_shelf().lock_till().office(OfficeLocks::write_books);
    is_had_in_order(|| set().into_future(), || set().try_now().is_some());
    is_had_in_order(
        || shop.locks().lock_all().into_future(),
        || shop.locks().lock_all().try_now().is_some(),
    );
    is_had_in_order(
        || async { shop.session().write_shelf().await.0 },
        || shop.shelf.try_write().is_ok(),
    );
    is_had_in_order(
        || async {
            let (till, session) = shop.session().lock_till().await;
            let (shelf, session) = session.write_shelf().await;
            (till, shelf, session.office().write_books().await.0)
        },
        || set().try_now().is_some(),
    );
    let both = || lock_pair(shop.till.lock(), shop.shelf.write());
    is_had_in_order(both, || shop.till.try_lock().is_ok() && shop.shelf.try_write().is_ok());
}

#[test]
fn a_set_waits_in_order_for_each_of_its_locks() {
    let shop = Shop::default().into_guarded();
    let shelf = now(shop.shelf.write());
    let mut before = Polled::queued(shop.shelf.write());
    // It has the till, and stands behind the one before it.
    let mut set = Polled::queued(shop.locks().lock_till().write_shelf().into_future());
    let mut after = Polled::queued(shop.shelf.write());
    assert!(shop.till.is_locked(), "the set has it");
    drop(shelf);
    assert!(after.poll().is_pending() && set.poll().is_pending(), "one is before them");
    drop(before.finish());
    assert!(after.poll().is_pending(), "the set is before it");
    drop(set.finish());
    drop(after.finish());
}

#[test]
fn few_readers_of_a_fifo_lock_come_in_together_and_nobody_passes_the_writer() {
    let lock = RwLock::fifo_with_max_readers((), 2);
    let both = (now(lock.read()), now(lock.read()));
    let mut third = Polled::queued(lock.read());
    let mut writer = Polled::queued(lock.write());
    let mut last = Polled::queued(lock.read());
    drop(both.0);
    assert!(last.poll().is_pending() && lock.try_read().is_err(), "others come first");
    let third = third.finish();
    drop(both.1);
    assert!(last.poll().is_pending() && lock.try_read().is_err(), "the writer comes first");
    drop(third);
    drop(writer.finish());
    drop(last.finish());
}

#[test]
fn nobody_tries_a_fifo_rwlock_that_somebody_waits_for() {
    let lock = RwLock::fifo(());
    let guard = now(lock.write());
    let mut writer = Polled::queued(lock.write());
    drop(guard);
    assert!(lock.try_write().is_err() && lock.try_upgradable_read().is_err());
    assert!(lock.try_read().is_err(), "the writer comes first");
    let mut reader = Polled::queued(lock.read());
    let guard = writer.finish();
    drop(guard);
    assert!(lock.try_write().is_err(), "the reader comes first");
    let reading = reader.finish();
    assert!(lock.try_read().is_ok(), "nobody waits");
    drop(reading);
    assert!(lock.try_write().is_ok(), "nobody waits");
}

#[test]
fn a_silent_waiter_keeps_nobody_out_of_a_fifo_mutex() {
    let mutex = Mutex::fifo(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    assert!(mutex.try_lock().is_err(), "somebody waits");
    drop(outlast(mutex.lock()));
    assert!(mutex.try_lock().is_ok(), "it was given up");
    drop(silent);
}
