//! Each future that waits for a lock knows when it is over, and says so to `futures::select!`.

use std::sync::Arc;

use ironfence::{
    AsyncMutex, Guarded, Mutex, RwLock, UpgradableGuard, foreign, lock_all, lock_pair,
};
use ironfence_tests::{
    polled::{Limit, now, poll_once},
    slow_executor::yield_now,
};

#[derive(Guarded, Clone, Default)]
struct Ours {
    #[guarded(rwlock)]
    accounts: Vec<i64>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

#[derive(Guarded, Clone, Default)]
struct Theirs {
    #[guarded(rwlock, with = tokio::sync::RwLock)]
    accounts: Vec<i64>,
    #[guarded(mutex)]
    journal: Vec<u32>,
}

fn fused(future: &impl futures::future::FusedFuture) -> bool {
    future.is_terminated()
}

/// Polls each future to its end, and asks it before, and after each poll.
macro_rules! ends_when_it_says {
    ($($future:expr),* $(,)?) => {$(
        let mut future = Box::pin($future);
        let mut is_over = false;
        let limit = Limit::new();
        while !is_over {
            limit.check();
            assert_eq!((future.is_terminated(), fused(&*future)), (false, false));
            is_over = poll_once(future.as_mut()).is_ready();
        }
        assert!(future.is_terminated(), "{}", stringify!($future));
        assert!(fused(&*future), "{}", stringify!($future));
    )*};
}

#[test]
fn each_future_is_terminated_once_it_was_ready_and_not_before() {
    let mutex = Arc::new(Mutex::new(0));
    let rwlock = Arc::new(RwLock::new(0));
    ends_when_it_says! {
        mutex.lock(),
        mutex.clone().lock_owned(),
        mutex.with(|value| *value),
        rwlock.read(),
        rwlock.write(),
        UpgradableGuard::upgrade(now(rwlock.upgradable_read())),
        lock_pair(mutex.lock(), rwlock.read()),
        lock_all(vec![rwlock.read()]),
        lock_all([rwlock.write()]),
    }
    let ours = Arc::new(Ours::default().into_guarded());
    let mut session = ours.session();
    ends_when_it_says! {
        ours.locks().lock_all().into_future(),
        ours.locks().lock_journal().with(|held| held.journal.push(1)),
        ours.locks_owned(OursLocks::write_accounts).into_future(),
        ours.locks_owned(OursLocks::write_accounts).with(|held| held.accounts.push(1)),
        ours.session().write_accounts(),
        session.both(async |it| it.read_accounts().await.0.len(), async |_| yield_now().await),
        ours.snapshot(),
    }
    let theirs = Theirs::default().into_guarded();
    let tokios = tokio::sync::Mutex::new(0);
    ends_when_it_says! {
        theirs.locks().lock_all().into_future(),
        theirs.snapshot(),
        foreign::lock_pair(foreign::lock(&tokios), foreign::lock(&*mutex)),
        AsyncMutex::lock(&tokios),
    }
}

#[test]
fn a_select_leaves_a_lock_alone_that_it_has() {
    let mutex = Mutex::new(0);
    let mut lock = Box::pin(mutex.lock());
    let mut turns = 0;
    let mut guard = None;
    now(async {
        loop {
            futures::select! {
                had = lock => guard = Some(had),
                complete => break,
            }
            turns += 1;
        }
    });
    assert_eq!(turns, 1);
    assert!(guard.is_some(), "the lock was taken once");
}
