//! Holds are timed if one asks for it, however the lock was taken and let go.

use ironfence::{Guarded, MutexGuard, lock_pair, stats};
use ironfence_tests::polled::now;

use crate::{class, pass};

#[derive(Guarded, Default)]
struct Timed {
    #[guarded(rwlock)]
    accounts: u32,
    #[guarded(mutex)]
    journal: (u32, u32),
    #[guarded(mutex)]
    set: u32,
    #[guarded(mutex)]
    pair: u32,
    #[guarded(mutex)]
    split: (u32, u32),
}

/// One test, as the setting is one for all.
#[test]
fn each_hold_is_timed_from_the_acquisition_to_the_release() {
    let timed = Timed::default().into_guarded();
    drop(now(timed.accounts.read()));
    assert_eq!(class("Timed.accounts").hold.count(), 0, "at first none is timed");

    stats::time_holds(1);
    let guard = now(timed.accounts.write());
    let time = pass(3);
    let guard = guard.downgrade();
    pass(3);
    drop(guard);
    let hold = class("Timed.accounts").hold;
    assert_eq!(hold.count(), 1);
    assert!(hold.sum() >= 2 * time, "a downgrade is the same hold: {hold:?}");

    let mapped = MutexGuard::map(now(timed.journal.lock()), |pair| &mut pair.0);
    drop(mapped);
    assert_eq!(class("Timed.journal").hold.count(), 1);

    let held = now(async { timed.locks().lock_set().lock_journal().await });
    let time = pass(3);
    drop(held);
    let hold = class("Timed.set").hold;
    assert!(hold.count() == 1 && hold.sum() >= time, "{hold:?}");

    let other = Timed::default().into_guarded();
    let pair = now(lock_pair(&timed.pair, &other.pair)).expect("two locks");
    let time = pass(3);
    drop(pair);
    let hold = class("Timed.pair").hold;
    assert!(hold.count() == 2 && hold.sum() >= 2 * time, "{hold:?}");

    let (left, right) = MutexGuard::split(now(timed.split.lock()), |it| (&mut it.0, &mut it.1));
    drop(right);
    drop(left);
    assert_eq!(class("Timed.split").hold.count(), 1, "one hold in two parts");

    stats::time_holds(4);
    let before = class("Timed.accounts").hold.count();
    (0..100).for_each(|_| drop(now(timed.accounts.read())));
    let timed_now = class("Timed.accounts").hold.count() - before;
    assert!((24..=26).contains(&timed_now), "one in four of a hundred: {timed_now}");

    stats::time_holds(0);
    let before = class("Timed.accounts").hold.count();
    (0..100).for_each(|_| drop(now(timed.accounts.read())));
    assert_eq!(class("Timed.accounts").hold.count(), before);
}
