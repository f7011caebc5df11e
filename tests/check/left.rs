//! Futures that a task has begun, and left: for a while, for ever, or to another task; and guards that
//! it forgot.

use std::{pin::pin, sync::Arc, time::Duration};

use futures::{FutureExt as _, channel::oneshot};
use ironfence::{Guarded, Mutex, RwLock, check, check::Kind, task};
use ironfence_tests::polled::poll_once;

use crate::{Sleep, by_hand, nothing_about, run, the_report};

#[derive(Guarded)]
struct Early {
    #[guarded(mutex)]
    list: u32,
    #[guarded(mutex)]
    journal: u32,
}

#[derive(Guarded)]
struct Late {
    #[guarded(mutex)]
    list: u32,
    #[guarded(mutex)]
    journal: u32,
}

/// A task begins work that holds the journal, leaves it to hear what it is told, and comes back to it
/// beside a branch that wants the list. The work is woken `early`, with the word, or later.
macro_rules! leave_and_come_back {
    ($value:expr, early = $early:expr) => {{
        let value = $value.into_guarded();
        let (work_on, working) = oneshot::channel();
        let (tell, told) = oneshot::channel();
        let mut actor = by_hand("actor", async {
            let work = async {
                let _journal = value.journal.lock().await;
                working.await.unwrap();
                Sleep::default().await;
            };
            let mut work = pin!(work.fuse());
            tokio::select! {
                biased;
                word = told => word.unwrap(),
                () = &mut work => unreachable!("it sleeps"),
            }
            Sleep::default().await;
            futures::join!(async { drop(value.list.lock().await) }, &mut work);
        });
        assert!(actor.poll().is_pending(), "nothing was told");
        tell.send(()).unwrap();
        if $early {
            work_on.send(()).unwrap();
            assert!(actor.poll().is_pending(), "it was told, and sleeps");
        } else {
            assert!(actor.poll().is_pending(), "it was told, and sleeps");
            work_on.send(()).unwrap();
        }
        while actor.poll().is_pending() {}
    }};
}

#[test]
fn a_future_that_was_left_and_woken_is_a_branch_when_the_task_comes_back() {
    leave_and_come_back!(Late { list: 0, journal: 0 }, early = false);
    nothing_about("Late.");
    leave_and_come_back!(Early { list: 0, journal: 0 }, early = true);
    nothing_about("Early.");
}

#[test]
fn what_is_held_over_a_join_is_held_after_it() {
    #[derive(Guarded)]
    struct Over {
        #[guarded(mutex)]
        list: u32,
        #[guarded(mutex)]
        journal: u32,
    }
    let over = Over { list: 0, journal: 0 }.into_guarded();
    let mut task = by_hand("join", async {
        let _journal = over.journal.lock().await;
        let long = async {
            Sleep::default().await;
            Sleep::default().await;
        };
        futures::join!(Sleep::default(), long);
        drop(over.list.lock().await);
    });
    while task.poll().is_pending() {}
    the_report(Kind::OutOfOrder, "Over.");
}

#[test]
fn a_scope_that_was_dropped_or_has_ended_in_the_same_poll_is_not_waited_for() {
    for name in ["left.rs dropped", "left.rs ended"] {
        let mutex = Mutex::new(0);
        check::name(&mutex, name);
        let mut task = by_hand("twice", async {
            let _held = mutex.lock().await;
            {
                let mut inner = pin!(task::named("inner", Sleep::default()));
                assert!(futures::poll!(inner.as_mut()).is_pending(), "it sleeps");
                if name == "left.rs ended" {
                    inner.await;
                }
            }
            drop(mutex.lock().await);
        });
        assert!(task.poll().is_pending(), "it waits for itself");
        the_report(Kind::AlreadyHeld, name);
    }
}

