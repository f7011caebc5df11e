//! `check::test`: each test has its own reports, fails on them, and can't be green because nothing was looked at.

use std::{
    future::{Future, pending},
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use ironfence::{
    Guarded, Mutex, RwLock, RwLockUpgradableReadGuard,
    check::{self, Kind},
    foreign, task,
};
use ironfence_tests::{
    polled::{Polled, now},
    watchdog::must_end,
};

use crate::{
    Sleep, line_of, nothing_about, quiet, reports_about, says,
    speaking::{child_of, child_says, is_child},
    two_locks,
};

/// What the panic of this says.
#[track_caller]
fn panic_of<R>(run: impl FnOnce() -> R) -> String {
    let panic = catch_unwind(AssertUnwindSafe(run)).err().expect("it panics");
    panic.downcast_ref::<String>().cloned().expect("with a text")
}

/// On a runtime of one thread, as `#[tokio::test]` does it.
fn on_one_thread<F: Future>(future: F) -> F::Output {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn on_two_threads<F: Future>(future: F) -> F::Output {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    builder.worker_threads(2).enable_all().build().unwrap().block_on(future)
}

#[derive(Guarded, Clone)]
struct Two {
    #[guarded(mutex)]
    first: u32,
    #[guarded(mutex)]
    second: u32,
}

fn two() -> Arc<TwoGuarded> {
    Arc::new(Two { first: 0, second: 0 }.into_guarded())
}

async fn backwards(two: &TwoGuarded) {
    let _second = two.second.lock().await;
    drop(two.first.lock().await);
}

#[test]
fn a_test_fails_at_its_end_with_the_text_of_its_report() {
    quiet();
    let two = two_locks!(FailsAtEnd);
    let line = line!() + 3;
    let text = panic_of(|| {
        on_one_thread(check::test(async {
            let _second = two.second.lock().await;
            drop(two.first.lock().await);
        }));
    });
    says(&text, &["the lock checker has 1 report:", "`FailsAtEnd.first` is taken after"]);
    says(&text, &["task \"at ", "trials.rs", "holds `FailsAtEnd.second`", line_of!(line)]);
    nothing_about("FailsAtEnd.");
}

#[test]
fn reports_are_those_of_the_test_while_it_runs() {
    quiet();
    let (guilty, innocent) = (two_locks!(Guilty), two_locks!(Innocent));
    let mut bad = Polled::new(check::test(async {
        let second = guilty.second.lock().await;
        drop(guilty.first.lock().await);
        drop(second);
        Sleep::default().await;
        assert_eq!(check::reports().len(), 1, "its own");
        assert_eq!(check::take_reports()[0].kind(), Kind::OutOfOrder);
        check::expect_none();
    }));
    let mut good = Polled::new(check::test(async {
        drop(innocent.first.lock().await);
        Sleep::default().await;
        assert!(check::reports().is_empty(), "the other's is none of its own");
        check::expect_none();
        drop(innocent.first.lock().await);
    }));
    assert!(bad.poll().is_pending() && good.poll().is_pending(), "both sleep");
    bad.finish();
    good.finish();
    nothing_about("Guilty.");
}

#[test]
fn what_a_test_has_spawned_is_its_own_on_every_thread() {
    quiet();
    let text = panic_of(|| {
        on_two_threads(check::test(async {
            let two = two_locks!(SpawnedOnWorkers);
            let work = async move {
                let _second = two.second.lock().await;
                drop(two.first.lock().await);
            };
            // Named on a thread that nobody knows.
            tokio::spawn(async { task::named("work", work).await }).await.unwrap();
        }));
    });
    says(&text, &["`SpawnedOnWorkers.first` is taken after", "task \"work\""]);
    nothing_about("SpawnedOnWorkers.");
}

#[test]
fn a_test_that_waits_for_itself_fails_at_once() {
    quiet();
    let mutex = Mutex::new(0);
    check::name(&mutex, "trials.rs itself");
    let text = panic_of(|| {
        now(check::test(async {
            let _held = mutex.lock().await;
            drop(mutex.lock().await);
        }));
    });
    says(&text, &["a task waits for `trials.rs itself`, which it holds itself"]);
    assert!(mutex.try_lock().is_ok(), "it has let go");
}

#[test]
fn tasks_that_wait_for_each_other_fail_their_test_at_once() {
    quiet();
    let test = || {
        let two = two();
        let step = move |names: [bool; 2]| {
            let two = two.clone();
            async move {
                let lock = |first: bool| if first { &two.first } else { &two.second };
                let _held = lock(names[0]).lock().await;
                tokio::time::sleep(Duration::from_millis(20)).await;
                drop(lock(names[1]).lock().await);
            }
        };
        check::test(async move {
            let one = tokio::spawn(task::named("one", step([true, false])));
            let other = tokio::spawn(task::named("other", step([false, true])));
            one.await.unwrap();
            other.await.unwrap();
        })
    };
    for on_one in [true, false] {
        let text = must_end(move || {
            panic_of(|| if on_one { on_one_thread(test()) } else { on_two_threads(test()) })
        });
        says(&text, &["ironfence: deadlock: 2 tasks wait for each other"]);
        says(&text, &["task \"one\"", "holds `Two.first`", "waits for `Two.second`"]);
    }
}

#[test]
fn what_a_task_without_a_name_takes_while_it_holds_is_not_checked_and_the_test_says_so() {
    quiet();
    let line = line!() + 4;
    let spawned = async |two: Arc<TwoGuarded>| {
        tokio::spawn(async move {
            let _first = two.first.lock().await;
            drop(two.second.lock().await);
        });
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
    };
    let text = panic_of(|| on_one_thread(check::test(spawned(two()))));
    says(&text, &["1 acquisition was not checked", "without a name while another lock was held"]);
    says(&text, &["`Two.second`, at", line_of!(line), "write `#[ironfence::test]`", "task::named"]);
    // On a thread of which nothing is known, it is known by the lock: a field of a twin that was made here.
    let text = panic_of(|| {
        on_two_threads(check::test(async {
            let two = two();
            let in_task = async move {
                for _ in 0..3 {
                    let _first = two.first.lock().await;
                    drop(two.second.lock().await);
                }
            };
            tokio::spawn(in_task).await.unwrap();
        }));
    });
    says(&text, &["3 acquisitions were not checked", "The first: `Two.second`, at"]);
    // Or one that a task of the test has had.
    let mutexes = Arc::new([Mutex::new(0), Mutex::new(0)]);
    check::name(&mutexes[1], "trials.rs met");
    let text = panic_of(|| {
        on_two_threads(check::test(async {
            drop(mutexes[1].lock().await);
            let mutexes = mutexes.clone();
            let in_task = async move {
                let _first = mutexes[0].lock().await;
                drop(mutexes[1].lock().await);
            };
            tokio::spawn(in_task).await.unwrap();
        }));
    });
    says(&text, &["1 acquisition was not checked", "`trials.rs met`"]);
}

#[test]
fn what_needs_no_name_is_no_reason_to_fail() {
    quiet();
    #[derive(Guarded)]
    struct Mixed {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex, with = tokio::sync::Mutex)]
        theirs: u32,
        #[guarded(mutex)]
        second: u32,
    }
    let mixed = Mixed { first: 0, theirs: 0, second: 0 }.into_guarded();
    let both = two();
    let of_others = two();
    on_one_thread(check::test(async {
        let spawned = {
            let both = both.clone();
            tokio::spawn(async move {
                // One after the other, a set, and what is never waited for.
                drop(both.first.lock().await);
                drop(both.second.lock().await);
                drop(both.locks().lock_second().lock_first().await);
                drop(mixed.locks().lock_second().lock_first().await);
                let (first, second) = (foreign::lock(&both.first), foreign::lock(&both.second));
                drop(foreign::lock_pair(second, first).await.unwrap());
                drop(
                    foreign::lock_all([foreign::lock(&both.second), foreign::lock(&both.first)])
                        .await,
                );
                _ = both.snapshot().await;
                let _first = both.first.lock().await;
                drop(both.second.try_lock());
            })
        };
        spawned.await.unwrap();
        let blocking = tokio::task::spawn_blocking(move || {
            let _first = of_others.first.blocking_lock();
            drop(of_others.second.blocking_lock());
        });
        blocking.await.unwrap();
    }));
}

