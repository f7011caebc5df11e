//! The contract of the lock, line by line (DESIGN.md), with futures polled by hand.

use std::{
    cell::Cell,
    future::Future,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    task::Poll,
};

use ironfence::{Mutex, RwLock};
use ironfence_tests::polled::{Polled, now, poll_once};

/// How many may pass a woken waiter before they yield to it; stated in the docs of `Mutex`.
const MAY_PASS: usize = 32;
/// How many more acquisitions it takes until the next waiter is woken too; stated there as well.
const UNTIL_SILENT: usize = 4;
/// How often in a row a newcomer yields then; stated there as well.
const YIELDS: usize = 3;

// 1. Exclusion

#[test]
fn an_exclusive_guard_is_alone() {
    let lock = RwLock::new(());
    let guard = now(lock.write());
    assert!(poll_once(lock.read()).is_pending(), "nobody reads beside a writer");
    assert!(poll_once(lock.write()).is_pending(), "nobody writes beside a writer");
    assert!(lock.try_read().is_err() && lock.try_write().is_err(), "trying doesn't help");
    drop(guard);
    let guard = now(lock.read());
    assert!(lock.try_read().is_ok(), "readers share");
    assert!(poll_once(lock.write()).is_pending(), "nobody writes beside a reader");
    drop(guard);
    assert!(lock.try_write().is_ok(), "all were released");
}

#[test]
fn counters_are_exact_under_tasks_and_threads() {
    const TASKS: usize = 8;
    const ROUNDS: usize = 2_000;
    let lock = Arc::new(RwLock::new(0_usize));
    let reads = Arc::new(AtomicUsize::new(0));
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap().block_on(
        async {
            let mut tasks = tokio::task::JoinSet::new();
            for task in 0..TASKS {
                let (lock, reads) = (lock.clone(), reads.clone());
                tasks.spawn(async move {
                    for round in 0..ROUNDS {
                        if round % 4 == 0 {
                            let before = *lock.read().await;
                            reads.fetch_add(1, Ordering::Relaxed);
                            assert!(
                                before <= TASKS * ROUNDS + ROUNDS,
                                "a reader sees no torn value"
                            );
                        }
                        let mut guard = lock.write().await;
                        let before = *guard;
                        if (task + round) % 16 == 0 {
                            tokio::task::yield_now().await;
                        }
                        *guard = before + 1;
                    }
                });
            }
            let thread = std::thread::spawn({
                let lock = lock.clone();
                move || (0..ROUNDS).for_each(|_| *lock.blocking_write() += 1)
            });
            while let Some(task) = tasks.join_next().await {
                task.unwrap();
            }
            thread.join().unwrap();
        },
    );
    assert_eq!(*now(lock.read()), (TASKS + 1) * ROUNDS, "no increment is lost");
    assert_eq!(reads.load(Ordering::Relaxed), TASKS * ROUNDS / 4, "every reader came in");
}

// 2. and 3. No lost wake-up; dropped at any point

#[test]
fn a_future_does_nothing_before_its_first_poll() {
    let mutex = Mutex::new(());
    let unpolled = mutex.lock();
    assert!(mutex.try_lock().is_ok(), "an unpolled future holds nothing");
    drop(unpolled);
    assert!(mutex.try_lock().is_ok(), "nor does a dropped one");
}

#[test]
fn a_release_wakes_the_waiter_in_front() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    let second = Polled::queued(mutex.lock());
    drop(guard);
    assert!(first.is_woken(), "the first is woken");
    assert!(!second.is_woken(), "the second waits for the first");
    drop(first.finish());
    assert!(second.is_woken(), "the second is woken by the first");
}

#[test]
fn a_queued_future_may_be_dropped() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let second = Polled::queued(mutex.lock());
    let mut third = Polled::queued(mutex.lock());
    drop(second);
    drop(first);
    drop(guard);
    assert!(third.is_woken(), "who is still in the queue is woken");
    drop(third.finish());
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_woken_future_that_is_dropped_passes_its_turn_on() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    assert!(first.is_woken() && !second.is_woken(), "the first is woken");
    drop(first);
    assert!(second.is_woken(), "its turn is the second's");
    drop(second.finish());
}

#[test]
fn a_woken_future_that_is_dropped_while_another_holds_wakes_nobody_in_vain() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let first = Polled::queued(mutex.lock());
    let mut second = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    drop(first);
    assert!(!second.is_woken(), "the lock is held again");
    drop(passing);
    assert!(second.is_woken(), "now it is free");
    drop(second.finish());
}

