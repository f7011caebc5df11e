//! Each acquisition is counted, once, by how it was taken.

use std::{sync::Arc, thread};

use ironfence::{Guarded, Mutex, RwLock, RwLockUpgradableReadGuard, lock_pair, stats};
use ironfence_tests::polled::now;

use crate::class;

#[test]
fn acquisitions_are_counted_by_how_they_are_taken() {
    #[derive(Guarded, Default)]
    struct Counted {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let counted = Counted::default().into_guarded();
    drop(now(counted.accounts.read()));
    drop(now(counted.accounts.read_recursive()));
    drop(counted.accounts.try_read());
    drop(counted.accounts.blocking_read());
    drop(now(counted.accounts.write()));
    let upgradable = now(counted.accounts.upgradable_read());
    drop(now(RwLockUpgradableReadGuard::upgrade(upgradable)));
    let held = now(counted.journal.lock());
    assert!(counted.journal.try_lock().is_err(), "which counts nothing");
    drop(held);
    let accounts = class("Counted.accounts").taken;
    assert_eq!((accounts.shared, accounts.exclusive, accounts.upgradable), (4, 2, 1));
    assert_eq!(accounts.all(), 7);
    let journal = class("Counted.journal");
    assert_eq!((journal.taken.exclusive, journal.waited, journal.given_up), (1, 0, 0));
    assert_eq!(journal.share_that_waited(), 0.0);
}

#[test]
fn sets_pairs_sessions_and_snapshots_count_each_of_their_locks() {
    #[derive(Guarded, Clone, Default)]
    struct Several {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let (one, other) = (Several::default().into_guarded(), Several::default().into_guarded());
    drop(now(async { one.locks().lock_journal().write_accounts().await }));
    drop(one.locks().read_accounts().try_now());
    drop(now(lock_pair(one.accounts.write(), other.accounts.read())));
    now(async {
        let (accounts, session) = one.session().read_accounts().await;
        let (journal, _) = session.lock_journal().await;
        drop((accounts, journal));
        one.snapshot().await
    });
    let (accounts, journal) = (class("Several.accounts").taken, class("Several.journal").taken);
    assert_eq!((accounts.exclusive, accounts.shared), (2, 4));
    assert_eq!(journal.exclusive, 3);
}

#[test]
fn what_threads_have_counted_is_there_when_they_have_ended() {
    #[derive(Guarded, Default)]
    struct Threads {
        #[guarded(mutex)]
        sum: u64,
    }
    let threads = Arc::new(Threads::default().into_guarded());
    for _ in 0..3 {
        let all = (0..8).map(|_| {
            let threads = threads.clone();
            thread::spawn(move || (0..1000).for_each(|_| *threads.sum.blocking_lock() += 1))
        });
        all.collect::<Vec<_>>().into_iter().for_each(|thread| thread.join().unwrap());
    }
    assert_eq!(*threads.sum.blocking_lock(), 24_000);
    assert_eq!(class("Threads.sum").taken.exclusive, 24_001);
}

#[test]
fn a_lock_is_taken_while_its_thread_ends() {
    #[derive(Guarded, Default)]
    struct AtTheEnd {
        #[guarded(mutex)]
        ends: u64,
    }
    struct Last(Arc<AtTheEndGuarded>);
    impl Drop for Last {
        fn drop(&mut self) {
            *self.0.ends.blocking_lock() += 1;
        }
    }
    thread_local! {
        static LAST: std::cell::RefCell<Option<Last>> = const { std::cell::RefCell::new(None) };
    }
    let at_the_end = Arc::new(AtTheEnd::default().into_guarded());
    let last = Last(at_the_end.clone());
    // Its destructor runs after that of what this thread has counted, which is first used later.
    thread::spawn(move || {
        LAST.with_borrow_mut(|it| *it = Some(last));
        drop(Mutex::new(0).blocking_lock());
    })
    .join()
    .unwrap();
    assert_eq!(*at_the_end.ends.blocking_lock(), 1);
    assert_eq!(class("AtTheEnd.ends").taken.exclusive, 2);
}

#[test]
fn locks_outside_of_twins_go_by_where_they_are_made_or_by_their_names() {
    let here = line!() + 1;
    let lock = RwLock::new(0);
    drop(now(lock.read()));
    let name = format!("the lock made at {}:{here}:16", file!());
    assert_eq!(class(&name).taken.shared, 1);
    let named = Mutex::new(0);
    stats::name(&named, "page cache");
    drop(now(named.lock()));
    assert_eq!(class("page cache").taken.exclusive, 1);
}

/// The checker, which is for development, adds words of its own.
#[cfg(not(feature = "check"))]
#[test]
fn locks_and_guards_grow_by_so_much() {
    let word = size_of::<usize>();
    assert_eq!(size_of::<Mutex<()>>(), 16 + 3 * word);
    let guard = size_of::<ironfence::MutexGuard<'_, ()>>();
    assert_eq!(guard, 16 + word);
}

#[test]
fn a_label_is_what_a_lock_is_called() {
    #[derive(Guarded, Default)]
    #[guarded(label = "Shop")]
    struct Labelled {
        #[guarded(rwlock)]
        accounts: u32,
        #[guarded(mutex, label = "the \"journal\"")]
        journal: u32,
    }
    #[derive(Guarded, Default)]
    struct Other(#[guarded(mutex(fifo), label = "Shop.accounts")] u32);

    let (labelled, other) = (Labelled::default().into_guarded(), Other::default().into_guarded());
    drop((now(labelled.accounts.write()), now(labelled.journal.lock()), now(other.0.lock())));
    assert_eq!(class("the \"journal\"").taken.exclusive, 1);
    assert_eq!(
        class("Shop.accounts").taken.exclusive,
        2,
        "all locks of a name are counted together"
    );
    let snapshot = ironfence::stats::snapshot();
    assert!(snapshot.classes.iter().all(|class| !class.name.starts_with("Labelled")));
}