#[test]
fn a_wrapped_future_takes_what_it_holds_along_to_another_task() {
    let mutex = Arc::new(Mutex::new(0));
    check::name(&*mutex, "left.rs moved");
    let (send, receive) = std::sync::mpsc::channel();
    let mut first = by_hand("first", async {
        let mutex = &mutex;
        let work = {
            let mutex = mutex.clone();
            async move {
                let _held = mutex.lock().await;
                Sleep::default().await;
            }
        };
        let mut work = Box::pin(task::named("work", work));
        assert!(futures::poll!(work.as_mut()).is_pending(), "it holds, and sleeps");
        send.send(work).unwrap();
        Sleep::default().await;
        drop(mutex.lock().await);
    });
    assert!(first.poll().is_pending(), "it has sent the work away");
    assert!(first.poll().is_pending(), "it waits for the work");
    by_hand("second", receive.recv().unwrap()).finish();
    first.finish();
    nothing_about("left.rs moved");
}

#[test]
fn a_writer_that_may_give_up_is_not_waited_for_for_ever() {
    for (name, is_inner) in [("left.rs limited", false), ("left.rs limited around", true)] {
        let lock = RwLock::new(0);
        check::name(&lock, name);
        let mut reader = by_hand("reader", async {
            let _outer = lock.read().await;
            Sleep::default().await;
            drop(lock.read().await);
        });
        assert!(reader.poll().is_pending(), "it sleeps");
        let mut writer = by_hand("writer with a limit", async {
            let write = async { drop(lock.write().await) };
            let limit = pin!(Sleep::default());
            match is_inner {
                false => _ = futures::future::select(pin!(write), limit).await,
                true => _ = futures::future::select(pin!(task::named("write", write)), limit).await,
            }
        });
        assert!(writer.poll().is_pending(), "somebody reads");
        assert!(reader.poll().is_pending(), "it queues behind the writer");
        assert!(writer.poll().is_ready(), "the time is up");
        reader.finish();
        nothing_about(name);
    }
}

#[test]
fn a_writer_that_may_have_another_lock_instead_is_not_waited_for_for_ever() {
    let (lock, other) = (RwLock::new(0), Mutex::new(0));
    check::name(&lock, "left.rs either");
    let held = other.try_lock().unwrap();
    let mut reader = by_hand("reader", async {
        let _outer = lock.read().await;
        Sleep::default().await;
        drop(lock.read().await);
    });
    assert!(reader.poll().is_pending(), "it sleeps");
    let mut writer = by_hand("writer of either", async {
        futures::future::select(pin!(lock.write()), pin!(other.lock())).await;
    });
    assert!(writer.poll().is_pending(), "somebody reads the one, and holds the other");
    assert!(reader.poll().is_pending(), "it queues behind the writer");
    drop(held);
    assert!(writer.poll().is_ready(), "it has the other one");
    reader.finish();
    nothing_about("left.rs either");
}

#[test]
fn a_guard_that_was_forgotten_is_none_of_the_next_lock_at_its_place() {
    let holds = || {
        let all = check::holds_over(Duration::ZERO).into_iter();
        all.filter(|report| report.locks() == ["forgotten"]).count()
    };
    run("forgetful", async {
        let mut place = RwLock::new(0);
        check::name(&place, "forgotten");
        std::mem::forget((place.read().await, place.read().await));
        assert_eq!(holds(), 2, "it is held for ever");
        place = RwLock::new(1);
        check::name(&place, "forgotten");
        assert_eq!(holds(), 0, "this one is another");
        drop(place.write().await);
    });
    nothing_about("forgotten");
}

#[test]
fn a_writer_that_was_forgotten_is_none_of_the_next_lock_at_its_place() {
    let mut place = RwLock::new(0);
    let waits = |lock: &RwLock<i32>| {
        check::name(lock, "left.rs writer");
        let all = check::waits_over(Duration::ZERO).into_iter();
        all.filter(|report| report.locks() == ["left.rs writer"]).count()
    };
    assert_eq!(waits(&place), 0);
    let reading = place.try_read().unwrap();
    let mut writing = Box::pin(place.write());
    assert!(poll_once(writing.as_mut()).is_pending(), "somebody reads");
    std::mem::forget(writing);
    assert_eq!(waits(&place), 1, "it waits for ever");
    std::mem::forget(reading);
    place = RwLock::new(1);
    assert_eq!(waits(&place), 0, "this one is another");
}