#[test]
fn a_writer_that_is_dropped_lets_in_the_readers_it_kept_out() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let writer = Polled::queued(lock.write());
    let mut readers = [Polled::queued(lock.read()), Polled::queued(lock.read())];
    drop(writer);
    assert!(readers.iter().all(Polled::is_woken), "both readers are woken");
    let guards = readers.each_mut().map(Polled::finish);
    assert!(lock.try_write().is_err());
    drop((guards, reading));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn the_last_waker_is_the_one_that_is_woken() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    let newer = Polled::new(std::future::ready(()));
    assert_eq!(waiting.wakers(), 2, "the queue holds one waker");
    let wakes = Arc::new(ironfence_tests::polled::Wakes::default());
    assert!(waiting.poll_with(&wakes.clone().into()).is_pending());
    assert_eq!(waiting.wakers(), 1, "the old waker is dropped");
    assert_eq!(Arc::strong_count(&wakes), 2, "the queue holds the new one");
    drop(guard);
    assert!(!waiting.is_woken(), "the old waker is not woken");
    assert_eq!(Arc::strong_count(&wakes), 1, "the new one was woken, and consumed");
    drop((waiting, newer));
}

#[test]
fn polling_again_keeps_one_waker() {
    let mutex = Mutex::new(());
    let _guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    for _ in 0..3 {
        assert!(waiting.poll().is_pending());
        assert_eq!(waiting.wakers(), 2, "one in the queue, one in the task");
    }
}

#[test]
#[should_panic(expected = "polled after completion")]
fn polling_after_the_end_panics() {
    let mutex = Mutex::new(());
    let mut future = Polled::new(mutex.lock());
    drop(future.finish());
    _ = future.poll();
}

#[test]
fn a_future_knows_that_it_has_ended() {
    let mutex = Mutex::new(());
    let mut future = Box::pin(mutex.lock());
    assert!(!future.is_terminated());
    drop(now(future.as_mut()));
    assert!(future.is_terminated(), "ready means terminated");
    let mut with = Box::pin(mutex.with(|()| 1));
    assert!(!with.is_terminated());
    assert_eq!(now(with.as_mut()), 1);
    assert!(with.is_terminated());
}

// 4. The lock never belongs to a future that nobody polls

#[test]
fn a_released_lock_is_free_although_a_waiter_was_woken() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    drop(now(mutex.lock()));
    drop(mutex.try_lock().expect("a free lock can be tried"));
    drop(mutex.blocking_lock());
    drop(waiting.finish());
}

#[test]
fn a_queued_waiter_that_is_polled_takes_a_free_lock_woken_or_not() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let front = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    assert!(front.is_woken() && !behind.is_woken());
    drop(behind.finish());
    drop(front);
    assert!(mutex.try_lock().is_ok(), "nothing is left behind");
}

#[test]
fn a_free_rwlock_takes_newcomers_of_both_kinds_past_a_woken_writer() {
    let lock = RwLock::new(());
    let guard = now(lock.write());
    let mut waiting = Polled::queued(lock.write());
    drop(guard);
    let reading = now(lock.read());
    assert!(waiting.poll().is_pending(), "a reader went past");
    drop(reading);
    drop(now(lock.write()));
    drop(waiting.finish());
}

#[test]
fn a_silent_waiter_keeps_nobody_asleep() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
    drop(guard);
    assert!(silent.is_woken() && !behind.is_woken(), "the front is woken and does not answer");
    for _ in 0..MAY_PASS + UNTIL_SILENT {
        drop(mutex.try_lock().expect("the silent one keeps nobody out"));
    }
    assert!(behind.is_woken(), "after so many releases the next is woken");
    drop(behind.finish());
    assert!(poll_once(mutex.lock()).is_ready(), "nobody has to yield to the silent one any more");
    drop(silent);
}

#[test]
fn one_that_falls_asleep_after_the_silent_one_was_woken_is_woken_by_the_next_release() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    let passing = now(mutex.lock());
    let mut behind = Polled::queued(mutex.lock());
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
    let passing = now(mutex.lock());
    assert!(
        other.poll().is_pending(),
        "its task was woken for the silent one, and somebody passed"
    );
    drop(passing);
    assert!(other.is_woken(), "no further release is needed");
    drop(other.finish());
    drop(silent);
}

#[test]
fn the_passes_of_one_that_gave_up_are_not_counted_for_the_next() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut first = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    assert!(first.poll().is_pending(), "somebody passed");
    drop(first);
    let mut second = Polled::queued(mutex.lock());
    drop(passing);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    assert!(poll_once(mutex.lock()).is_pending(), "now one yields");
    drop(second.finish());
}

