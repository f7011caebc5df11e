//! Loom models of the lock: every interleaving of a few threads, and every value that the memory
//! model lets them see. Each guard is a tracked access to the guarded data, so a model that lets
//! two exclusive guards overlap, or orders one after another without a happens-before, fails by
//! loom's own word; one that loses a wake-up fails as a deadlock. Threads wait as in `blocking_*`.
//!
//! `cargo test --release -p ironfence-loom -- --show-output` runs them, and says of each how many
//! executions it took, and whether they are all that the bound lets it try.
//! The bounds may be set before the command, as in `LOOM_MAX_PREEMPTIONS=4`;
//! `LOOM_MAX_DURATION=60` gives each model a minute.

use std::{
    future::Future,
    pin::{Pin, pin},
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use loom::{
    model::Builder,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
};

use crate::{
    Mutex, OwnedMutexGuard, RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard, block::block_on,
    raw::handle::Lockable,
};

#[cfg(ironfence_loom_biased)]
mod bias;
mod cancel;
mod handing_on;
mod order;

type Lock = RwLock<()>;

/// Runs each of `threads` with the lock, all at once; in the end it is idle.
fn on_threads<const N: usize>(threads: [fn(&Lock); N]) {
    on_threads_with(|| Lock::new(()), threads);
}

fn on_threads_with<const N: usize>(new: fn() -> Lock, threads: [fn(&Lock); N]) {
    explore(N, move || {
        let lock = Arc::new(new());
        let handles: Vec<_> = threads[1..]
            .iter()
            .map(|&run| {
                let lock = lock.clone();
                thread::spawn(move || run(&lock))
            })
            .collect();
        threads[0](&lock);
        for handle in handles {
            handle.join().expect("no thread panics");
        }
        assert_idle(&*lock);
    });
}

/// Up to three preemptions of two threads, two of more, and a few seconds: who keeps watch may be polled
/// again at each step of the others, so few of the models could be gone through to the end. (The long form
/// sets loom's own `LOOM_MAX_DURATION` and `LOOM_MAX_PREEMPTIONS`.)
fn explore(threads: usize, model: impl Fn() + Sync + Send + 'static) {
    let mut builder = Builder::new();
    let preemptions = if threads <= 2 { 3 } else { 2 };
    builder.preemption_bound = builder.preemption_bound.or(Some(preemptions));
    builder.max_duration = builder.max_duration.or(Some(Duration::from_secs(3)));
    // Who keeps watch looks at each step of the others, so some executions are long.
    builder.max_branches = builder.max_branches.max(10_000);
    builder.checkpoint_interval = 500; // and then loom looks at the clock, too
    let (most, bound) = (builder.max_duration, builder.preemption_bound);
    let executions = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = executions.clone();
    let begun = Instant::now();
    builder.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        model();
    });
    let executions = executions.load(std::sync::atomic::Ordering::Relaxed);
    let extent = match bound {
        _ if most.is_some_and(|most| begun.elapsed() >= most) => "stopped by the clock".to_owned(),
        Some(bound) => format!("all with up to {bound} preemptions"),
        None => "all there are".to_owned(),
    };
    let name = std::thread::current().name().unwrap_or_default().to_owned();
    println!("{name}: {executions} executions, {extent}");
}

fn assert_idle(lock: &impl Lockable) {
    lock.raw().end_bias();
    let state = lock.raw().state();
    assert_eq!(state.0, 0, "a lock that nobody holds or wants is idle: {state:?}");
}

/// Polls once with a waker that does nothing: a future that is looked at and then left alone.
fn poll_once<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
    future.poll(&mut Context::from_waker(Waker::noop()))
}

fn write(lock: &Lock) {
    drop(block_on(lock.write()));
}

fn read(lock: &Lock) {
    drop(block_on(lock.read()));
}

/// With loom's own executor instead of ours.
fn write_async(lock: &Lock) {
    drop(loom::future::block_on(lock.write()));
}

