//! Waits that never end, reported when they begin.

use std::{sync::mpsc, thread};

use ironfence::{Guarded, Mutex, RwLock, RwLockUpgradableReadGuard, check::Kind};
use ironfence_tests::{polled::Polled, watchdog::must_end};

use crate::{Sleep, by_hand, line_of, nothing_about, says, the_report};

#[derive(Guarded)]
struct Twice {
    #[guarded(mutex)]
    list: Vec<u32>,
}

#[test]
fn a_mutex_locked_twice_by_one_task_is_reported_when_the_wait_begins() {
    let twice = Twice { list: Vec::new() }.into_guarded();
    let line = line!() + 2;
    let mut twice = by_hand("collect", async {
        let _first = twice.list.lock().await;
        let _second = twice.list.lock().await;
    });
    assert!(twice.poll().is_pending(), "it waits for itself");
    let text = the_report(Kind::AlreadyHeld, "Twice.");
    says(
        &text,
        &[
            "`Twice.list`, which it holds itself",
            "task \"collect\"",
            "holds `Twice.list` exclusively, from",
        ],
    );
    says(&text, &[line_of!(line), "waits for `Twice.list` exclusively, at", line_of!(line + 1)]);
}

#[derive(Guarded)]
struct Upgraded {
    #[guarded(rwlock)]
    limits: Vec<u32>,
}

#[test]
fn a_write_after_a_read_of_one_task_is_reported_also_in_a_later_poll() {
    let upgraded = Upgraded { limits: Vec::new() }.into_guarded();
    let mut task = by_hand("raise limits", async {
        let _reading = upgraded.limits.read().await;
        Sleep::default().await;
        let _writing = upgraded.limits.write().await;
    });
    assert!(task.poll().is_pending(), "it sleeps");
    nothing_about("Upgraded.");
    assert!(task.poll().is_pending(), "it waits for itself");
    let text = the_report(Kind::AlreadyHeld, "Upgraded.");
    says(&text, &["holds `Upgraded.limits` shared", "waits for `Upgraded.limits` exclusively"]);
}

#[derive(Guarded)]
struct Between {
    #[guarded(rwlock)]
    names: Vec<u32>,
}

#[test]
fn tokio_2849_a_read_behind_a_queued_writer_while_reading_is_reported() {
    let between = Between { names: Vec::new() }.into_guarded();
    let mut reader = by_hand("reader", async {
        let _outer = between.names.read().await;
        Sleep::default().await;
        let _inner = between.names.read().await;
    });
    assert!(reader.poll().is_pending(), "it sleeps");
    let mut writer = by_hand("writer", between.names.write());
    assert!(writer.poll().is_pending(), "somebody reads");
    nothing_about("Between.");
    assert!(reader.poll().is_pending(), "it queues behind the writer");
    let text = the_report(Kind::AlreadyHeld, "Between.");
    says(&text, &["holds `Between.names` shared", "waits for `Between.names` shared"]);
    says(
        &text,
        &["a writer stands between: task \"writer\"", "waits for `Between.names` exclusively"],
    );
}

#[derive(Guarded)]
struct Unnamed {
    #[guarded(rwlock)]
    names: Vec<u32>,
}

#[test]
fn a_read_behind_a_writer_of_an_unknown_task_is_reported_too() {
    let unnamed = Unnamed { names: Vec::new() }.into_guarded();
    let mut reader = by_hand("reader", async {
        let _outer = unnamed.names.read().await;
        Sleep::default().await;
        let _inner = unnamed.names.read().await;
    });
    assert!(reader.poll().is_pending(), "it sleeps");
    let _writer = Polled::queued(unnamed.names.write());
    assert!(reader.poll().is_pending(), "it queues behind the writer");
    let text = the_report(Kind::AlreadyHeld, "Unnamed.");
    says(
        &text,
        &["a writer stands between: an unknown task", "waits for `Unnamed.names` exclusively"],
    );
}

#[test]
fn a_recursive_read_and_a_second_read_without_a_writer_are_fine() {
    #[derive(Guarded)]
    struct Fine {
        #[guarded(rwlock)]
        names: Vec<u32>,
    }
    let fine = Fine { names: Vec::new() }.into_guarded();
    let mut reader = by_hand("reader", async {
        let _outer = fine.names.read().await;
        let _inner = fine.names.read().await;
        Sleep::default().await;
        let _innermost = fine.names.read_recursive().await;
    });
    assert!(reader.poll().is_pending(), "it sleeps");
    let mut writer = by_hand("writer", fine.names.write());
    assert!(writer.poll().is_pending(), "somebody reads");
    reader.finish();
    drop(writer.finish());
    nothing_about("Fine.");
}

#[derive(Guarded)]
struct Pair {
    #[guarded(mutex)]
    left: u32,
    #[guarded(mutex)]
    right: u32,
}

