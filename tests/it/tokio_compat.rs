//! One program, compiled twice: against tokio's locks and against ours. That it compiles says that
//! changing the `use` line is enough; that its tests pass says that both behave the same.

use std::{future::ready, sync::Arc, time::Duration};

use futures::FutureExt;
use ironfence::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, RwLock, RwLockMappedWriteGuard, RwLockUpgradableReadGuard,
    RwLockWriteGuard, lock_all, lock_pair,
};
use ironfence_tests::polled::Polled;
use tokio::{
    task::{
        coop::{has_budget_remaining, unconstrained},
        yield_now,
    },
    time::timeout,
};

#[path = "tokio_compat"]
mod on_tokio {
    use tokio::sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}

#[path = "tokio_compat"]
mod on_ironfence {
    use ironfence as sync;

    #[allow(clippy::duplicate_mod, reason = "that is the test")]
    #[path = "program.rs"]
    mod program;
}

/// How many locks fit into one poll of a task: tokio's locks spend its budget.
macro_rules! fit_into_one_poll {
    ($lock:expr) => {{
        tokio::task::yield_now().await; // a fresh budget
        let count = std::cell::Cell::new(0);
        let all = std::pin::pin!(async {
            for _ in 0..1000 {
                _ = $lock.await;
                count.set(count.get() + 1);
            }
        });
        _ = futures::poll!(all);
        count.get()
    }};
}

#[tokio::test]
async fn as_many_locks_fit_into_one_poll_as_of_tokios() {
    let theirs = fit_into_one_poll!(tokio::sync::Mutex::new(()).lock());
    assert!(theirs < 1000, "tokio's yield");
    let (mutex, lock) = (Arc::new(Mutex::new(())), Arc::new(RwLock::new(())));
    assert_eq!(fit_into_one_poll!(mutex.lock()), theirs);
    assert_eq!(fit_into_one_poll!(mutex.clone().lock_owned()), theirs);
    assert_eq!(fit_into_one_poll!(mutex.with(|()| ())), theirs);
    assert_eq!(fit_into_one_poll!(lock.read()), theirs);
    assert_eq!(fit_into_one_poll!(lock.write()), theirs);
    assert_eq!(fit_into_one_poll!(lock.upgradable_read()), theirs);
    assert_eq!(fit_into_one_poll!(lock.clone().write_owned()), theirs);
    assert_eq!(
        fit_into_one_poll!(lock_pair(mutex.lock(), lock.read())),
        theirs / 2,
        "one for each lock"
    );
    assert_eq!(fit_into_one_poll!(unconstrained(mutex.lock())), 1000, "unless it is told not to");
}

#[tokio::test]
async fn a_lock_that_is_waited_for_spends_nothing_until_it_is_had() {
    let mutex = Mutex::new(());
    let guard = mutex.lock().await;
    yield_now().await;
    for _ in 0..1000 {
        assert!(futures::poll!(std::pin::pin!(mutex.lock())).is_pending());
    }
    assert!(has_budget_remaining());
    drop(guard);
}

/// The task runs on, and its budget is gone.
async fn spend_all() {
    while has_budget_remaining() {
        tokio::task::consume_budget().await;
    }
}

/// As in tokio's own tests: of two that have to wait, the one that comes first is first, with a budget or without.
#[tokio::test]
async fn a_task_without_a_budget_queues_where_it_has_to_wait() {
    let mutex = Mutex::new(());
    let guard = mutex.lock().await;
    spend_all().await;
    let mut group = Polled::queued(lock_all([mutex.lock()]));
    let mut one = Polled::queued(mutex.lock());
    let last = Polled::queued(unconstrained(mutex.lock()));
    drop(guard);
    assert_eq!([group.is_woken(), one.is_woken(), last.is_woken()], [true, false, false]);
    assert!(group.poll().is_pending(), "without a budget");
    yield_now().await;
    drop(group.finish());
    assert_eq!([one.is_woken(), last.is_woken()], [true, false]);
    yield_now().await;
    drop(one.finish());
    assert!(last.is_woken());
}

/// The same of each way to hold an rwlock.
#[tokio::test]
async fn a_task_without_a_budget_queues_for_an_rwlock_that_is_held() {
    async fn comes_before_a_later_one<G>(lock: &RwLock<()>, future: impl Future<Output = G>) {
        yield_now().await;
        let guard = lock.write().await;
        spend_all().await;
        let mut first = Polled::queued(future);
        let later = Polled::queued(unconstrained(lock.write()));
        drop(guard);
        assert_eq!([first.is_woken(), later.is_woken()], [true, false]);
        yield_now().await;
        drop(first.finish());
    }
    let lock = &RwLock::new(());
    comes_before_a_later_one(lock, lock.read()).await;
    comes_before_a_later_one(lock, lock.read_recursive()).await;
    comes_before_a_later_one(lock, lock.upgradable_read()).await;
    comes_before_a_later_one(lock, lock.write()).await;
    yield_now().await;
    let (upgradable, reader) = (lock.upgradable_read().await, lock.read().await);
    spend_all().await;
    let mut upgrade = Polled::queued(RwLockUpgradableReadGuard::upgrade(upgradable));
    drop(reader);
    assert!(upgrade.is_woken());
    yield_now().await;
    drop(upgrade.finish());
}

