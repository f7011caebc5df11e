//! Waits are counted and timed, whether they end with the lock or not.

use std::time::Duration;

use ironfence::{Guarded, Mutex, stats};
use ironfence_tests::polled::now;

use crate::{class, pass, waiting};

#[test]
fn a_wait_lasts_from_the_first_poll_that_has_to_wait_until_the_lock_is_had() {
    #[derive(Guarded, Default)]
    struct Waited {
        #[guarded(mutex)]
        journal: u32,
    }
    let waited = Waited::default().into_guarded();
    let guard = now(waited.journal.lock());
    let future = waited.journal.lock(); // no wait yet
    let before_it_waits = pass(20);
    let mut waiter = waiting(future);
    assert_eq!(class("Waited.journal").waiting, 1);
    let time = pass(5);
    assert!(class("Waited.journal").longest_wait_now >= time);
    drop(guard);
    drop(waiter.finish());
    let journal = class("Waited.journal");
    assert_eq!((journal.taken.exclusive, journal.waited, journal.waiting), (2, 1, 0));
    assert_eq!(journal.wait.count(), 1);
    assert!(journal.wait.sum() >= time, "{journal:?}");
    assert_eq!(journal.wait.max(), journal.wait.sum());
    assert!(journal.wait.p50() >= time && journal.wait.p99() <= journal.wait.max());
    assert_eq!(journal.longest_wait_now, Duration::ZERO);
    let all = journal.wait.buckets().collect::<Vec<_>>();
    let [(from, end, 1)] = all[..] else { panic!("one bucket: {all:?}") };
    assert!(from <= journal.wait.sum() && journal.wait.sum() < end);
    _ = before_it_waits;
}

#[test]
fn a_wait_that_is_given_up_is_counted_as_such() {
    #[derive(Guarded, Default)]
    struct GivenUp {
        #[guarded(rwlock)]
        accounts: u32,
    }
    let given_up = GivenUp::default().into_guarded();
    let guard = now(given_up.accounts.write());
    drop(waiting(given_up.accounts.read()));
    drop(given_up.accounts.read()); // never polled, so it did not wait
    drop(guard);
    let accounts = class("GivenUp.accounts");
    assert_eq!((accounts.given_up, accounts.waited, accounts.waiting), (1, 0, 0));
    assert_eq!(accounts.taken.all(), 1);
}

#[test]
fn an_upgrade_waits_for_readers() {
    #[derive(Guarded, Default)]
    struct Upgraded {
        #[guarded(rwlock)]
        accounts: u32,
    }
    let upgraded = Upgraded::default().into_guarded();
    let reader = now(upgraded.accounts.read());
    let upgradable = now(upgraded.accounts.upgradable_read());
    let mut upgrade = waiting(ironfence::RwLockUpgradableReadGuard::upgrade(upgradable));
    drop(reader);
    drop(upgrade.finish());
    let accounts = class("Upgraded.accounts");
    assert_eq!((accounts.taken.exclusive, accounts.waited), (1, 1));
}

