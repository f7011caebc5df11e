//! A root future that is polled between many polls of tasks, and workers that are suspended: on the
//! real executors.

use std::{
    future::Future,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use ironfence_tests::{slow_executor::yield_now, watchdog::must_end};
use tokio::{task::LocalSet, time::sleep};

use super::{AMONG, Locks, Way};

/// How many turns others may have while one waits: see the tests with a slow executor.
const TURNS: usize = 200;

/// After so many turns the others give up: the one that waits has waited for ever.
const FOR_EVER: usize = 20_000;

/// The others: four that take the lock again and again, and how many turns they have had.
#[derive(Default)]
struct Others {
    turns: AtomicUsize,
    is_over: AtomicBool,
}

impl Others {
    async fn run(&self, locks: &Locks, way: Way, sleeps: bool) {
        while !self.is_over.load(Relaxed) && self.turns.load(Relaxed) < FOR_EVER {
            let inside = async {
                match sleeps {
                    true => sleep(Duration::from_millis(2)).await,
                    false => yield_now().await,
                }
            };
            locks.hold(way, inside).await;
            self.turns.fetch_add(1, Relaxed);
        }
    }
}

/// The root future of a current-thread runtime, with a paused clock, among four tasks, or four tasks of
/// a `LocalSet`. Returns the most turns of theirs while it waited.
fn most_turns_beside_the_root(way: Way, of_others: Way, sleeps: bool, in_set: bool) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let set = LocalSet::new();
    let (locks, others) = (Rc::new(Locks::new()), Rc::new(Others::default()));
    let in_tasks = (0..4).map(|_| {
        let (locks, others) = (locks.clone(), others.clone());
        async move { others.run(&locks, of_others, sleeps).await }
    });
    let root = async {
        // The tasks have begun then. (Where they never sleep the paused clock stands.)
        for _ in 0..3 {
            yield_now().await;
        }
        let mut most = 0;
        for _ in 0..3 {
            let before = others.turns.load(Relaxed);
            let waited = async { others.turns.load(Relaxed) - before };
            let waited = locks.hold(way, waited).await;
            most = waited.max(most);
            yield_now().await;
        }
        others.is_over.store(true, Relaxed);
        most
    };
    in_tasks.for_each(|task| drop(set.spawn_local(task)));
    match in_set {
        // The set polls its tasks, 61 in a row, and the future that it runs until that ends.
        true => runtime.block_on(set.run_until(root)),
        // All the tasks are polled when the set's turn comes; the root may be polled next to that.
        false => runtime.block_on(async {
            let mut set = std::pin::pin!(set);
            let mut root = std::pin::pin!(root);
            std::future::poll_fn(|context| {
                _ = set.as_mut().poll(context);
                root.as_mut().poll(context)
            })
            .await
        }),
    }
}

/// The same with tasks that tokio's own scheduler polls, the clock being paused.
fn most_turns_beside_tasks(way: Way, of_others: Way, sleeps: bool) -> usize {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let (locks, others) = (Arc::new(Locks::new()), Arc::new(Others::default()));
    runtime.block_on(async {
        for _ in 0..4 {
            let (locks, others) = (locks.clone(), others.clone());
            tokio::spawn(async move { others.run(&locks, of_others, sleeps).await });
        }
        // The tasks have begun then. (Where they never sleep the paused clock stands.)
        for _ in 0..3 {
            yield_now().await;
        }
        let mut most = 0;
        for _ in 0..3 {
            let before = others.turns.load(Relaxed);
            let waited = async { others.turns.load(Relaxed) - before };
            let waited = locks.hold(way, waited).await;
            most = waited.max(most);
            yield_now().await;
        }
        others.is_over.store(true, Relaxed);
        most
    })
}

#[track_caller]
fn assert_has_its_turn(what: &str, most_turns: impl Fn(Way, Way) -> usize) {
    for (way, of_others) in AMONG {
        let turns = most_turns(way, of_others);
        assert!(turns <= TURNS, "{what}: {way:?} among {of_others:?}: {turns} turns went by");
    }
}

#[test]
fn a_root_future_has_its_turn_among_tasks_that_yield_with_the_lock() {
    must_end(|| {
        assert_has_its_turn("tasks", |way, others| most_turns_beside_tasks(way, others, false));
    });
}

#[test]
fn a_root_future_has_its_turn_among_tasks_that_sleep_with_the_lock() {
    must_end(|| {
        assert_has_its_turn("tasks", |way, others| most_turns_beside_tasks(way, others, true));
    });
}

#[test]
fn a_root_future_has_its_turn_among_the_tasks_of_a_local_set() {
    must_end(|| {
        for (sleeps, in_set) in [(false, true), (true, true), (false, false), (true, false)] {
            assert_has_its_turn("LocalSet", |way, others| {
                most_turns_beside_the_root(way, others, sleeps, in_set)
            });
        }
    });
}

/// A worker that is not run for a while, as the system does to it: a task keeps it, holding nothing.
/// The one that waits may lie in that worker's queue, so it waits as long; but it has its turns in the
/// end, and nobody is left asleep.
#[test]
fn all_end_beside_a_worker_that_is_suspended() {
    must_end(|| {
        for (way, of_others) in AMONG {
            for sleeps in [false, true] {
                let runtime = tokio::runtime::Builder::new_multi_thread()
                    .worker_threads(2)
                    .enable_time()
                    .build()
                    .unwrap();
                runtime.block_on(beside_a_suspended_worker(way, of_others, sleeps));
            }
        }
    });
}

async fn beside_a_suspended_worker(way: Way, of_others: Way, sleeps: bool) {
    let (locks, is_over) = (Arc::new(Locks::new()), Arc::new(AtomicBool::new(false)));
    let mut tasks = Vec::new();
    tasks.push(tokio::spawn({
        let is_over = is_over.clone();
        async move {
            while !is_over.load(Relaxed) {
                thread::sleep(Duration::from_millis(2));
                yield_now().await;
            }
        }
    }));
    for _ in 0..4 {
        let (locks, is_over) = (locks.clone(), is_over.clone());
        tasks.push(tokio::spawn(async move {
            while !is_over.load(Relaxed) {
                let inside = async {
                    match sleeps {
                        true => sleep(Duration::from_millis(1)).await,
                        false => yield_now().await,
                    }
                };
                locks.hold(of_others, inside).await;
            }
        }));
    }
    let waits = tokio::spawn({
        let locks = locks.clone();
        async move {
            for _ in 0..10 {
                locks.hold(way, yield_now()).await;
            }
        }
    });
    waits.await.unwrap();
    is_over.store(true, Relaxed);
    for task in tasks {
        task.await.unwrap();
    }
}
