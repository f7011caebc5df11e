//! Branches of one task are flows of their own: none of these is reported.

use std::{future::Future as _, pin::pin, sync::Arc, task::Poll};

use futures::{FutureExt as _, StreamExt as _, stream::FuturesUnordered};
use ironfence::{check, task};
use ironfence_tests::{polled::Polled, watchdog::must_end};

use crate::{Sleep, by_hand, nothing_about, quiet, run, the_report, two_locks};

#[test]
fn a_branch_of_a_join_may_wait_for_what_the_other_holds() {
    let joined = two_locks!(Joined);
    let holder = async {
        let _held = joined.first.lock().await;
        Sleep::default().await;
    };
    let waiter = async { drop(joined.first.lock().await) };
    let mut task = by_hand("join", async { futures::join!(holder, waiter) });
    assert!(task.poll().is_pending(), "one sleeps, one waits for it");
    task.finish();
    nothing_about("Joined.");
}

#[test]
fn branches_of_a_join_take_locks_in_any_order_if_none_holds_two() {
    let branches = two_locks!(Branches);
    let mut task = by_hand("join", async {
        let backwards = async {
            let _held = branches.second.lock().await;
            Sleep::default().await;
            Sleep::default().await;
        };
        let forwards = async {
            Sleep::default().await;
            let _held = branches.first.lock().await;
            Sleep::default().await;
        };
        futures::join!(backwards, forwards);
        let backwards = async {
            let _held = branches.second.lock().await;
            Sleep::default().await;
        };
        // In the same poll as the one before it.
        let forwards = async { drop(branches.first.lock().await) };
        tokio::join!(backwards, forwards);
    });
    while task.poll().is_pending() {}
    nothing_about("Branches.");
}

#[test]
fn a_branch_that_is_polled_first_is_a_branch_too() {
    let early = two_locks!(Early);
    let mut task = by_hand("join", async {
        let forwards = async {
            Sleep::default().await;
            drop(early.first.lock().await);
        };
        let backwards = async {
            let _held = early.second.lock().await;
            Sleep::default().await;
            Sleep::default().await;
        };
        futures::join!(forwards, backwards);
    });
    while task.poll().is_pending() {}
    nothing_about("Early.");
}

#[test]
fn branches_that_yield_to_tokio_are_two_though_it_keeps_one_waker() {
    quiet();
    let yields = two_locks!(Yields);
    let task = task::named("join", {
        let yields = yields.clone();
        async move {
            let forwards = async {
                tokio::task::yield_now().await;
                drop(yields.first.lock().await);
            };
            let backwards = async {
                let _held = yields.second.lock().await;
                tokio::task::yield_now().await;
            };
            futures::join!(forwards, backwards);
        }
    });
    must_end(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(async { tokio::spawn(task).await.unwrap() });
    });
    nothing_about("Yields.");
}

#[test]
fn one_branch_alone_is_one_flow() {
    let alone = two_locks!(Alone);
    let mut task = by_hand("join", async {
        let backwards = async {
            let _held = alone.second.lock().await;
            drop(alone.first.lock().await);
        };
        futures::join!(backwards, Sleep::default());
    });
    while task.poll().is_pending() {}
    the_report(check::Kind::OutOfOrder, "Alone.");
}

#[test]
fn the_arms_of_a_select_are_branches() {
    let selected = two_locks!(Selected);
    let mut task = by_hand("select", async {
        let mut holder = pin!(async {
            let _held = selected.second.lock().await;
            for _ in 0..10 {
                Sleep::default().await;
            }
        });
        for _ in 0..3 {
            let arm = async {
                Sleep::default().await;
                drop(selected.first.lock().await);
            };
            tokio::select! {
                () = &mut holder => unreachable!("it sleeps for longer"),
                () = arm => {}
            }
        }
    });
    while task.poll().is_pending() {}
    nothing_about("Selected.");
}

