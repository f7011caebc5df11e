//! 4. The lock belongs to a future that nobody polls no longer than others are patient.

use ironfence::{Mutex, MutexGuard, RwLock};
use ironfence_tests::{
    polled::{Polled, now, outlast, poll_once},
    watchdog::must_end,
};

/// A free mutex, and a waiter that was called and has not answered.
fn called(mutex: &Mutex<()>) -> Polled<impl Future<Output = MutexGuard<'_, ()>>> {
    let guard = now(mutex.lock());
    let waiting = Polled::queued(mutex.lock());
    drop(guard);
    assert!(waiting.is_woken(), "the release calls it");
    waiting
}

#[test]
fn a_released_lock_is_free_for_who_tries_although_a_waiter_was_woken() {
    let mutex = Mutex::new(());
    let mut waiting = called(&mutex);
    for _ in 0..100 {
        drop(mutex.try_lock().expect("a free lock can be tried"));
    }
    drop(waiting.finish());
}

#[test]
fn a_silent_waiter_keeps_no_newcomer_out() {
    let mutex = Mutex::new(());
    let mut silent = called(&mutex);
    drop(outlast(mutex.lock()));
    drop(silent.finish());
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_silent_waiter_keeps_no_thread_out() {
    must_end(|| {
        let mutex = Mutex::new(());
        let silent = called(&mutex);
        drop(mutex.blocking_lock());
        drop(silent);
    });
}

#[test]
fn a_queued_waiter_that_is_polled_keeps_watch_woken_or_not() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let front = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    assert!(front.is_woken() && !behind.is_woken());
    assert!(behind.poll().is_pending(), "the front comes first");
    assert!(behind.is_woken(), "and it looks after that one from now on");
    drop(behind.outlast());
    drop(front);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_silent_writer_keeps_out_newcomers_of_no_kind() {
    fn outlasts<G>(newcomer: impl for<'a> FnOnce(&'a RwLock<()>) -> G) {
        let lock = RwLock::new(());
        let guard = now(lock.write());
        let mut silent = Polled::queued(lock.write());
        drop(guard);
        newcomer(&lock);
        drop(silent.finish());
        assert!(lock.try_write().is_ok(), "nothing is left behind");
    }
    outlasts(|lock| drop(outlast(lock.read())));
    outlasts(|lock| drop(outlast(lock.write())));
    outlasts(|lock| drop(outlast(lock.upgradable_read())));
    outlasts(|lock| drop(now(lock.read_recursive())));
}

#[test]
fn a_silent_waiter_keeps_nobody_asleep_once_a_newcomer_is_there() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut behind = [Polled::queued(mutex.lock()), Polled::queued(mutex.lock())];
    drop(guard);
    assert!(silent.is_woken() && !behind[0].is_woken(), "the front is woken and does not answer");
    let mut newcomer = Polled::queued(mutex.lock());
    newcomer.watch_until(|| behind[0].is_woken());
    drop(behind[0].finish());
    assert!(behind[1].is_woken(), "the release calls the next");
    drop(behind[1].finish());
    drop(newcomer.finish());
    assert!(poll_once(mutex.lock()).is_ready(), "nobody waits for the silent one any more");
    drop(silent);
}

#[test]
fn one_that_falls_asleep_after_the_silent_one_was_woken_is_woken_by_the_next_release() {
    let mutex = Mutex::new(());
    let silent = called(&mutex);
    let passing = mutex.try_lock().unwrap();
    let mut behind = Polled::queued(mutex.lock());
    assert!(!behind.is_woken(), "the lock is held, so it sleeps");
    drop(passing);
    assert!(behind.is_woken(), "no further release is needed");
    drop(behind.finish());
    drop(silent);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn one_that_is_polled_in_its_stead_is_woken_by_the_next_release() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut other = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    assert!(
        other.poll().is_pending(),
        "its task was woken for the silent one, and somebody passed"
    );
    assert!(!other.is_woken(), "the lock is held, so it sleeps");
    drop(passing);
    assert!(other.is_woken(), "no further release is needed");
    drop(other.finish());
    drop(silent);
}

#[test]
fn one_that_watches_is_woken_by_the_next_release_when_somebody_passes() {
    let mutex = Mutex::new(());
    let silent = called(&mutex);
    let mut watching = Polled::queued(mutex.lock());
    let passing = mutex.try_lock().unwrap();
    let before = watching.wakes();
    assert!(watching.poll().is_pending(), "somebody passed");
    assert_eq!(watching.wakes(), before, "the lock is held, so it sleeps");
    drop(passing);
    assert!(watching.wakes() > before, "no further release is needed");
    drop(watching.finish());
    drop(silent);
}

#[test]
fn what_the_one_that_gave_up_was_owed_is_owed_to_the_next() {
    let mutex = Mutex::new(());
    let mut first = called(&mutex);
    let passing = mutex.try_lock().unwrap();
    assert!(first.poll().is_pending(), "somebody passed");
    drop(first);
    let mut second = Polled::queued(mutex.lock());
    drop(passing);
    assert!(second.is_woken());
    assert!(poll_once(mutex.lock()).is_pending(), "nobody passes it");
    drop(second.finish());
    assert!(poll_once(mutex.lock()).is_ready(), "nobody waits");
}

