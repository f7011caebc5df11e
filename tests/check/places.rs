//! Locks that few may read at once, and the places of upgradable readers.

use ironfence::{RwLock, check, check::Kind};

use crate::{Sleep, by_hand, nothing_about, says, the_report};

#[test]
fn a_task_that_has_all_places_of_readers_waits_for_itself() {
    for (places, name) in [(1, "places.rs one"), (2, "places.rs two")] {
        let lock = RwLock::with_max_readers(0, places);
        check::name(&lock, name);
        let mut task = by_hand("reader", async {
            let mut held = Vec::new();
            for _ in 0..places {
                held.push(lock.read().await);
            }
            nothing_about(name);
            drop(lock.read().await);
        });
        assert!(task.poll().is_pending(), "there is no place left");
        let text = the_report(Kind::AlreadyHeld, name);
        says(&text, &["task \"reader\"", "holds", "waits for", "shared"]);
    }
}

#[test]
fn recursive_and_upgradable_readers_want_a_place_too() {
    let [recursive, upgradable] = ["places.rs recursive", "places.rs upgradable"].map(|name| {
        let lock = RwLock::with_max_readers(0, 1);
        check::name(&lock, name);
        lock
    });
    let mut first = by_hand("recursive", async {
        let _held = recursive.read().await;
        drop(recursive.read_recursive().await);
    });
    let mut second = by_hand("upgradable", async {
        let _held = upgradable.read().await;
        drop(upgradable.upgradable_read().await);
    });
    assert!(first.poll().is_pending() && second.poll().is_pending(), "there is no place left");
    the_report(Kind::AlreadyHeld, "places.rs recursive");
    the_report(Kind::AlreadyHeld, "places.rs upgradable");
}

#[test]
fn two_tasks_that_have_all_places_of_readers_wait_for_each_other() {
    let lock = RwLock::with_max_readers(0, 2);
    check::name(&lock, "places.rs both");
    let twice = || async {
        let _held = lock.read().await;
        Sleep::default().await;
        drop(lock.read().await);
    };
    let (mut first, mut second) = (by_hand("first", twice()), by_hand("second", twice()));
    assert!(first.poll().is_pending() && second.poll().is_pending(), "both sleep");
    assert!(first.poll().is_pending(), "there is no place left");
    nothing_about("places.rs both");
    assert!(second.poll().is_pending(), "there is no place left");
    let text = the_report(Kind::Deadlock, "places.rs both");
    says(&text, &["2 tasks wait for each other", "\"first\"", "\"second\""]);
}

#[test]
fn a_place_that_somebody_else_will_give_back_is_waited_for() {
    let lock = RwLock::with_max_readers(0, 2);
    check::name(&lock, "places.rs other");
    let mut other = by_hand("other", async {
        let _held = lock.read().await;
        Sleep::default().await;
    });
    assert!(other.poll().is_pending(), "it sleeps");
    let mut task = by_hand("twice", async {
        let _held = lock.read().await;
        drop(lock.read().await);
    });
    assert!(task.poll().is_pending(), "there is no place left");
    other.finish();
    task.finish();
    nothing_about("places.rs other");
}

#[test]
fn an_upgradable_reader_that_reads_behind_another_one_that_waits() {
    for (lock, name) in [
        (RwLock::new(0), "places.rs upgradables"),
        (RwLock::with_max_readers(0, 3), "places.rs few upgradables"),
    ] {
        check::name(&lock, name);
        let mut holder = by_hand("holder", async {
            let _held = lock.upgradable_read().await;
            Sleep::default().await;
            drop(lock.read().await);
        });
        assert!(holder.poll().is_pending(), "it sleeps");
        let mut waiter = by_hand("waiter", lock.upgradable_read());
        assert!(waiter.poll().is_pending(), "there is one upgradable reader at a time");
        let is_stuck = holder.poll().is_pending() && holder.poll().is_pending();
        match is_stuck {
            true => {
                let text = the_report(Kind::AlreadyHeld, name);
                says(&text, &["holds", "upgradable", "waits for", "shared"]);
            }
            false => nothing_about(name),
        }
        println!("{name}: stuck {is_stuck}");
    }
}