#[test]
fn the_futures_of_a_futures_unordered_are_branches() {
    let unordered = two_locks!(Unordered);
    let mut task = by_hand("unordered", {
        let unordered = unordered.clone();
        async move {
            let mut all = FuturesUnordered::new();
            for backwards in [true, false, true, false] {
                let unordered = unordered.clone();
                all.push(
                    async move {
                        let held = if backwards { &unordered.second } else { &unordered.first };
                        let _held = held.lock().await;
                        Sleep::default().await;
                    }
                    .boxed(),
                );
            }
            while all.next().await.is_some() {}
        }
    });
    for _ in 0..20 {
        if task.poll().is_ready() {
            break;
        }
    }
    nothing_about("Unordered.");
}

#[test]
fn wrapped_futures_of_a_futures_unordered_are_known_as_flows() {
    let wrapped = two_locks!(Wrapped);
    let mut task = by_hand("unordered", {
        let wrapped = wrapped.clone();
        async move {
            let mut all = FuturesUnordered::new();
            for _ in 0..2 {
                let wrapped = wrapped.clone();
                all.push(task::named("child", async move {
                    let _held = wrapped.second.lock().await;
                    drop(wrapped.first.lock().await);
                    Sleep::default().await;
                }));
            }
            while all.next().await.is_some() {}
        }
    });
    for _ in 0..20 {
        if task.poll().is_ready() {
            break;
        }
    }
    let text = the_report(check::Kind::OutOfOrder, "Wrapped.");
    crate::says(&text, &["task \"child\""]);
}

#[test]
fn what_an_ancestor_holds_counts_for_its_only_branch() {
    let ancestor = two_locks!(Ancestor);
    run("outer", async {
        let _held = ancestor.second.lock().await;
        task::named("inner", async { drop(ancestor.first.lock().await) }).await;
    });
    let text = the_report(check::Kind::OutOfOrder, "Ancestor.");
    crate::says(&text, &["task \"inner\"", "holds `Ancestor.second`", "asks for `Ancestor.first`"]);
}

#[test]
fn a_scope_beside_another_branch_does_not_hold_what_that_one_holds() {
    let beside = two_locks!(Beside);
    let mut task = by_hand("outer", async {
        let holder = async {
            let _held = beside.second.lock().await;
            Sleep::default().await;
        };
        let scope = task::named("inner", async { drop(beside.first.lock().await) });
        futures::join!(holder, scope);
    });
    while task.poll().is_pending() {}
    nothing_about("Beside.");
}

#[test]
fn two_tasks_in_turn_on_one_thread_are_two() {
    let turns = two_locks!(Turns);
    let mut backwards = by_hand("one", async {
        let _held = turns.second.lock().await;
        Sleep::default().await;
    });
    assert!(backwards.poll().is_pending());
    run("two", async { drop(turns.first.lock().await) });
    backwards.finish();
    nothing_about("Turns.");
}

#[test]
fn unknown_tasks_are_not_taken_for_one() {
    quiet();
    let unknown = two_locks!(Unknown);
    let mut backwards = Polled::queued(async {
        let _held = unknown.second.lock().await;
        Sleep::default().await;
    });
    drop(ironfence_tests::polled::now(unknown.first.lock()));
    backwards.finish();
    nothing_about("Unknown.");
}

#[test]
fn a_task_of_tokio_with_branches_and_no_name_is_not_accused() {
    quiet();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let tokios = two_locks!(Tokios);
    let task = async move {
        let holder = async {
            let _held = tokios.second.lock().await;
            tokio::task::yield_now().await;
        };
        tokio::join!(holder, async { drop(tokios.first.lock().await) }, async {
            drop(tokios.second.lock().await);
        });
    };
    must_end(move || runtime.block_on(async { tokio::spawn(task).await.unwrap() }));
    nothing_about("Tokios.");
}