#[test]
fn a_newcomer_that_takes_the_lock_before_a_waiter_has_passed_it() {
    #[derive(Guarded, Default)]
    struct Passed {
        #[guarded(mutex)]
        journal: u32,
        #[guarded(rwlock)]
        accounts: u32,
    }
    let passed = Passed::default().into_guarded();
    let passes = |name: &str| class(name).passes;
    drop((now(passed.journal.lock()), passed.journal.try_lock()));
    assert_eq!(passes("Passed.journal"), 0, "nobody waits");

    let guard = now(passed.journal.lock());
    let mut waiter = waiting(passed.journal.lock());
    assert!(passed.journal.try_lock().is_err());
    drop(guard);
    assert_eq!(passes("Passed.journal"), 0, "nobody has passed the one that was called");
    drop(passed.journal.try_lock().expect("it is free for one that can't wait"));
    assert_eq!(passes("Passed.journal"), 1);
    drop(waiter.finish());
    drop(now(passed.journal.lock()));
    assert_eq!(passes("Passed.journal"), 1, "who was called passes nobody");
    let guard = now(passed.journal.lock());
    let mut waiters = [waiting(passed.journal.lock()), waiting(passed.journal.lock())];
    drop(guard);
    for waiter in &mut waiters {
        drop(waiter.finish());
    }
    assert_eq!(passes("Passed.journal"), 1, "nor one behind whom another waits");

    let writer = now(passed.accounts.write());
    let readers = [waiting(passed.accounts.read()), waiting(passed.accounts.read())];
    drop(writer);
    drop(now(passed.accounts.read()));
    assert_eq!(passes("Passed.accounts"), 0, "a reader comes in beside readers that were called");
    for mut reader in readers {
        drop(reader.finish());
    }
    let reader = now(passed.accounts.read());
    let mut writer = waiting(passed.accounts.write());
    drop(now(passed.accounts.read_recursive()));
    assert_eq!(passes("Passed.accounts"), 1, "a recursive reader passes the writer");
    drop(reader);
    drop(writer.finish());
    let upgradable = now(passed.accounts.upgradable_read());
    let mut writer = waiting(passed.accounts.write());
    drop(now(ironfence::RwLockUpgradableReadGuard::upgrade(upgradable)));
    assert_eq!(passes("Passed.accounts"), 1, "who upgrades was in before");
    drop(writer.finish());
    let since = stats::snapshot().since(&stats::snapshot());
    assert_eq!(since.class("Passed.accounts").unwrap().passes, 0);
}

#[test]
fn those_who_wait_for_one_lock_are_counted_for_a_debug_page() {
    let (one, other) = (Mutex::new(0), Mutex::new(0));
    assert_eq!(stats::waiting_for(&one).count, 0);
    let (guard, _other) = (now(one.lock()), now(other.lock()));
    let both = (waiting(one.lock()), waiting(one.lock()));
    let third = waiting(other.lock());
    let time = pass(3);
    assert_eq!((stats::waiting_for(&one).count, stats::waiting_for(&other).count), (2, 1));
    assert!(stats::waiting_for(&one).longest >= time);
    drop((both, third, guard));
    assert_eq!(stats::waiting_for(&one), stats::Waiting::default());
}

#[test]
fn a_future_that_was_forgotten_waits_no_more_when_its_lock_is_gone() {
    #[derive(Guarded, Default)]
    struct Forgotten {
        #[guarded(mutex)]
        journal: u32,
    }
    let forgotten = Box::new(Forgotten::default().into_guarded());
    let guard = now(forgotten.journal.lock());
    // Its queue is never looked at again, as the guard is forgotten too.
    std::mem::forget(Box::pin(waiting(forgotten.journal.lock())));
    std::mem::forget(guard);
    assert_eq!(class("Forgotten.journal").waiting, 1);
    drop(forgotten);
    assert_eq!(class("Forgotten.journal").waiting, 0);
}

#[test]
fn a_stretch_of_time_is_the_difference_of_two_snapshots() {
    #[derive(Guarded, Default)]
    struct Stretch {
        #[guarded(mutex)]
        journal: u32,
    }
    let stretch = Stretch::default().into_guarded();
    let wait = |millis| {
        let guard = now(stretch.journal.lock());
        let mut waiter = waiting(stretch.journal.lock());
        pass(millis);
        drop(guard);
        drop(waiter.finish());
    };
    wait(40);
    let before = stats::snapshot();
    wait(1);
    let since = stats::snapshot().since(&before);
    let journal = since.class("Stretch.journal").expect("it was taken");
    assert_eq!((journal.taken.exclusive, journal.waited, journal.wait.count()), (2, 1, 1));
    assert!(since.over >= Duration::from_millis(1));
    let (all, first) = (class("Stretch.journal").wait, before.class("Stretch.journal").unwrap());
    assert_eq!(journal.wait.sum(), all.sum() - first.wait.sum());
    assert!(journal.wait.max() <= all.max() && journal.wait.max() >= journal.wait.p99());
    let nothing = stats::snapshot().since(&stats::snapshot());
    assert_eq!(nothing.class("Stretch.journal").unwrap().wait.max(), Duration::ZERO);
}