#[test]
fn two_tasks_that_wait_for_each_other_are_reported_with_all_four_lines() {
    let pair = Pair { left: 0, right: 0 }.into_guarded();
    let line = line!() + 2;
    let mut first = by_hand("first", async {
        let _left = pair.left.lock().await;
        Sleep::default().await;
        let _right = pair.right.lock().await;
    });
    let mut second = by_hand("second", async {
        let _right = pair.right.lock().await;
        let _left = pair.left.lock().await;
    });
    assert!(first.poll().is_pending(), "it sleeps");
    assert!(second.poll().is_pending(), "it waits for the first");
    assert!(first.poll().is_pending(), "it waits for the second");
    let text = the_report(Kind::Deadlock, "Pair.");
    says(&text, &["2 tasks wait for each other", "task \"first\""]);
    says(
        &text,
        &["holds `Pair.left`", line_of!(line), "waits for `Pair.right`", line_of!(line + 2)],
    );
    says(&text, &["task \"second\""]);
    says(
        &text,
        &["holds `Pair.right`", line_of!(line + 5), "waits for `Pair.left`", line_of!(line + 6)],
    );
}

#[derive(Guarded)]
struct Ring {
    #[guarded(mutex)]
    first: u32,
    #[guarded(mutex)]
    second: u32,
    #[guarded(mutex)]
    third: u32,
}

#[test]
fn a_circle_of_three_tasks_is_reported_without_a_fourth_that_only_waits() {
    let ring = Ring { first: 0, second: 0, third: 0 }.into_guarded();
    let locks = [&ring.first, &ring.second, &ring.third];
    let mut tasks: Vec<_> = ["one", "two", "three"]
        .into_iter()
        .enumerate()
        .map(|(at, name)| {
            by_hand(name, async move {
                let _held = locks[at].lock().await;
                Sleep::default().await;
                let _wanted = locks[(at + 1) % 3].lock().await;
            })
        })
        .collect();
    for task in &mut tasks {
        assert!(task.poll().is_pending(), "it sleeps");
    }
    let mut fourth = by_hand("four", ring.first.lock());
    assert!(fourth.poll().is_pending(), "it is held");
    for task in &mut tasks {
        assert!(task.poll().is_pending(), "it waits for the next");
    }
    let text = the_report(Kind::Deadlock, "Ring.");
    says(&text, &["3 tasks wait for each other", "\"one\"", "\"two\"", "\"three\""]);
    assert!(!text.contains("\"four\""), "nobody waits for it:\n{text}");
}

#[derive(Guarded)]
struct Upgrading {
    #[guarded(rwlock)]
    cache: u32,
}

#[test]
fn parking_lot_489_an_upgrade_and_a_reader_that_wants_to_write_are_reported() {
    let upgrading = Upgrading { cache: 0 }.into_guarded();
    let mut reader = by_hand("reader", async {
        let _reading = upgrading.cache.read().await;
        Sleep::default().await;
        let _writing = upgrading.cache.write().await;
    });
    let mut upgrade = by_hand("upgrade", async {
        let upgradable = upgrading.cache.upgradable_read().await;
        let _writing = RwLockUpgradableReadGuard::upgrade(upgradable).await;
    });
    assert!(reader.poll().is_pending(), "it sleeps");
    assert!(upgrade.poll().is_pending(), "somebody reads");
    nothing_about("Upgrading.");
    assert!(reader.poll().is_pending(), "the upgrade comes first");
    let text = the_report(Kind::AlreadyHeld, "Upgrading.");
    says(&text, &["holds `Upgrading.cache` shared", "waits for `Upgrading.cache` exclusively"]);
}

#[test]
fn a_thread_that_locks_twice_is_reported() {
    crate::quiet();
    #[derive(Guarded)]
    struct Threads {
        #[guarded(mutex)]
        count: u32,
    }
    let (say, said) = mpsc::channel();
    thread::Builder::new()
        .name("counter".into())
        .spawn(move || {
            let threads = Threads { count: 0 }.into_guarded();
            let _first = threads.count.blocking_lock();
            say.send(()).unwrap();
            // For ever: the thread ends with the tests.
            let _second = threads.count.blocking_lock();
        })
        .unwrap();
    said.recv().unwrap();
    must_end(|| {
        while crate::reports_about("Threads.").is_empty() {
            thread::yield_now();
        }
    });
    let text = the_report(Kind::AlreadyHeld, "Threads.");
    says(&text, &["thread \"counter\"", "holds `Threads.count`", "waits for `Threads.count`"]);
}

#[test]
fn locks_without_a_struct_are_known_by_where_they_were_made_or_by_their_name() {
    let line = line!() + 1;
    let (made, named) = (Mutex::new(0), RwLock::new(0));
    ironfence::check::name(&named, "certain.rs page cache");
    let mut task = by_hand("twice", async {
        let _named = named.read().await;
        let _made = made.lock().await;
        let _named = named.write().await;
    });
    assert!(task.poll().is_pending(), "it waits for itself");
    let text = the_report(Kind::AlreadyHeld, "certain.rs page cache");
    says(&text, &["holds `certain.rs page cache` shared", "`the lock made at ", line_of!(line)]);
}

#[test]
fn a_lock_held_in_a_scope_around_another_is_reported() {
    #[derive(Guarded)]
    struct Outer {
        #[guarded(mutex)]
        list: u32,
    }
    let outer = Outer { list: 0 }.into_guarded();
    let mut task = by_hand("outer", async {
        let _held = outer.list.lock().await;
        ironfence::task::named("inner", async { drop(outer.list.lock().await) }).await;
    });
    assert!(task.poll().is_pending(), "it waits for itself");
    let text = the_report(Kind::AlreadyHeld, "Outer.");
    says(
        &text,
        &["task \"outer\"", "holds `Outer.list`", "task \"inner\"", "waits for `Outer.list`"],
    );
}