#[tokio::test]
async fn a_task_without_a_budget_leaves_a_free_lock_alone() {
    let (mutex, lock) = (Mutex::new(()), RwLock::new(()));
    spend_all().await;
    let mut waiting = std::pin::pin!(mutex.lock());
    assert!(futures::poll!(&mut waiting).is_pending());
    let mut pair = std::pin::pin!(lock_pair(mutex.lock(), lock.read()));
    assert!(futures::poll!(&mut pair).is_pending());
    drop(lock.try_read()); // it may be biased from here on
    let mut one = std::pin::pin!(lock.write());
    let mut group = std::pin::pin!(lock_all([lock.write()]));
    assert!(futures::poll!(&mut one).is_pending());
    assert!(futures::poll!(&mut group).is_pending());
    assert!(!mutex.is_locked() && !lock.is_locked());
    drop((mutex.try_lock().unwrap(), lock.try_write().unwrap()));
    yield_now().await;
    drop(waiting.await);
    drop(pair.await.unwrap());
    drop(one.await);
    drop(group.await.unwrap());
}

/// A simulated wire: a loop that awaits nothing but free locks, and relies on other tasks to fill it.
#[tokio::test]
async fn a_loop_over_free_locks_lets_other_tasks_of_its_thread_run() {
    let wire = Arc::new(Mutex::new(Vec::new()));
    let other = wire.clone();
    tokio::spawn(async move { other.lock().await.push(1) });
    let mut turns = 0;
    while wire.lock().await.is_empty() {
        turns += 1;
        assert!(turns < 10_000, "the other task never ran");
    }
}

/// A time-out is seen by a task when it is polled, so the loop has to end its poll now and then.
#[tokio::test(start_paused = true)]
async fn a_time_out_of_a_loop_over_free_locks_fires() {
    let lock = RwLock::new(());
    let mut turns = 0;
    let endless = async {
        loop {
            drop(lock.read().await);
            turns += 1;
            assert!(turns < 10_000, "the time-out was never looked at");
        }
    };
    let timed = timeout(Duration::ZERO, endless).await;
    assert!(timed.is_err());
}

#[test]
fn a_free_lock_is_had_at_once_outside_of_a_task() {
    let lock = RwLock::new(0);
    for _ in 0..1000 {
        *lock.write().now_or_never().unwrap() += 1;
    }
}

#[tokio::test]
async fn a_thread_that_waits_inside_of_a_task_needs_no_budget() {
    let (mutex, lock) = (Mutex::new(0), RwLock::new(0));
    while has_budget_remaining() {
        drop(mutex.lock().await);
    }
    *mutex.blocking_lock() += 1;
    *lock.blocking_write() += 1;
    assert_eq!(*lock.blocking_read(), 1);
}

/// What a program sees of its `Arc`s.
#[tokio::test]
async fn an_owned_guard_is_an_owner_and_its_future_the_same_one() {
    let mutex = Arc::new(Mutex::new(()));
    let guard = mutex.clone().lock_owned().await;
    assert_eq!(Arc::strong_count(OwnedMutexGuard::mutex(&guard)), 2);
    let by_path = ready(mutex.clone()).then(Mutex::lock_owned);
    drop(guard);
    assert_eq!(Arc::strong_count(OwnedMutexGuard::mutex(&by_path.await)), 2);
    let lock = Arc::new(RwLock::new(1));
    assert_eq!(*ready(lock.clone()).then(RwLock::read_owned).await, 1);
    drop(RwLock::try_write_owned(lock.clone()).unwrap());
    assert_eq!(Arc::strong_count(&lock), 1);
}

/// A trait of a program's own, for the guards of parts of both locks.
trait Of {
    const LOCK: &'static str;
}

impl<T: ?Sized> Of for MappedMutexGuard<'_, T> {
    const LOCK: &'static str = "mutex";
}

impl<T: ?Sized> Of for RwLockMappedWriteGuard<'_, T> {
    const LOCK: &'static str = "rwlock";
}

impl<T: ?Sized> Of for OwnedMappedMutexGuard<T> {
    const LOCK: &'static str = "mutex";
}

impl<T: ?Sized> Of for OwnedRwLockMappedWriteGuard<T> {
    const LOCK: &'static str = "rwlock";
}

#[test]
fn guards_of_parts_of_the_two_locks_are_two_types() {
    fn lock<G: Of>(_: &G) -> &'static str {
        G::LOCK
    }
    let (mutex, rwlock) = (Mutex::new(1), RwLock::new(1));
    assert_eq!(lock(&MutexGuard::map(mutex.try_lock().unwrap(), |it| it)), "mutex");
    assert_eq!(lock(&RwLockWriteGuard::map(rwlock.try_write().unwrap(), |it| it)), "rwlock");
}

#[test]
fn errors_and_panics_read_as_tokios() {
    let (ours, theirs) = (Mutex::new(()), tokio::sync::Mutex::new(()));
    let _held = (ours.try_lock().unwrap(), theirs.try_lock().unwrap());
    let error = ours.try_lock().unwrap_err();
    assert_eq!(error.to_string(), theirs.try_lock().unwrap_err().to_string());

    let place = Arc::new(std::sync::Mutex::new(None));
    let (seen, hook, here) = (place.clone(), std::panic::take_hook(), std::thread::current().id());
    std::panic::set_hook(Box::new(move |panic| {
        if std::thread::current().id() != here {
            return hook(panic);
        }
        *seen.lock().unwrap() = panic.location().map(|it| it.file().to_owned());
    }));
    let made = std::panic::catch_unwind(|| RwLock::with_max_readers((), u32::MAX));
    assert!(made.is_err());
    assert_eq!(place.lock().unwrap().as_deref(), Some(file!()), "the caller's line");
}
