//! Owned guards of the fields of what an `Arc` keeps alive.

use std::{
    mem::size_of_val,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use ironfence::{
    ArcField, ArcFieldMutexGuard, ArcFieldReadGuard, ArcFieldUpgradableReadGuard,
    ArcFieldWriteGuard, ExclusiveGuard, Guarded, Mutex, RwLock, SharedGuard, UpgradableGuard,
    futures, lock_pair,
};
use ironfence_tests::{
    allocations::allocations,
    polled::{Polled, now, poll_once},
};

#[derive(Guarded)]
struct Bank {
    #[guarded(rwlock)]
    accounts: (i64, i64),
    #[guarded(mutex)]
    journal: Vec<&'static str>,
    /// Counts itself when the bank is dropped.
    closed: Closed,
}

struct Closed(Arc<AtomicUsize>);

impl Drop for Closed {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

type SharedBank = Arc<<Bank as Guarded>::Twin>;

/// A bank, and how often it was dropped.
fn bank() -> (SharedBank, Arc<AtomicUsize>) {
    let closed = Arc::new(AtomicUsize::new(0));
    let bank = Bank { accounts: (1, 2), journal: Vec::new(), closed: Closed(closed.clone()) };
    (Arc::new(bank.into_guarded()), closed)
}

fn journal(bank: &SharedBank) -> ArcField<<Bank as Guarded>::Twin, Mutex<Vec<&'static str>>> {
    ArcField::new(bank.clone(), |bank| &bank.journal)
}

fn accounts(bank: &SharedBank) -> ArcField<<Bank as Guarded>::Twin, RwLock<(i64, i64)>> {
    ArcField::new(bank.clone(), |bank| &bank.accounts)
}

#[tokio::test]
async fn a_guard_goes_into_a_spawned_task() {
    let (bank, closed) = bank();
    let mut guard = journal(&bank).lock().await;
    let clerk = tokio::spawn(async move {
        tokio::task::yield_now().await;
        guard.push("opened");
    });
    assert!(bank.journal.try_lock().is_err(), "the task holds it");
    clerk.await.unwrap();
    assert_eq!(*bank.journal.lock().await, ["opened"]);
    drop(bank);
    assert_eq!(closed.load(Ordering::Relaxed), 1, "nothing keeps it alive any more");
}

#[test]
fn a_guard_a_part_and_a_future_keep_the_owner_alive() {
    let (bank, closed) = bank();
    let guard = now(accounts(&bank).write());
    let (mut left, right) = ExclusiveGuard::split(guard, |both| (&mut both.0, &mut both.1));
    let field = accounts(&bank);
    drop(bank);
    let mut waiting = Polled::queued(field.read());
    drop(field);
    *left += 10;
    drop(left);
    assert!(!waiting.is_woken(), "the other part is held");
    drop(right);
    assert!(waiting.is_woken(), "the last part releases");
    let reading = waiting.finish();
    assert_eq!((reading.0, reading.1, closed.load(Ordering::Relaxed)), (11, 2, 0));
    drop(reading);
    drop(waiting);
    assert_eq!(closed.load(Ordering::Relaxed), 1, "the last guard was the last owner");
}

#[test]
fn guards_are_narrowed_turned_and_upgraded_like_any_other() {
    let (bank, _) = bank();
    let field = accounts(&bank);
    let reading = now(field.upgradable_read());
    assert!(field.try_read().is_ok() && field.try_upgradable_read().is_err());
    let writing = now(UpgradableGuard::upgrade(reading));
    assert!(field.try_read().is_err() && field.try_write().is_err(), "it is alone");
    let reading = writing.downgrade();
    assert_eq!(*field.try_read().unwrap(), *reading, "readers share");
    drop(reading);
    let mut last = ExclusiveGuard::map(now(journal(&bank).lock()), |journal| {
        journal.push("first");
        journal.last_mut().unwrap()
    });
    *last = "last";
    drop(last);
    assert_eq!(*now(bank.journal.lock()), ["last"]);
}

/// What keeps a guard or a future names it by the owner and the value.
#[test]
fn guards_and_futures_have_names() {
    struct Keeps<O> {
        journal: Option<ArcFieldMutexGuard<O, Vec<&'static str>>>,
        reading: Option<ArcFieldReadGuard<O, (i64, i64)>>,
        part: Option<ArcFieldReadGuard<O, (i64, i64), i64>>,
        writing: Option<ArcFieldWriteGuard<O, (i64, i64)>>,
        upgradable: Option<ArcFieldUpgradableReadGuard<O, (i64, i64)>>,
    }
    fn lock<O>(future: futures::ArcFieldLock<O, Vec<&'static str>>) -> Keeps<O> {
        let journal = Some(now(future));
        Keeps { journal, reading: None, part: None, writing: None, upgradable: None }
    }
    let (bank, closed) = bank();
    let field = accounts(&bank);
    let mut keeps = lock(journal(&bank).lock());
    keeps.journal.take().unwrap().push("kept");
    let read: futures::ArcFieldRead<_, _> = field.read();
    keeps.reading = Some(now(read));
    keeps.part = keeps.reading.take().map(|guard| SharedGuard::map(guard, |both| &both.1));
    assert_eq!(keeps.part.take().as_deref(), Some(&2));
    let upgradable: futures::ArcFieldUpgradableRead<_, _> = field.upgradable_read();
    keeps.upgradable = Some(now(upgradable));
    let upgrade: futures::ArcFieldUpgrade<_, _> =
        UpgradableGuard::upgrade(keeps.upgradable.take().unwrap());
    keeps.writing = Some(now(upgrade));
    keeps.writing = None;
    let write: futures::ArcFieldWrite<_, _> = field.write();
    keeps.writing = Some(now(write));
    drop((bank, field));
    assert_eq!(closed.load(Ordering::Relaxed), 0, "the guard keeps the owner");
    drop(keeps);
    assert_eq!(closed.load(Ordering::Relaxed), 1);
}

#[test]
fn closures_run_under_the_lock_and_their_futures_keep_the_owner_alive() {
    let (bank, closed) = bank();
    let written = accounts(&bank).with_write(|both| {
        both.0 += 1;
        both.1
    });
    assert_eq!(now(written), 2);
    assert_eq!(now(accounts(&bank).with_read(|both| both.0)), 2);
    let pushed = journal(&bank).with(|journal| journal.push("with"));
    let guard = accounts(&bank).try_write().expect("`with` releases");
    drop((guard, bank));
    assert_eq!(closed.load(Ordering::Relaxed), 0, "the future keeps the owner");
    now(pushed);
    assert_eq!(closed.load(Ordering::Relaxed), 1);
}

#[test]
fn threads_wait_and_those_who_only_try_do_not() {
    let (bank, _) = bank();
    let field = journal(&bank);
    let guard = field.try_lock().expect("it is free");
    assert!(field.try_lock().is_err() && poll_once(field.lock()).is_pending());
    let thread = std::thread::spawn({
        let (journal, accounts) = (field.clone(), accounts(&bank));
        move || {
            journal.blocking_lock().push("thread");
            accounts.blocking_write().0 += 3;
            assert_eq!(accounts.blocking_read().0, 4);
            assert_eq!(accounts.blocking_upgradable_read().1, 2);
        }
    });
    drop(guard);
    thread.join().unwrap();
    assert_eq!(*now(field.owner().journal.lock()), ["thread"]);
}

#[test]
fn fields_of_two_owners_are_a_pair() {
    let (one, other) = (bank().0, bank().0);
    let pair = lock_pair(accounts(&one).write(), accounts(&other).read());
    let (mut to, from) = now(pair).expect("two banks");
    to.0 += from.0;
    assert!(now(lock_pair(journal(&one).lock(), journal(&one).lock())).is_err(), "one lock twice");
    drop((to, from));
    assert_eq!(now(one.accounts.read()).0, 2);
}

#[test]
fn the_owner_may_be_of_a_type_that_is_not_known() {
    trait Journal: Send + Sync {
        fn lines(&self) -> &Mutex<Vec<&'static str>>;
    }
    impl Journal for <Bank as Guarded>::Twin {
        fn lines(&self) -> &Mutex<Vec<&'static str>> {
            &self.journal
        }
    }
    let (bank, _) = bank();
    let owner: Arc<dyn Journal> = bank.clone();
    now(ArcField::new(owner, |journal| journal.lines()).lock()).push("dyn");
    assert_eq!(*now(bank.journal.lock()), ["dyn"]);
}

#[test]
fn what_finds_the_lock_may_capture() {
    let shards: Arc<[Mutex<usize>]> = (0..3).map(Mutex::new).collect();
    let shard = |number: usize| ArcField::new(shards.clone(), move |shards| &shards[number]);
    let two = shard(1).try_lock().unwrap();
    assert_eq!((*two, *now(shard(2).lock())), (1, 2));
    assert!(shard(1).try_lock().is_err(), "it is the same lock");
}

#[test]
#[cfg_attr(feature = "check", ignore = "the checker adds words, and allocates")]
fn it_is_small_and_allocates_nothing() {
    let (bank, _) = bank();
    let count = allocations(|| {
        let field = journal(&bank);
        let future = field.lock();
        assert_eq!((size_of_val(&field), size_of_val(&future)), (16, 56), "two pointers, a place");
        assert_eq!(size_of_val(&now(future)), 24, "the value, the lock, the owner");
    });
    assert_eq!(count, 0);
}