#[test]
fn each_silent_waiter_is_waited_for_once() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut silent = [(); 3].map(|()| Polled::queued(mutex.lock()));
    drop(guard);
    let guard = outlast(mutex.lock());
    assert_eq!(silent.each_ref().map(Polled::wakes), [1; 3], "each had its turn, in vain");
    drop(guard);
    for _ in 0..1000 {
        drop(now(mutex.lock())); // at the first poll
    }
    for late in &mut silent {
        drop(late.finish());
    }
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_watch_that_is_given_up_is_handed_to_the_front() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    let mut watching = Polled::queued(mutex.lock());
    assert!(watching.poll().is_pending(), "others may rely on it now");
    drop(watching);
    assert!(behind.is_woken(), "it keeps watch instead");
    drop(behind.outlast());
    drop(silent);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

/// `relieved` sleeps because `watching` keeps watch. Once that is gone, the release of the one that passed has to
/// call `relieved`.
#[test]
fn a_watch_that_is_given_up_while_another_has_passed_is_made_up_for_by_its_release() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = [(); 2].map(|()| Polled::queued(mutex.lock()));
    drop(guard);
    let [mut watching, mut relieved] = [(); 2].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending() && relieved.poll().is_pending());
    drop(mutex.try_lock().unwrap());
    assert!(silent.iter().all(Polled::is_woken), "the first release calls the next one");
    let passing = mutex.try_lock().unwrap();
    let before = relieved.wakes();
    drop(watching);
    assert_eq!(relieved.wakes(), before, "the lock is held");
    drop(passing);
    assert!(relieved.wakes() > before, "nobody else would wake it");
    drop(relieved.outlast());
    drop(silent);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_newcomer_that_sleeps_for_another_one_keeps_watch_is_woken_when_that_one_goes() {
    let mutex = Mutex::new(());
    let silent = called(&mutex);
    let [mut watching, mut relieved] = [(); 2].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending());
    let before = relieved.wakes();
    assert!(relieved.poll().is_pending());
    assert_eq!(relieved.wakes(), before, "the other one keeps watch, so it sleeps");
    drop(watching);
    assert!(relieved.wakes() > before, "nobody keeps watch any more");
    drop(relieved.outlast());
    drop(silent);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

/// One that has looked, while the other one began to keep watch, goes on when that ends by itself.
#[test]
fn a_watch_is_taken_over_when_its_owner_falls_asleep() {
    let mutex = Mutex::new(());
    let silent = called(&mutex);
    let [mut watching, mut looking] = [(); 2].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending());
    let passing = mutex.try_lock().expect("a free lock can be tried");
    assert!(watching.poll().is_pending(), "somebody holds it");
    drop(passing); // `watching` is called
    drop(looking.outlast());
    drop((silent, watching));
}

#[test]
fn a_watch_is_taken_over_when_its_owner_has_its_turn() {
    let mutex = Mutex::new(());
    let mut front = called(&mutex);
    let [mut watching, silent, mut looking] = [(); 3].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending());
    drop(front.finish());
    drop(watching.finish()); // `silent` is called
    drop(looking.outlast());
    drop(silent);
}

#[test]
fn a_watch_is_taken_over_when_its_owner_is_called_and_goes_away() {
    let mutex = Mutex::new(());
    let front = called(&mutex);
    let [mut watching, silent, mut looking] = [(); 3].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending());
    drop(front); // `watching` is called
    drop(watching); // `silent` is
    drop(looking.outlast());
    drop(silent);
}

/// The one that is called next may be silent too.
#[test]
fn a_watch_is_handed_to_one_that_sleeps_when_its_owner_is_called_and_goes_away() {
    let mutex = Mutex::new(());
    let front = called(&mutex);
    let [mut watching, silent, mut relieved] = [(); 3].map(|()| Polled::queued(mutex.lock()));
    assert!(watching.poll().is_pending());
    let before = relieved.wakes();
    assert!(relieved.poll().is_pending());
    assert_eq!(relieved.wakes(), before, "the other one keeps watch, so it sleeps");
    drop((front, watching)); // `silent` is called
    assert!(relieved.wakes() > before, "nobody keeps watch any more");
    drop(relieved.outlast());
    drop(silent);
}

#[test]
fn a_silent_waiter_that_wakes_up_late_keeps_its_place() {
    let mutex = Mutex::new(());
    let mut late = called(&mutex);
    let passing = mutex.try_lock().unwrap();
    let behind = Polled::queued(mutex.lock());
    assert!(late.poll().is_pending(), "the lock is held");
    drop(passing);
    assert_eq!(late.wakes(), 2, "it is in front again");
    assert!(!behind.is_woken());
    drop(late.finish());
}
