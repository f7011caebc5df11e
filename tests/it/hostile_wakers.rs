//! Wakers that lock, unlock, drop futures or panic inside `clone`, `wake` and `drop` do no harm.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex as StdMutex},
};

use ironfence::{Mutex, RwLock, lock_all};
use ironfence_tests::{
    hostile::{Call, Hostile},
    polled::{Polled, now, poll_once},
    watchdog::must_end,
};

const CALLS: [Call; 3] = [Call::Clone, Call::Wake, Call::Drop];

/// A future that waits with a hostile waker; dropped before the waker's owner.
fn wait_with<F: std::future::Future>(future: F, hostile: &Arc<Hostile>) -> Polled<F> {
    let mut waiting = Polled::new(future);
    let waker = hostile.waker();
    let polled = catch_unwind(AssertUnwindSafe(|| waiting.poll_with(&waker).is_ready()));
    assert!(!matches!(polled, Ok(true)), "the lock is held");
    _ = catch_unwind(AssertUnwindSafe(|| drop(waker)));
    waiting
}

#[test]
fn a_waker_may_lock_and_unlock_in_each_of_its_calls() {
    must_end(|| {
        for at in CALLS {
            let mutex = Arc::new(Mutex::new(0));
            let hostile = Hostile::new({
                let mutex = mutex.clone();
                move |call| {
                    if call == at {
                        drop(poll_once(mutex.lock()));
                        drop(mutex.try_lock());
                    }
                }
            });
            let guard = now(mutex.lock());
            let mut waiting = wait_with(mutex.lock(), &hostile);
            let behind = Polled::queued(mutex.lock());
            drop(guard);
            drop(waiting.finish());
            assert!(behind.is_woken(), "{at:?}: the queue goes on");
            drop((waiting, behind));
            assert!(mutex.try_lock().is_ok(), "{at:?}: the lock is in order");
            hostile.calm();
            assert_eq!(hostile.alive(), 0, "{at:?}: every waker is dropped");
        }
    });
}

#[test]
fn a_waker_may_block_on_the_lock_inside_wake() {
    must_end(|| {
        let mutex = Arc::new(Mutex::new(0));
        let hostile = Hostile::new({
            let mutex = mutex.clone();
            move |call| {
                if call == Call::Wake {
                    *mutex.blocking_lock() += 1;
                }
            }
        });
        let guard = now(mutex.lock());
        let mut waiting = wait_with(mutex.lock(), &hostile);
        drop(guard);
        assert_eq!(*waiting.finish(), 1, "it had the lock while it was woken");
        hostile.calm();
    });
}

#[test]
fn a_waker_may_drop_futures_of_the_same_queue() {
    must_end(|| {
        for at in CALLS {
            let mutex = Arc::new(Mutex::new(0));
            let guard = now(mutex.lock());
            let others = Arc::new(StdMutex::new(Vec::new()));
            let drop_others = |others: &StdMutex<Vec<_>>| {
                let others = std::mem::take(&mut *others.lock().unwrap());
                drop(others);
            };
            let hostile = Hostile::new({
                let others = others.clone();
                move |call| {
                    if call == at {
                        drop_others(&others);
                    }
                }
            });
            for _ in 0..3 {
                others.lock().unwrap().push(Polled::queued(mutex.clone().lock_owned()));
            }
            let mut waiting = wait_with(mutex.clone().lock_owned(), &hostile);
            others.lock().unwrap().push(Polled::queued(mutex.clone().lock_owned()));
            drop(guard);
            // Whoever was called in vain is gone or gives its turn on.
            drop_others(&others);
            drop(waiting.finish());
            assert!(mutex.try_lock().is_ok(), "{at:?}: the lock is in order");
            hostile.calm();
        }
    });
}

#[test]
fn a_waker_that_panics_leaves_the_lock_in_order() {
    must_end(|| {
        for at in CALLS {
            let mutex = Arc::new(Mutex::new(0));
            let hostile = Hostile::new(move |call| assert!(call != at, "panics in {call:?}"));
            let guard = now(mutex.lock());
            let mut waiting = wait_with(mutex.lock(), &hostile);
            let mut behind = Polled::queued(mutex.lock());
            _ = catch_unwind(AssertUnwindSafe(|| drop(guard)));
            assert!(mutex.try_lock().is_ok(), "{at:?}: the guard was released");
            let waker = hostile.waker();
            if let Ok(std::task::Poll::Ready(guard)) =
                catch_unwind(AssertUnwindSafe(|| waiting.poll_with(&waker)))
            {
                drop(guard);
            }
            hostile.calm();
            drop((waiting, waker));
            drop(behind.finish());
            assert!(mutex.try_lock().is_ok(), "{at:?}: the lock is in order");
            assert_eq!(hostile.alive(), 0, "{at:?}: every waker is dropped");
        }
    });
}