fn try_write(lock: &Lock) {
    drop(lock.try_write());
}

fn upgrade(lock: &Lock) {
    let guard = block_on(lock.upgradable_read());
    drop(block_on(RwLockUpgradableReadGuard::upgrade(guard)));
}

/// Begins to upgrade and goes away.
fn give_up_upgrading(lock: &Lock) {
    let guard = block_on(lock.upgradable_read());
    drop(poll_once(pin!(RwLockUpgradableReadGuard::upgrade(guard))));
}

fn downgrade_twice(lock: &Lock) {
    let guard = RwLockWriteGuard::downgrade_to_upgradable(block_on(lock.write()));
    drop(RwLockUpgradableReadGuard::downgrade(guard));
}

fn read_recursively(lock: &Lock) {
    let outer = block_on(lock.read());
    drop(block_on(lock.read_recursive()));
    drop(outer);
}

fn downgrade(lock: &Lock) {
    drop(block_on(lock.write()).downgrade());
}

/// Polls once for the lock and goes away, as in a `select!` that something else wins.
fn give_up_writing(lock: &Lock) {
    drop(poll_once(pin!(lock.write())));
}

fn give_up_reading(lock: &Lock) {
    drop(poll_once(pin!(lock.read())));
}

#[test]
fn one_writes_at_a_time_and_nobody_is_forgotten() {
    on_threads([write, write]);
}

#[test]
fn three_writers_all_get_their_turn() {
    on_threads([write, write, write]);
}

#[test]
fn a_writer_and_a_reader_exclude_each_other() {
    on_threads([write, read]);
}

#[test]
fn a_writer_comes_after_two_readers() {
    on_threads([read, read, write]);
}

#[test]
fn two_writers_and_a_reader_all_get_their_turn() {
    on_threads([write, write, read]);
}

#[test]
fn giving_up_while_queued_or_called_wakes_the_next() {
    on_threads([write, write, give_up_writing]);
}

#[test]
fn a_writer_that_gives_up_lets_readers_in() {
    on_threads([read, read, give_up_writing]);
}

#[test]
fn a_reader_that_gives_up_wakes_the_writer() {
    on_threads([write, write, give_up_reading]);
}

#[test]
fn a_blocked_thread_and_a_task_wait_for_the_same_lock() {
    on_threads([write, write_async]);
}

#[test]
fn trying_takes_nobodys_wake_up() {
    on_threads([write, try_write, write]);
}

#[test]
fn a_downgrade_excludes_writers() {
    on_threads([downgrade, write, read]);
}

#[test]
fn an_upgrade_races_a_writer() {
    on_threads([upgrade, write]);
}

#[test]
fn an_upgrade_waits_for_a_reader_beside_a_writer() {
    on_threads([upgrade, read, write]);
}

#[test]
fn two_upgrades_come_one_after_the_other() {
    on_threads([upgrade, upgrade]);
}

#[test]
fn giving_up_an_upgrade_wakes_the_next() {
    on_threads([give_up_upgrading, read, write]);
}

#[test]
fn downgrades_to_upgradable_and_to_shared_wake_the_next() {
    on_threads([downgrade_twice, upgrade]);
    on_threads([downgrade_twice, read]);
}

#[test]
fn a_recursive_read_does_not_wait_for_itself() {
    on_threads([read_recursively, write, write]);
}

