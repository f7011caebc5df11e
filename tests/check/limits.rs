//! Waits and holds that are too long, and waiters that nobody polls: asked for now, and by the thread.

use std::{pin::pin, sync::mpsc, time::Duration};

use ironfence::{Guarded, check};
use ironfence_tests::polled::Polled;

use crate::{Sleep, by_hand, line_of, quiet, says};

const NOW: Duration = Duration::ZERO;

/// The text of the one that is about these locks.
#[track_caller]
fn the_one(reports: Vec<check::Report>, name: &str) -> String {
    let mut texts = reports
        .iter()
        .filter(|report| report.locks().iter().any(|lock| lock.starts_with(name)))
        .map(ToString::to_string);
    let text = texts.next().expect("there is one");
    assert_eq!(texts.next(), None, "there is one alone");
    text
}

#[derive(Guarded)]
struct Slow {
    #[guarded(mutex)]
    queue: u32,
}

#[test]
fn a_long_wait_names_who_holds_and_who_is_ahead() {
    let slow = Slow { queue: 0 }.into_guarded();
    let line = line!() + 2;
    let mut holder = by_hand("holder", async {
        let _held = slow.queue.lock().await;
        Sleep::default().await;
    });
    assert!(holder.poll().is_pending(), "it sleeps");
    let mut first = by_hand("first", slow.queue.lock());
    assert!(first.poll().is_pending(), "it is held");
    let second = Polled::queued(slow.queue.lock());
    let text = the_one(
        check::waits_over(NOW)
            .into_iter()
            .filter(|it| it.to_string().contains("unknown"))
            .collect(),
        "Slow.",
    );
    says(&text, &["a wait of ", "for `Slow.queue`", "an unknown task", "waits for `Slow.queue`"]);
    says(&text, &["task \"holder\"", "holds `Slow.queue` exclusively, from", line_of!(line)]);
    says(&text, &["ahead of it, 1: task \"first\""]);
    holder.finish();
    drop((first, second));
    let left = check::waits_over(NOW);
    assert!(left.iter().all(|it| it.locks() != ["Slow.queue"]), "nobody waits any more");
}

#[derive(Guarded)]
struct Left {
    #[guarded(mutex)]
    list: u32,
}

#[test]
fn a_woken_waiter_that_the_task_has_left_is_told_with_what_the_task_waits_for() {
    let left = Left { list: 0 }.into_guarded();
    let guard = ironfence_tests::polled::now(left.list.lock());
    let line = line!() + 2;
    let mut task = by_hand("leaver", async {
        let mut first = pin!(left.list.lock());
        assert!(futures::poll!(first.as_mut()).is_pending());
        Sleep::default().await;
        // Somebody has it again by now.
        drop(left.list.lock().await);
        drop(first.await);
    });
    assert!(task.poll().is_pending(), "it sleeps, and has queued");
    drop(guard);
    let text = the_one(check::unpolled_over(NOW), "Left.");
    says(&text, &["a future that waits for `Left.list` was woken and is not polled"]);
    says(&text, &["task \"leaver\"", "asked for `Left.list` exclusively, at", line_of!(line)]);
    let guard = left.list.try_lock().unwrap();
    assert!(task.poll().is_pending(), "it is held again");
    let text = the_one(check::unpolled_over(NOW), "Left.");
    says(&text, &["the task was polled 1 times since", "waits for `Left.list`"]);
    says(&text, &["it waits for the same lock in another future, this is certain"]);
    drop(guard);
    task.finish();
    let after = check::unpolled_over(NOW);
    assert!(after.iter().all(|it| it.locks() != ["Left.list"]), "it was polled in the end");
}

#[test]
fn a_guard_that_is_held_for_long_is_told_if_asked() {
    #[derive(Guarded)]
    struct Kept {
        #[guarded(rwlock)]
        pages: u32,
    }
    let kept = Kept { pages: 0 }.into_guarded();
    let mut task = by_hand("keeper", async {
        let _reading = kept.pages.read().await;
        Sleep::default().await;
    });
    assert!(task.poll().is_pending(), "it sleeps");
    let mut writer = by_hand("writer", kept.pages.write());
    assert!(writer.poll().is_pending(), "somebody reads");
    let text = the_one(check::holds_over(NOW), "Kept.");
    says(&text, &["`Kept.pages` is held for ", "task \"keeper\"", "one waits for it"]);
    drop(writer);
    task.finish();
    assert!(check::holds_over(NOW).iter().all(|it| it.locks() != ["Kept.pages"]), "it is released");
}

#[test]
fn the_checkers_thread_reports_a_wait_over_the_limit_once() {
    #[derive(Guarded)]
    struct Late {
        #[guarded(mutex)]
        train: u32,
    }
    quiet();
    let late = Late { train: 0 }.into_guarded();
    let _held = ironfence_tests::polled::now(late.train.lock());
    let mut waiter = by_hand("waiter", late.train.lock());
    assert!(waiter.poll().is_pending(), "it is held");
    let (tell, told) = mpsc::channel();
    check::on_report(move |report| _ = tell.send(report.clone()));
    check::set_wait_limit(Some(Duration::from_millis(1)));
    // The longest wait for it is the watchdog's.
    let report = ironfence_tests::watchdog::must_end(move || {
        told.iter().find(|report| report.locks() == ["Late.train"]).unwrap()
    });
    assert_eq!(report.kind(), check::Kind::LongWait);
    check::set_wait_limit(Some(Duration::from_secs(10)));
    check::on_report(|_| ());
    let count = check::reports().iter().filter(|it| it.locks() == ["Late.train"]).count();
    assert_eq!(count, 1, "it is reported once");
    assert!(waiter.poll().is_pending(), "it is held");
}

#[test]
fn the_table_shows_who_waits_for_whom() {
    #[derive(Guarded)]
    struct Shown {
        #[guarded(rwlock)]
        pages: u32,
    }
    let shown = Shown { pages: 0 }.into_guarded();
    let mut task = by_hand("reader", async {
        let _reading = shown.pages.read().await;
        Sleep::default().await;
    });
    assert!(task.poll().is_pending(), "it sleeps");
    let mut writer = by_hand("writer", shown.pages.write());
    assert!(writer.poll().is_pending(), "somebody reads");
    let table = check::waiting();
    assert!(!table.is_empty());
    let text = table.to_string();
    says(
        &text,
        &[
            "`Shown.pages`",
            "held shared",
            "by task \"reader\"",
            "waits exclusively",
            "task \"writer\"",
        ],
    );
}
