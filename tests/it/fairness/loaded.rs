//! On a machine that has more to do than it can: eight threads that never rest beside the executor's own.

use std::{
    hint::spin_loop,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use ironfence_tests::watchdog::must_end;
use tokio::{runtime::Runtime, time::sleep};

use super::{ALONE, Locks, Way};

const BUSY: usize = 8;
const TASKS: usize = 6;
const TURNS: usize = 20;

/// How many turns each other task may have, in the mean, while one waits. In strict order it is one; the system
/// may suspend a called waiter's thread for longer than the lock's patience, and then others pass.
const TURNS_OF_EACH_OTHER: usize = 6;

/// Runs `work` while so many threads keep the processors.
fn beside_busy_threads(work: impl FnOnce()) {
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| {
                while !is_over.load(Relaxed) {
                    spin_loop();
                }
            });
        }
        // The threads end also if a test fails.
        struct Over<'a>(&'a AtomicBool);
        impl Drop for Over<'_> {
            fn drop(&mut self) {
                self.0.store(true, Relaxed);
            }
        }
        let _over = Over(&is_over);
        work();
    });
}

/// Tasks that sleep with the lock, each for so many turns. Returns the most turns that the others have had
/// while one waited.
async fn most_turns_of_others(way: Way) -> usize {
    let locks = Arc::new(Locks::new());
    let (turns, inside) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let tasks: Vec<_> = (0..TASKS)
        .map(|_| {
            let (locks, turns, inside) = (locks.clone(), turns.clone(), inside.clone());
            tokio::spawn(async move {
                let mut most = 0;
                for _ in 0..TURNS {
                    let before = turns.load(Relaxed);
                    let waited = locks.hold(way, async {
                        assert_eq!(inside.fetch_add(1, Relaxed), 0, "one is inside at a time");
                        let waited = turns.fetch_add(1, Relaxed) - before;
                        sleep(Duration::from_millis(1)).await;
                        inside.fetch_sub(1, Relaxed);
                        waited
                    });
                    most = waited.await.max(most);
                }
                most
            })
        })
        .collect();
    let mut most = 0;
    for task in tasks {
        most = task.await.unwrap().max(most);
    }
    assert_eq!(turns.load(Relaxed), TASKS * TURNS, "each has had its turns");
    most
}

fn check(runtime: impl Fn() -> Runtime + Send + 'static) {
    must_end(move || {
        beside_busy_threads(|| {
            for way in ALONE {
                let most = runtime().block_on(most_turns_of_others(way));
                let bound = TURNS_OF_EACH_OTHER * (TASKS - 1);
                assert!(most <= bound, "{way:?}: one waited for {most} turns of the others");
            }
        });
    });
}

#[test]
fn each_has_its_turn_on_two_workers_of_a_busy_machine() {
    check(|| {
        let mut builder = tokio::runtime::Builder::new_multi_thread();
        builder.worker_threads(2).enable_time().build().unwrap()
    });
}

#[test]
fn each_has_its_turn_on_one_thread_of_a_busy_machine() {
    check(|| tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap());
}
