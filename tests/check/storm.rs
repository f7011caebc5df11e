//! Many tasks on several threads that do nothing wrong, with branches, cancellations and guards that
//! move: not one report. And some that do, of which one is certain in the end.

use std::{sync::Arc, time::Duration};

use ironfence::{Guarded, Mutex, check, check::Kind, task};
use ironfence_tests::watchdog::must_end;

use crate::{nothing_about, quiet, says};

#[derive(Guarded)]
struct Stormy {
    #[guarded(rwlock)]
    first: u64,
    #[guarded(mutex)]
    second: u64,
    #[guarded(rwlock)]
    third: u64,
    #[guarded(mutex)]
    fourth: u64,
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
}

async fn turn(stormy: &StormyGuarded, number: u64) {
    match number % 7 {
        0 => {
            let _first = stormy.first.read().await;
            let _second = stormy.second.lock().await;
            tokio::task::yield_now().await;
            *stormy.fourth.lock().await += 1;
        }
        1 => {
            let mut first = stormy.first.write().await;
            *first += 1;
            let first = first.downgrade();
            tokio::task::yield_now().await;
            *stormy.third.write().await += *first;
        }
        2 => {
            // Two branches, each with one lock.
            let one = async {
                let mut fourth = stormy.fourth.lock().await;
                tokio::task::yield_now().await;
                *fourth += 1;
            };
            let other = async {
                let mut first = stormy.first.write().await;
                tokio::task::yield_now().await;
                *first += 1;
            };
            tokio::join!(one, other);
        }
        3 => {
            // Cancelled, perhaps, wherever it stands.
            let work = async {
                let _second = stormy.second.lock().await;
                tokio::task::yield_now().await;
                *stormy.third.write().await += 1;
            };
            _ = tokio::time::timeout(Duration::from_micros(number % 50), work).await;
        }
        4 => {
            // A branch waits for what the other one holds.
            let one = async {
                let _third = stormy.third.write().await;
                tokio::task::yield_now().await;
            };
            let other = async { drop(stormy.third.read().await) };
            futures::join!(one, other);
        }
        5 => {
            let second = stormy.second.lock().await;
            let branches = (0..3).map(|_| {
                task::tracked(async {
                    drop(stormy.third.read().await);
                    tokio::task::yield_now().await;
                    drop(stormy.fourth.lock().await);
                })
            });
            futures::future::join_all(branches).await;
            drop(second);
        }
        _ => {
            tokio::select! {
                mut second = stormy.second.lock() => *second += 1,
                third = stormy.third.read() => drop(third),
                () = tokio::task::yield_now() => {}
            }
        }
    }
}

#[test]
fn a_storm_in_order_has_no_report() {
    quiet();
    must_end(|| {
        let runtime = runtime();
        let stormy = Arc::new(Stormy { first: 0, second: 0, third: 0, fourth: 0 }.into_guarded());
        runtime.block_on(async {
            let tasks = (0..60).map(|number| {
                let stormy = stormy.clone();
                tokio::spawn(task::tracked(async move {
                    for step in 0..50 {
                        turn(&stormy, number * 31 + step * 17).await;
                    }
                }))
            });
            for task in tasks.collect::<Vec<_>>() {
                task.await.unwrap();
            }
        });
    });
    nothing_about("Stormy.");
    let graph = check::graph();
    let learned = |edge| graph.edges().any(|it| it == edge);
    assert!(learned(("Stormy.first", "Stormy.second")), "it has looked");
    assert!(learned(("Stormy.second", "Stormy.third")), "also at what is held around branches");
    let left = check::holds_over(Duration::ZERO);
    assert!(
        left.iter().all(|it| !it.locks()[0].starts_with("Stormy.")),
        "all is released: {left:?}"
    );
}

#[test]
fn two_tasks_on_two_threads_that_meet_are_reported() {
    quiet();
    let (tell, told) = std::sync::mpsc::channel();
    let runtime = runtime();
    let pair = Arc::new([Mutex::new(0), Mutex::new(0)]);
    check::name(&pair[0], "meet.left");
    check::name(&pair[1], "meet.right");
    check::allow("meet.right", "meet.left", "the test is about what then happens");
    for first in [0, 1] {
        let (pair, tell) = (pair.clone(), tell.clone());
        runtime.spawn(task::named(if first == 0 { "left" } else { "right" }, async move {
            loop {
                let _first = pair[first].lock().await;
                tokio::task::yield_now().await;
                let _then = pair[1 - first].lock().await;
                if tell.send(()).is_err() {
                    return;
                }
            }
        }));
    }
    let report = must_end(move || {
        loop {
            while told.try_recv().is_ok() {}
            let all = check::reports();
            let found = all.iter().find(|it| it.locks() == ["meet.left", "meet.right"]);
            if let Some(report) = found {
                return report.clone();
            }
            std::thread::yield_now();
        }
    });
    assert_eq!(report.kind(), Kind::Deadlock);
    says(&report.to_string(), &["task \"left\"", "holds `meet.left`", "waits for `meet.right`"]);
    says(&report.to_string(), &["task \"right\"", "holds `meet.right`", "waits for `meet.left`"]);
    runtime.shutdown_background();
}