#[test]
fn a_silent_waiter_that_nobody_waits_behind_is_yielded_to_now_and_then() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut silent = Polled::queued(mutex.lock());
    drop(guard);
    let mut yields = 0;
    for _ in 0..10 * MAY_PASS {
        let mut newcomer = Polled::new(mutex.lock());
        while newcomer.poll().is_pending() {
            assert!(newcomer.is_woken(), "it yields, and does not sleep");
            yields += 1;
        }
    }
    assert!(yields > 0, "the silent one may be waiting for its worker");
    assert!(yields < 10 * MAY_PASS / 2, "most are not kept waiting: {yields}");
    assert_eq!(silent.wakes(), 1, "it was woken once");
    drop(silent.finish());
    assert!(mutex.try_lock().is_ok());
}

#[test]
fn a_silent_waiter_that_wakes_up_late_keeps_its_place() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut late = Polled::queued(mutex.lock());
    drop(guard);
    let passing = mutex.try_lock().unwrap();
    let behind = Polled::queued(mutex.lock());
    assert!(late.poll().is_pending(), "the lock is held");
    drop(passing);
    assert_eq!(late.wakes(), 2, "it is in front again");
    assert!(!behind.is_woken());
    drop(late.finish());
}

// 5. Barging is bounded

#[test]
fn a_polled_waiter_is_passed_by_so_many_and_no_more() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    let mut newcomer = Polled::queued(mutex.lock());
    assert!(newcomer.is_woken(), "the newcomer wakes itself: it yields, it does not sleep");
    drop(waiting.finish());
    drop(newcomer.finish());
}

#[test]
fn the_count_goes_on_when_the_waiter_is_beaten() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let mut waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        let passing = now(mutex.lock());
        assert!(waiting.poll().is_pending(), "polled when woken, and beaten");
        drop(passing);
    }
    assert!(poll_once(mutex.lock()).is_pending(), "the next newcomer yields");
    drop(waiting.finish());
}

#[test]
fn a_newcomer_that_has_yielded_enough_takes_a_lock_that_is_still_free() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    let mut newcomer = Polled::new(mutex.lock());
    for nth in 1..=YIELDS {
        assert!(newcomer.poll().is_pending(), "it yields");
        assert_eq!(newcomer.wakes(), nth, "and has itself polled again");
    }
    drop(newcomer.finish());
    drop(waiting);
}

#[test]
fn a_newcomer_yields_anew_when_somebody_passed_meanwhile() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let waiting = Polled::queued(mutex.lock());
    drop(guard);
    for _ in 0..MAY_PASS {
        drop(now(mutex.lock()));
    }
    let mut newcomer = Polled::new(mutex.lock());
    for _ in 0..YIELDS {
        assert!(newcomer.poll().is_pending(), "it yields");
    }
    drop(mutex.try_lock().unwrap());
    assert!(newcomer.poll().is_pending(), "the waiter was called since: it yields to that call");
    drop(waiting);
    drop(newcomer.finish());
}

// 6. Readers and writers

#[test]
fn readers_do_not_starve_a_writer() {
    let lock = RwLock::new(());
    let reading = now(lock.read());
    let mut writer = Polled::queued(lock.write());
    let mut reader = Polled::queued(lock.read());
    assert!(lock.try_read().is_err(), "nor does trying go past the writer");
    drop(reading);
    assert!(writer.is_woken() && !reader.is_woken());
    drop(writer.finish());
    assert!(reader.is_woken());
    drop(reader.finish());
}

#[test]
fn a_release_admits_all_the_readers_in_front() {
    // More than are woken in one critical section.
    const READERS: usize = 100;
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut readers: Vec<_> = (0..READERS).map(|_| Polled::queued(lock.read())).collect();
    let mut writer = Polled::queued(lock.write());
    let mut later = Polled::queued(lock.read());
    drop(writing);
    assert!(readers.iter().all(Polled::is_woken), "all readers in front are woken");
    assert!(!writer.is_woken() && !later.is_woken(), "and nobody else");
    let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
    assert!(!writer.is_woken(), "they all read");
    drop(guards);
    assert!(writer.is_woken(), "the last of them wakes the writer");
    drop(writer.finish());
    drop(later.finish());
}