#[test]
fn a_waker_that_panics_keeps_no_other_reader_from_being_woken() {
    let lock = RwLock::new(());
    let hostile = Hostile::new(|call| assert!(call != Call::Wake, "panics in wake"));
    let writing = now(lock.write());
    let mut readers: Vec<_> = (0..100).map(|_| Polled::new(lock.read())).collect();
    for (nth, reader) in readers.iter_mut().enumerate() {
        let waiting = match nth % 10 {
            0 => reader.poll_with(&hostile.waker()),
            _ => reader.poll(),
        };
        assert!(waiting.is_pending(), "somebody writes");
    }
    let panic = catch_unwind(AssertUnwindSafe(|| drop(writing))).expect_err("the panic goes on");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"panics in wake"), "it is the waker's own");
    for (nth, reader) in readers.iter().enumerate() {
        assert_eq!(reader.is_woken(), nth % 10 != 0, "reader {nth} is woken");
    }
    let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
    drop(guards);
    assert!(lock.try_write().is_ok(), "the lock is in order");
    assert_eq!(hostile.alive(), 0, "every waker is dropped");
}

#[test]
fn a_waker_that_panics_while_the_guard_is_dropped_by_a_panic_does_not_abort() {
    let mutex = Mutex::new(0);
    let hostile = Hostile::new(|call| assert!(call != Call::Wake, "panics in wake"));
    let guard = now(mutex.lock());
    let waiting = wait_with(mutex.lock(), &hostile);
    let panic = catch_unwind(AssertUnwindSafe(move || {
        let _guard = guard;
        panic!("in the section");
    }))
    .expect_err("it panics");
    assert_eq!(panic.downcast_ref::<&str>(), Some(&"in the section"), "the first panic goes on");
    drop(waiting);
    assert!(mutex.try_lock().is_ok(), "the lock is in order");
}

#[test]
fn wakers_that_panic_one_after_the_other_keep_no_lock_of_several_held() {
    let locks = [(); 4].map(Mutex::new);
    let hostile = Hostile::new(|call| assert!(call != Call::Wake, "panics in wake"));
    let held = now(locks[3].lock());
    let taking = Polled::queued(lock_all(locks.each_ref()));
    let [_first, _second] = [0, 1].map(|number| wait_with(locks[number].lock(), &hostile));
    let third = Polled::queued(locks[2].lock());
    assert!(catch_unwind(AssertUnwindSafe(|| drop(taking))).is_err(), "the first panic goes on");
    assert!(locks[..3].iter().all(|lock| lock.try_lock().is_ok()), "all are released");
    assert!(third.is_woken(), "behind two panics");
    drop(held);
}

/// A panic whose payload panics when it is dropped.
struct Bomb;

impl Drop for Bomb {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            panic!("the payload panics too");
        }
    }
}

#[test]
fn panics_whose_payloads_panic_keep_nobody_from_being_woken() {
    let lock = RwLock::new(());
    let hostile = [(); 2].map(|()| {
        Hostile::new(|call| {
            if call == Call::Wake {
                std::panic::panic_any(Bomb);
            }
        })
    });
    let writing = now(lock.write());
    let _waiting = hostile.each_ref().map(|hostile| wait_with(lock.read(), hostile));
    let mut last = Polled::queued(lock.read());
    let panic = catch_unwind(AssertUnwindSafe(|| drop(writing))).expect_err("a panic goes on");
    std::mem::forget(panic);
    assert!(last.is_woken(), "the last reader is woken");
    drop(last.finish());
}

#[test]
fn a_waker_that_panics_in_drop_while_another_panics_in_wake_does_not_abort() {
    let panics_in = |at| Hostile::new(move |call| assert_ne!(call, at, "a waker panics"));
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let (in_drop, in_wake) = (panics_in(Call::Drop), panics_in(Call::Wake));
    let writer = wait_with(lock.write(), &in_drop);
    let reader = wait_with(lock.read(), &in_wake);
    // The writer goes, so the reader behind it is called.
    let dropped = catch_unwind(AssertUnwindSafe(|| drop(writer)));
    assert!(dropped.is_err(), "the first panic goes on");
    in_drop.calm();
    in_wake.calm();
    drop((reading, reader));
    assert!(lock.try_write().is_ok(), "the lock is in order");
}

/// Each waker drops the future that it was to wake, which calls the next: a hundred thousand times over,
/// on a stack that has room for some thousands.
#[test]
fn wakers_that_drop_their_futures_call_each_other_as_often_as_they_like() {
    use std::{
        pin::Pin,
        task::{Context, Wake},
    };

    type Futures = StdMutex<Vec<Option<Pin<Box<dyn Future<Output = ()> + Send>>>>>;

    struct Dropping(Arc<Futures>, usize);

    impl Wake for Dropping {
        fn wake(self: Arc<Self>) {
            let future = self.0.lock().unwrap()[self.1].take();
            drop(future);
        }
    }

    must_end(|| {
        const MANY: usize = 100_000;
        let mutex = Arc::new(Mutex::new(()));
        let guard = now(mutex.lock());
        let futures: Arc<Futures> = Arc::default();
        for number in 0..MANY {
            let mutex = mutex.clone();
            let mut future: Pin<Box<dyn Future<Output = ()> + Send>> =
                Box::pin(async move { drop(mutex.lock().await) });
            let waker = Arc::new(Dropping(futures.clone(), number)).into();
            assert!(future.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
            futures.lock().unwrap().push(Some(future));
        }
        drop(guard);
        assert!(futures.lock().unwrap().iter().all(Option::is_none), "each was called");
        assert!(mutex.try_lock().is_ok(), "nothing is left behind");
    });
}