#[test]
fn a_wait_beside_something_else_is_not_certain() {
    let timed = two_locks!(Timed);
    let mut task = by_hand("with a limit", async {
        let _held = timed.first.lock().await;
        // Whatever it is, it may end the wait: a timer, say.
        futures::future::select(pin!(timed.first.lock()), pin!(Sleep::default())).await;
    });
    assert!(task.poll().is_pending(), "it waits for itself, for some time");
    nothing_about("Timed.");
    task.finish();
    nothing_about("Timed.");
}

#[test]
fn two_branches_that_wait_for_each_other_are_reported() {
    let crossed = two_locks!(Crossed);
    let mut task = by_hand("crossed", async {
        let forwards = async {
            let _held = crossed.first.lock().await;
            Sleep::default().await;
            drop(crossed.second.lock().await);
        };
        let backwards = async {
            let _held = crossed.second.lock().await;
            Sleep::default().await;
            drop(crossed.first.lock().await);
        };
        futures::join!(forwards, backwards);
    });
    assert!(task.poll().is_pending(), "both sleep");
    assert!(task.poll().is_pending(), "both wait");
    let text = the_report(check::Kind::AlreadyHeld, "Crossed.");
    crate::says(&text, &["all that the task does waits for its own locks"]);
}

#[test]
fn an_owned_guard_may_be_elsewhere() {
    let sent = two_locks!(Sent);
    let mutex = Arc::new(ironfence::Mutex::new(0));
    check::name(&*mutex, "Sent.owned");
    let mut waiter = by_hand("sender", async {
        let guard = mutex.clone().lock_owned().await;
        let elsewhere = Polled::new(async move {
            let _guard = guard;
            Sleep::default().await;
        });
        let waiting = async { drop(mutex.lock().await) };
        drop(sent.first.lock().await);
        (elsewhere, waiting.await).0
    });
    assert!(waiter.poll().is_pending(), "the guard is in the other task");
    nothing_about("Sent.");
}

#[test]
fn a_guard_that_was_disowned_and_adopted_is_the_receivers() {
    let given = two_locks!(Given);
    let (send, receive) = futures::channel::oneshot::channel();
    let mut sender = by_hand("sender", async {
        let mut guard = given.first.lock().await;
        task::disown(&mut guard);
        assert!(send.send(guard).is_ok());
        drop(given.first.lock().await);
    });
    assert!(sender.poll().is_pending(), "the guard is on its way");
    nothing_about("Given.");
    let mut receiver = by_hand("receiver", async {
        let mut guard = receive.await.unwrap();
        task::adopt(&mut guard);
        Sleep::default().await;
        drop(given.first.lock().await);
    });
    assert!(receiver.poll().is_pending(), "it sleeps");
    assert!(receiver.poll().is_pending(), "it waits for itself");
    let text = the_report(check::Kind::AlreadyHeld, "Given.");
    crate::says(&text, &["task \"receiver\"", "holds `Given.first`"]);
    assert!(matches!(sender.poll(), Poll::Pending));
}

#[test]
fn a_task_that_is_dropped_while_it_sleeps_leaves_no_waker_behind() {
    use std::task::{Context, Wake, Waker};

    struct Nothing;
    impl Wake for Nothing {
        fn wake(self: Arc<Self>) {}
    }
    quiet();
    let nothing = Arc::new(Nothing);
    let mutex = ironfence::Mutex::new(0);
    let guard = ironfence_tests::polled::now(mutex.lock());
    {
        let waker = Waker::from(nothing.clone());
        let mut sleeper = Box::pin(task::named("sleeper", async { drop(mutex.lock().await) }));
        assert!(sleeper.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "it is held");
        assert!(sleeper.as_mut().poll(&mut Context::from_waker(&waker)).is_pending(), "it is held");
    }
    assert_eq!(Arc::strong_count(&nothing), 1, "every clone of the waker is dropped");
    drop(guard);
}