#[test]
fn a_release_admits_all_the_readers_in_front_however_many() {
    for count in [1, 2, 31, 32, 33, 64, 65, 100] {
        let lock = RwLock::new(());
        let guard = now(lock.write());
        let mut readers: Vec<_> = (0..count).map(|_| Polled::queued(lock.read())).collect();
        let mut writer = Polled::queued(lock.write());
        drop(guard);
        assert!(readers.iter().all(Polled::is_woken), "{count} come in together");
        assert!(!writer.is_woken(), "it comes after the readers");
        let guards: Vec<_> = readers.iter_mut().map(Polled::finish).collect();
        drop(guards);
        drop(writer.finish());
        assert!(lock.try_write().is_ok(), "nothing is left behind");
    }
}

#[test]
fn a_downgrade_admits_the_readers_in_front() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut reader = Polled::queued(lock.read());
    let mut writer = Polled::queued(lock.write());
    let reading = writing.downgrade();
    assert!(reader.is_woken() && !writer.is_woken());
    drop((reader.finish(), reading));
    drop(writer.finish());
}

#[test]
fn a_reader_beaten_by_a_writer_still_comes_in_with_the_others() {
    let lock = RwLock::new(());
    let writing = now(lock.write());
    let mut readers = [(); 3].map(|()| Polled::queued(lock.read()));
    drop(writing);
    let passing = now(lock.write());
    assert!(readers[0].poll().is_pending(), "a writer went past");
    drop(passing);
    let last = readers[2].finish();
    assert_eq!(readers[0].wakes(), 2, "one who reads lets in who sleeps in front");
    drop((readers[0].finish(), readers[1].finish(), last));
    assert!(lock.try_write().is_ok(), "nothing is left behind");
}

#[test]
fn a_limit_of_readers_is_kept_and_used() {
    let lock = RwLock::with_max_readers((), 2);
    let (one, two) = (now(lock.read()), now(lock.read()));
    assert!(lock.try_read().is_err(), "two is the limit");
    let mut waiting = [(); 3].map(|()| Polled::queued(lock.read()));
    drop(one);
    assert!(waiting[0].is_woken() && !waiting[1].is_woken(), "one place, one is woken");
    drop(two);
    let first = waiting[0].finish();
    assert!(waiting[1].is_woken(), "the second place is used too");
    let second = waiting[1].finish();
    assert!(waiting[2].poll().is_pending(), "two is the limit");
    drop((first, second));
    drop(waiting[2].finish());
}

#[test]
fn a_great_limit_of_readers_calls_no_more_than_it_admits() {
    let lock = RwLock::with_max_readers((), 40);
    let writing = now(lock.write());
    let mut readers: Vec<_> = (0..200).map(|_| Polled::queued(lock.read())).collect();
    drop(writing);
    let mut guards = Vec::new();
    for reader in readers.iter_mut().take(40) {
        assert!(reader.is_woken(), "they are called in order");
        guards.push(reader.finish());
    }
    let called = readers.iter().filter(|reader| reader.is_woken()).count();
    assert_eq!(called, 40, "and no more of them");
}

#[test]
#[should_panic(expected = "use a `Mutex`")]
fn a_lock_that_nobody_may_read_is_refused() {
    _ = RwLock::with_max_readers((), 0);
}

#[test]
fn a_silent_waiter_keeps_no_reader_from_others_who_read() {
    for passes in [10, MAY_PASS, MAY_PASS + 1, MAY_PASS + UNTIL_SILENT] {
        let lock = RwLock::new(());
        let guard = now(lock.write());
        let silent = Polled::queued(lock.write());
        drop(guard);
        for _ in 1..passes {
            drop(lock.try_write().unwrap());
        }
        let reading = lock.try_read().unwrap();
        assert!(lock.try_read().is_ok(), "after {passes} passes: trying comes in");
        let mut reader = Polled::new(lock.read());
        let polls = (0..=YIELDS).take_while(|_| reader.poll().is_pending()).count();
        assert!(polls <= YIELDS, "after {passes} passes: waiting comes in after some yields");
        drop((reading, silent));
    }
}

#[test]
fn all_who_fall_asleep_behind_a_silent_waiter_are_woken_one_after_the_other() {
    let mutex = Mutex::new(());
    let guard = now(mutex.lock());
    let silent = Polled::queued(mutex.lock());
    drop(guard);
    let passing = now(mutex.lock());
    let mut others = [(); 4].map(|()| Polled::queued(mutex.lock()));
    drop(passing);
    let (given_up, others) = others.split_first_mut().unwrap();
    assert!(given_up.is_woken());
    *given_up = Polled::new(mutex.lock());
    for other in others {
        assert!(other.is_woken(), "by the one before, or by its going away");
        drop(other.finish());
    }
    drop(silent);
}

// 9. Any executor, and threads