#[test]
fn a_task_without_a_name_that_goes_from_thread_to_thread_is_seen_when_it_lets_go() {
    quiet();
    let text = panic_of(|| {
        now(check::test(async {
            let two = two();
            let mut task = Polled::new(async move {
                let _first = two.first.lock().await;
                Sleep::default().await;
                drop(two.second.lock().await);
            });
            let elsewhere = move || {
                let _task = task.poll().is_pending().then_some(task);
                thread::spawn(move || _task.unwrap().finish()).join().unwrap();
            };
            thread::spawn(elsewhere).join().unwrap();
        }));
    });
    says(&text, &["1 acquisition was not checked", "The first: `Two.first`"]);
}

#[test]
fn a_test_that_does_not_end_fails_with_the_table() {
    quiet();
    let text = must_end(|| {
        let two = two();
        let held = now(two.first.lock());
        std::mem::forget(held);
        panic_of(|| {
            let test = check::test(async { drop(two.first.lock().await) });
            on_one_thread(test.limit(Duration::from_millis(50)));
        })
    });
    says(&text, &["the test `at ", "` has not ended within 50ms", "`Two.first`"]);
    says(&text, &["held exclusively", "waits exclusively"]);
}

#[test]
fn a_test_that_waits_for_no_lock_says_so() {
    if is_child() {
        let test = check::test(pending::<()>()).limit(Duration::from_millis(50));
        return on_one_thread(test);
    }
    let text = said_by("a_test_that_waits_for_no_lock_says_so", "report");
    says(&text, &["has not ended within 50ms"]);
    says(&text, &["nobody waits for a lock: it waits for something else"]);
}

