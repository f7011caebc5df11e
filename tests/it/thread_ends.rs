//! What a thread leaves to its very end: guards, waits and locks that are dropped, and locks that are taken, while what
//! the thread keeps for itself is torn down, ours too.

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use ironfence::{Mutex, RwLock, lock_all};
use ironfence_tests::{
    hostile::{Call, Hostile},
    polled::{Polled, now},
    watchdog::must_end,
};

/// Does its work when the thread's own things are dropped.
#[derive(Default)]
struct AtTheEnd(Vec<Box<dyn FnOnce()>>);

impl Drop for AtTheEnd {
    fn drop(&mut self) {
        self.0.drain(..).for_each(|work| work());
    }
}

thread_local! {
    /// A thread drops these in some order: one that is made before anything of ours, and one that is made after it.
    static FIRST: RefCell<AtTheEnd> = RefCell::default();
    static LAST: RefCell<AtTheEnd> = RefCell::default();
}

/// Runs `work` at the end of a thread that has used locks, and of one that has not; once where ours is still there,
/// once where it is gone.
fn at_the_end_of_a_thread(work: impl Fn() + Clone + Send + 'static) {
    let ran = Arc::new(AtomicBool::new(false));
    for has_used_locks in [false, true] {
        for slot in [&FIRST, &LAST] {
            let (work, ran) = (work.clone(), ran.clone());
            must_end(move || {
                let noted = ran.clone();
                let thread = thread::spawn(move || {
                    FIRST.with_borrow(|_| ());
                    if has_used_locks {
                        use_locks();
                    }
                    let work = Box::new(move || {
                        work();
                        noted.store(true, Ordering::SeqCst);
                    });
                    slot.with_borrow_mut(|slot| slot.0.push(work));
                });
                thread.join().expect("the thread ends in peace");
                assert!(ran.swap(false, Ordering::SeqCst), "the work was done");
            });
        }
    }
}

/// All that keeps something for the thread.
fn use_locks() {
    let lock = RwLock::new(0);
    *lock.blocking_write() += 1;
    drop((lock.blocking_read(), lock.try_read()));
    let hostile = Hostile::new(|_| ());
    let guard = now(lock.write());
    let mut waiting = Polled::new(lock.read());
    assert!(waiting.poll_with(&hostile.waker()).is_pending());
    drop(guard);
    drop(waiting);
}

#[test]
fn a_thread_that_ends_may_take_locks_and_wait_for_them() {
    let (mutex, lock) = (Arc::new(Mutex::new(0)), Arc::new(RwLock::new(0)));
    let clerk = (mutex.clone(), lock.clone());
    at_the_end_of_a_thread(move || {
        let (mutex, lock) = &clerk;
        *mutex.blocking_lock() += 1;
        assert_eq!(*lock.blocking_read(), *lock.try_read().unwrap());
        drop(now(lock_all((mutex.lock(), lock.read()))));
        let upgradable = now(lock.upgradable_read());
        *now(ironfence::RwLockUpgradableReadGuard::upgrade(upgradable)) += 1;
        // Held by a thread that waits for nothing of this one.
        let holding = lock.clone().try_read_owned().unwrap();
        let other = thread::spawn(move || drop(holding));
        *lock.blocking_write() += 1;
        other.join().unwrap();
    });
    assert_eq!((*mutex.blocking_lock(), *lock.blocking_read()), (4, 8));
}

#[test]
fn a_guard_that_a_thread_keeps_to_its_end_is_given_up_there() {
    let lock = Arc::new(RwLock::new(0));
    for written in [false, true] {
        let kept = lock.clone();
        let wait = lock.clone();
        at_the_end_of_a_thread(move || {
            if written {
                let guard = kept.clone().try_write_owned().unwrap();
                let waiting = Polled::queued(wait.clone().read_owned());
                drop(guard);
                assert!(waiting.is_woken());
            } else {
                let guard = kept.clone().try_read_owned().unwrap();
                let waiting = Polled::queued(wait.clone().write_owned());
                drop(guard);
                assert!(waiting.is_woken());
            }
        });
        assert!(!lock.is_locked());
    }
}

#[test]
fn a_lock_that_a_thread_has_last_is_dropped_at_its_end() {
    at_the_end_of_a_thread(|| {
        let lock = Arc::new(RwLock::new(String::from("kept")));
        let (one, other) = (lock.clone().try_read_owned().unwrap(), lock.try_read().unwrap());
        assert_eq!(*one, *other);
        std::mem::forget(other);
        drop(lock);
        drop(one);
    });
}

#[test]
fn wakers_call_each_other_as_deep_as_they_like_at_the_end_of_a_thread() {
    at_the_end_of_a_thread(|| {
        // Deeper than wakers may call each other at once.
        const MANY: usize = 200;
        let locks: Vec<_> = (0..=MANY).map(|_| Arc::new(Mutex::new(()))).collect();
        let take = |lock: &Arc<Mutex<()>>| lock.clone().try_lock_owned().unwrap();
        let mut held: Vec<_> = locks.iter().map(take).collect();
        let mut waiting = Vec::new();
        for lock in locks[..MANY].iter().rev() {
            // Who waits for this lock gives up the next one, when it is woken.
            let mut next = held.pop();
            let hostile = Hostile::new(move |call| {
                if call == Call::Wake {
                    drop(next.take());
                }
            });
            let mut wait = Polled::new(lock.lock());
            assert!(wait.poll_with(&hostile.waker()).is_pending());
            waiting.push((wait, hostile));
        }
        drop(held.pop());
        assert!(!locks[MANY].is_locked(), "all were woken");
        for (wait, hostile) in &mut waiting {
            drop(wait.finish());
            hostile.calm();
        }
    });
}