#[test]
fn readers_called_in_batches_all_come_in() {
    // A batch is of two under loom.
    explore(4, || {
        let lock = Arc::new(Lock::new(()));
        let writing = block_on(lock.write());
        let mut readers = [(); 3].map(|()| Box::pin(lock.read()));
        for reader in &mut readers {
            assert!(poll_once(reader.as_mut()).is_pending(), "somebody writes");
        }
        let other = thread::spawn({
            let lock = lock.clone();
            move || write(&lock)
        });
        drop(writing);
        for reader in readers {
            drop(block_on(reader));
        }
        other.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_limit_of_readers_lets_the_next_in() {
    on_threads_with(|| Lock::with_max_readers((), 1), [read, read, read]);
}

/// Reads, and stays inside until so many were inside.
fn read_together(lock: &Lock, inside: &AtomicUsize, all: usize) {
    let guard = block_on(lock.read());
    inside.fetch_add(1, Ordering::AcqRel);
    wait_for(inside, all);
    drop(guard);
}

fn wait_for(inside: &AtomicUsize, all: usize) {
    while inside.load(Ordering::Acquire) < all {
        thread::yield_now();
    }
}

#[test]
fn a_release_admits_the_readers_in_front_together() {
    explore(3, || {
        let lock = Arc::new(Lock::new(()));
        let inside = Arc::new(AtomicUsize::new(0));
        let writing = block_on(lock.write());
        let readers = [(); 2].map(|()| {
            let (lock, inside) = (lock.clone(), inside.clone());
            thread::spawn(move || read_together(&lock, &inside, 2))
        });
        drop(writing);
        for reader in readers {
            reader.join().expect("no thread panics");
        }
        assert_idle(&*lock);
    });
}

/// The one that was called lets in the one that came later, and has queued behind it.
#[test]
fn a_limit_of_two_admits_two_together() {
    explore(3, || {
        let lock = Arc::new(Lock::with_max_readers((), 2));
        let inside = Arc::new(AtomicUsize::new(0));
        let writing = block_on(lock.write());
        let mut called = Box::pin(lock.read());
        assert!(poll_once(called.as_mut()).is_pending(), "somebody writes");
        drop(writing);
        let other = thread::spawn({
            let (lock, inside) = (lock.clone(), inside.clone());
            move || read_together(&lock, &inside, 2)
        });
        let reading = block_on(called);
        inside.fetch_add(1, Ordering::AcqRel);
        wait_for(&inside, 2);
        drop(reading);
        other.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_reader_that_leaves_a_full_lock_lets_the_next_in_beside_the_other() {
    explore(2, || {
        let lock = Arc::new(Lock::with_max_readers((), 2));
        let inside = Arc::new(AtomicUsize::new(1));
        let [leaving, staying] = [(); 2].map(|()| block_on(lock.read()));
        let other = thread::spawn({
            let (lock, inside) = (lock.clone(), inside.clone());
            move || read_together(&lock, &inside, 2)
        });
        drop(leaving);
        wait_for(&inside, 2);
        drop(staying);
        other.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_writer_that_gives_up_lets_in_the_reader_behind_it_beside_the_other() {
    explore(2, || {
        let lock = Arc::new(Lock::new(()));
        let inside = Arc::new(AtomicUsize::new(1));
        let staying = block_on(lock.read());
        let mut writer = Box::pin(lock.write());
        assert!(poll_once(writer.as_mut()).is_pending(), "somebody reads");
        let other = thread::spawn({
            let (lock, inside) = (lock.clone(), inside.clone());
            move || read_together(&lock, &inside, 2)
        });
        drop(writer);
        wait_for(&inside, 2);
        drop(staying);
        other.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_downgrade_admits_the_reader_that_waits() {
    explore(2, || {
        let lock = Arc::new(Lock::new(()));
        let inside = Arc::new(AtomicUsize::new(1));
        let writing = block_on(lock.write());
        let reader = thread::spawn({
            let (lock, inside) = (lock.clone(), inside.clone());
            move || read_together(&lock, &inside, 2)
        });
        let reading = writing.downgrade();
        wait_for(&inside, 2);
        drop(reading);
        reader.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn the_last_part_of_a_split_hold_releases_it() {
    explore(2, || {
        let lock = std::sync::Arc::new(Mutex::new((0, 0)));
        let guard = block_on(lock.clone().lock_owned());
        let (mut one, mut other) = OwnedMutexGuard::split(guard, |pair| (&mut pair.0, &mut pair.1));
        let part = thread::spawn(move || *one += 1);
        *other += 1;
        drop(other);
        assert_eq!(*block_on(lock.lock()), (1, 1), "the next sees what both parts wrote");
        part.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

/// Notes that it was woken.
#[derive(Default)]
struct Woken(AtomicBool);

impl std::task::Wake for Woken {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

#[test]
fn a_waiter_called_while_it_takes_the_lock_by_itself_has_the_next_called() {
    // Three tasks wait, so up to two preemptions: one when the second has seen that it sleeps.
    explore(3, || {
        let lock: &'static Lock = Box::leak(Box::new(Lock::new(())));
        let holding = block_on(lock.write());
        let mut silent = Box::pin(lock.write());
        assert!(poll_once(silent.as_mut()).is_pending(), "somebody writes");
        drop(holding); // `silent` is called, and is the bearer
        let holding = lock.try_write().expect("nobody is kept out");
        let mut second = Box::pin(lock.write());
        assert!(poll_once(second.as_mut()).is_pending(), "somebody writes");
        let woken = std::sync::Arc::new(Woken::default());
        let waker = Waker::from(woken.clone());
        let mut third = Box::pin(lock.write());
        assert!(third.as_mut().poll(&mut Context::from_waker(&waker)).is_pending());
        // The second is polled by chance while the release calls it.
        let polling = thread::spawn(move || match poll_once(second.as_mut()) {
            Poll::Ready(guard) => drop(guard),
            Poll::Pending => block_on(async { drop(second.await) }),
        });
        drop(holding);
        polling.join().expect("no thread panics");
        assert!(woken.0.load(Ordering::Acquire), "the lock is free, and the third asleep");
        drop(third);
        drop(silent);
    });
}

#[test]
fn a_lock_that_the_last_waiter_left_admits_every_reader() {
    explore(2, || {
        let lock = Arc::new(Lock::new(()));
        let holding = block_on(lock.write());
        drop(poll_once(pin!(lock.write())));
        let reading = thread::spawn({
            let lock = lock.clone();
            move || {
                if let Ok(_one) = lock.try_read() {
                    assert!(lock.try_read().is_ok(), "nobody waits and nobody writes");
                }
            }
        });
        drop(holding);
        reading.join().expect("no thread panics");
        assert_idle(&*lock);
    });
}

#[test]
fn a_called_waiter_that_nobody_polls_keeps_nobody_out_and_nobody_asleep() {
    explore(3, || {
        let lock = Arc::new(Lock::new(()));
        let done = Arc::new(AtomicBool::new(false));
        let holding = block_on(lock.write());
        let mut silent = Box::pin(lock.write());
        assert!(poll_once(silent.as_mut()).is_pending(), "somebody writes");
        let other = thread::spawn({
            let (lock, done) = (lock.clone(), done.clone());
            move || {
                write(&lock);
                done.store(true, Ordering::Release);
            }
        });
        // The other one may sleep behind the silent one by now, or come later and keep watch.
        drop(holding);
        if !done.load(Ordering::Acquire) {
            write(&lock);
        }
        other.join().expect("no thread panics");
        drop(silent);
        assert_idle(&*lock);
    });
}

#[test]
fn one_that_falls_asleep_behind_a_silent_waiter_is_called_by_the_next_release() {
    explore(2, || {
        let lock = Arc::new(Lock::new(()));
        let holding = block_on(lock.write());
        let mut silent = Box::pin(lock.write());
        assert!(poll_once(silent.as_mut()).is_pending(), "somebody writes");
        drop(holding);
        let passing = lock.try_write().expect("nobody is kept out");
        let other = thread::spawn({
            let lock = lock.clone();
            move || write(&lock)
        });
        drop(passing);
        other.join().expect("no thread panics");
        drop(silent);
        assert_idle(&*lock);
    });
}