#[test]
fn a_test_that_ends_in_time_ends() {
    quiet();
    let test = check::test(async { 5 }).limit(Duration::from_secs(3600));
    assert_eq!(now(test), 5);
}

/// Runs `name` of this module again in a child; what it wrote, all of it.
fn said_by(name: &str, mode: &str) -> String {
    let output = must_end({
        let (name, mode) = (format!("trials::{name}"), mode.to_owned());
        move || child_of(&name, &mode)
    });
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[track_caller]
fn says_once(text: &str, words: &str) {
    assert_eq!(text.matches(words).count(), 1, "`{words}` is there once in:\n{text}");
}

const FIRST: &str = "`Two.first` is taken after `Two.second`, against";

#[test]
fn a_report_is_printed_once_whoever_prints_it() {
    if is_child() {
        return now(check::test(async { backwards(&two()).await }));
    }
    for mode in ["report", "panic", "abort"] {
        let text = said_by("a_report_is_printed_once_whoever_prints_it", mode);
        says_once(&text, FIRST);
        says_once(&text, "and asks for `Two.first` exclusively");
    }
}

#[test]
fn what_was_printed_is_not_repeated_by_expect_none() {
    if is_child() {
        now(task::named("plain", async { backwards(&two()).await }));
        return check::expect_none();
    }
    let text = said_by("what_was_printed_is_not_repeated_by_expect_none", "report");
    says_once(&text, "and asks for `Two.first` exclusively");
    says(&text, &["the lock checker has 1 report:", FIRST, "(printed above)"]);
}

#[test]
fn a_test_that_fails_for_another_reason_prints_its_reports() {
    if is_child() {
        return now(check::test(async {
            backwards(&two()).await;
            panic!("for another reason");
        }));
    }
    let text = said_by("a_test_that_fails_for_another_reason_prints_its_reports", "report");
    says_once(&text, "and asks for `Two.first` exclusively");
    says_once(&text, "for another reason");
}

#[test]
fn a_test_that_is_given_up_prints_its_reports() {
    if is_child() {
        let mut test = Polled::new(check::test(async {
            backwards(&two()).await;
            pending::<()>().await;
        }));
        assert!(test.poll().is_pending());
        return;
    }
    let text = said_by("a_test_that_is_given_up_prints_its_reports", "report");
    says_once(&text, "and asks for `Two.first` exclusively");
}

#[test]
fn a_thread_that_stands_still_gets_its_table_on_stderr() {
    if is_child() {
        let two = two();
        let (tell, told) = mpsc::channel::<()>();
        let held = now(two.first.lock());
        let limit = Duration::from_millis(10);
        let test = check::test(async {
            _ = two.first.try_lock();
            // Until the parent has read it and ends this process.
            thread::park();
            drop(two.first.blocking_lock());
        });
        now(test.limit(limit));
        drop((held, tell, told));
        return;
    }
    let test = "trials::a_thread_that_stands_still_gets_its_table_on_stderr";
    let found = child_says(test, &[], "has not ended within 10ms");
    assert!(found, "it says so");
}

#[test]
fn a_plain_test_sees_what_is_of_no_test_and_not_what_is() {
    if is_child() {
        let (tell, told) = mpsc::channel();
        thread::spawn(move || {
            now(check::test(async {
                backwards(&two()).await;
                tell.send(()).unwrap();
                thread::park();
            }));
        });
        told.recv().unwrap();
        check::expect_none();
        assert!(check::reports().is_empty(), "it is the other test's");
        // Of a thread that is called like a test in a module.
        let of_another_test = thread::Builder::new().name("tests::other".into());
        let two = two_locks!(OfAnother);
        let backwards = async move {
            let _second = two.second.lock().await;
            drop(two.first.lock().await);
        };
        let other = of_another_test.spawn(|| now(task::named("other", backwards)));
        other.unwrap().join().unwrap();
        check::expect_none();
        assert_eq!(check::reports().len(), 1, "the program's list has all");
        // Of any other thread nobody can say whose it is.
        let two = two_locks!(OfAWorker);
        let backwards = async move {
            let _second = two.second.lock().await;
            drop(two.first.lock().await);
        };
        let worker = thread::Builder::new().name("worker".into());
        worker.spawn(|| now(task::named("work", backwards))).unwrap().join().unwrap();
        let text = panic_of(check::expect_none);
        says(&text, &["has 1 report:", "`OfAWorker.first` is taken after"]);
        says(&text, &["of other threads, perhaps of another test", "#[ironfence::test]"]);
        println!("went on");
        return;
    }
    let text = said_by("a_plain_test_sees_what_is_of_no_test_and_not_what_is", "report");
    says(&text, &["went on"]);
}

#[test]
fn a_plain_test_is_not_green_because_nothing_was_checked() {
    if is_child() {
        on_one_thread(async {
            let two = two();
            backwards(&two).await;
            let text = panic_of(check::expect_none);
            says(&text, &["1 acquisition was not checked", "`Two.first`, at"]);
            says(&text, &[file!(), "`#[ironfence::test]`", "`task::named("]);
            check::take_reports();
            check::expect_none();
        });
        check::tasks_are_sequential(true);
        on_one_thread(async {
            tokio::spawn(async { backwards(&two()).await }).await.unwrap();
        });
        assert_eq!(check::take_reports().len(), 1, "the user says that it can be checked");
        check::expect_none();
        println!("went on");
        return;
    }
    let text = said_by("a_plain_test_is_not_green_because_nothing_was_checked", "report");
    says(&text, &["went on"]);
}

#[test]
fn what_goes_on_after_a_test_is_of_no_other() {
    quiet();
    let two = two_locks!(GoesOn);
    let mut straggler = None;
    now(check::test(async {
        let two = two.clone();
        straggler = Some(task::named("straggler", async move {
            let _second = two.second.lock().await;
            drop(two.first.lock().await);
        }));
    }));
    now(straggler.unwrap());
    assert_eq!(reports_about("GoesOn.").len(), 1, "the program's list has it");
    now(check::test(async { check::expect_none() }));
}

#[test]
fn an_upgrade_has_its_own_lock_and_no_other() {
    quiet();
    on_one_thread(check::test(async {
        let lock = Arc::new(RwLock::new(0));
        let reading = lock.clone().read_owned().await;
        let upgraded = {
            let lock = lock.clone();
            tokio::spawn(async move {
                let reading = lock.upgradable_read().await;
                *RwLockUpgradableReadGuard::upgrade(reading).await += 1;
            })
        };
        tokio::task::yield_now().await;
        drop(reading);
        upgraded.await.unwrap();
        assert_eq!(*lock.read().await, 1);
    }));
}

#[test]
fn a_named_part_of_a_task_without_a_name_that_holds_a_lock_is_not_checked() {
    quiet();
    let text = panic_of(|| {
        on_one_thread(check::test(async {
            let two = two();
            let spawned = tokio::spawn(async move {
                // Not beside it.
                task::named("alone", async { drop(two.second.lock().await) }).await;
                let _second = two.second.lock().await;
                let inner = task::named("inner", async { drop(two.first.lock().await) });
                task::named("outer", inner).await;
            });
            spawned.await.unwrap();
        }));
    });
    says(&text, &["1 acquisition was not checked", "`Two.first`, at"]);
    // The root of a runtime has no number, but nobody else has its thread.
    if is_child() {
        return on_one_thread(async {
            let two = two();
            let held = two.second.lock().await;
            task::named("part", async { drop(two.first.lock().await) }).await;
            drop(held);
            check::expect_none();
        });
    }
    let name = "a_named_part_of_a_task_without_a_name_that_holds_a_lock_is_not_checked";
    says(&said_by(name, "report"), &["1 acquisition was not checked", "`Two.first`, at"]);
}

#[test]
fn a_named_task_beside_one_that_holds_a_lock_on_the_same_thread_is_checked() {
    quiet();
    on_one_thread(async {
        let (one, other) = (two(), two());
        let held = one.second.lock().await;
        let test = check::test(async move {
            drop(other.first.lock().await);
        });
        tokio::spawn(test).await.unwrap();
        drop(held);
    });
}

#[test]
fn a_set_of_other_peoples_locks_that_is_begun_by_a_task_without_a_name_is_counted_once() {
    #[derive(Guarded)]
    struct Foreign {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex, with = tokio::sync::Mutex)]
        second: u32,
    }
    quiet();
    let text = panic_of(|| {
        on_one_thread(check::test(async {
            let (two, foreign) = (two(), Foreign { first: 0, second: 0 }.into_guarded());
            let spawned = tokio::spawn(async move {
                let _first = two.first.lock().await;
                drop(foreign.locks().lock_first().lock_second().await);
            });
            spawned.await.unwrap();
        }));
    });
    says(&text, &["1 acquisition was not checked", "The first: `ForeignGuarded`, at"]);
}