#[test]
fn threads_wait_beside_tasks() {
    ironfence_tests::watchdog::must_end(|| {
        let mutex = Arc::new(Mutex::new(0));
        let guard = now(mutex.lock());
        let mut task = Polled::queued(mutex.lock());
        let threads = [(); 3].map(|()| {
            let mutex = mutex.clone();
            std::thread::spawn(move || *mutex.blocking_lock() += 1)
        });
        drop(guard);
        *task.finish() += 1;
        threads.into_iter().for_each(|thread| thread.join().unwrap());
        assert_eq!(*now(mutex.lock()), 4, "all had their turn");
    });
}

#[test]
fn blocking_does_not_panic_inside_a_runtime() {
    let mutex = Arc::new(Mutex::new(0));
    let lock = Arc::new(RwLock::new(0));
    let work = async {
        *mutex.blocking_lock() += 1;
        *mutex.blocking_lock_owned() += 1;
        let read = *lock.blocking_read();
        *lock.blocking_write() += read + 1;
        *lock.blocking_write_owned() += 1;
        assert_eq!((*mutex.blocking_lock(), *lock.blocking_read_owned()), (2, 2));
        Ok::<_, std::convert::Infallible>(())
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(work).unwrap();
}

#[test]
fn the_same_tasks_end_on_tokio_smol_and_futures() {
    async fn work() -> u32 {
        let lock = Arc::new(RwLock::new(0));
        let tasks = (0..4).map(|_| {
            let lock = lock.clone();
            async move {
                for _ in 0..100 {
                    let mut guard = lock.write().await;
                    let before = *guard;
                    futures::future::poll_fn(yield_once()).await;
                    *guard = before + 1;
                }
            }
        });
        futures::future::join_all(tasks).await;
        *lock.read().await
    }
    let tokio = tokio::runtime::Builder::new_current_thread().build().unwrap();
    assert_eq!(tokio.block_on(work()), 400, "tokio");
    assert_eq!(smol::block_on(work()), 400, "smol");
    assert_eq!(futures::executor::block_on(work()), 400, "futures");
}

fn yield_once() -> impl FnMut(&mut std::task::Context<'_>) -> Poll<()> {
    let yielded = Cell::new(false);
    move |context| {
        if yielded.replace(true) {
            return Poll::Ready(());
        }
        context.waker().wake_by_ref();
        Poll::Pending
    }
}

// 10. A panic releases

#[test]
fn a_panic_while_a_guard_is_held_releases_the_lock() {
    let mutex = Arc::new(Mutex::new(1));
    let lock = RwLock::new((1, 2));
    let panics = |work: &mut dyn FnMut()| {
        assert!(catch_unwind(AssertUnwindSafe(work)).is_err(), "it panics");
    };
    panics(&mut || {
        let _guard = now(mutex.lock());
        panic!("in the section");
    });
    panics(&mut || {
        let _guard = now(mutex.lock_owned());
        panic!("in the section");
    });
    panics(&mut || _ = now(mutex.with(|_| panic!("in the closure"))));
    assert!(mutex.try_lock().is_ok(), "the mutex is free");
    panics(&mut || _ = ironfence::RwLockReadGuard::map(now(lock.read()), |_| -> &i32 { panic!() }));
    panics(&mut || {
        _ = ironfence::RwLockWriteGuard::split(now(lock.write()), |_| -> (&mut i32, &mut i32) {
            panic!("while it is split")
        });
    });
    panics(&mut || {
        _ = ironfence::RwLockWriteGuard::downgrade_map(now(lock.write()), |_| -> &i32 { panic!() });
    });
    assert!(lock.try_write().is_ok(), "the rwlock is free");
}

/// Debug never waits.
#[test]
fn debug_shows_the_value_or_that_it_is_locked() {
    let mutex = Mutex::new(1);
    let lock = RwLock::new(1);
    let shown = || format!("{mutex:?} {lock:?}");
    assert_eq!(shown(), "Mutex { data: 1 } RwLock { data: 1 }");
    let guards = (now(mutex.lock()), now(lock.read()));
    assert_eq!(shown(), "Mutex { data: <locked> } RwLock { data: 1 }");
    assert_eq!(format!("{:?} {}", guards.0, guards.1), "1 1", "guards show as their values");
    drop(guards);
    let _guard = now(lock.write());
    assert_eq!(shown(), "Mutex { data: 1 } RwLock { data: <locked> }");
}

fn _futures_are_send<'a>(mutex: &'a Mutex<u8>) -> impl Future + Send + use<'a> {
    mutex.with(|value| *value += 1)
}
