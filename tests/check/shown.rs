//! What is said of many in one line, of which value, and as data.

use std::time::Duration;

use ironfence::{
    Guarded, Mutex, RwLock,
    check::{self, Kind, Role},
};
use ironfence_tests::polled::now;
use serde_json::Value;

use crate::{
    Sleep, by_hand, line_of, nothing_about, reports_about, run, says, the_report, two_locks,
};

/// Of the table, what is about this lock.
fn table_of(class: &str) -> String {
    let table = check::waiting().to_string();
    let from = table.find(&format!("`{class}`")).expect("somebody waits for it");
    let rest = &table[from..];
    let end = rest.find("\n  `").unwrap_or(rest.len());
    rest[..end].to_owned()
}

#[test]
fn those_who_wait_alike_are_one_line_of_the_table() {
    let lock = RwLock::new(0);
    check::name(&lock, "shown.rs alike");
    let held = now(lock.write());
    let line = line!() + 1;
    let reader = || by_hand("reader", async { drop(lock.read().await) });
    let mut readers: Vec<_> = (0..8).map(|_| reader()).collect();
    let mut writer = by_hand("writer", async { drop(lock.write().await) });
    for reader in &mut readers[..5] {
        assert!(reader.poll().is_pending());
    }
    assert!(writer.poll().is_pending());
    for reader in &mut readers[5..] {
        assert!(reader.poll().is_pending());
    }
    let text = table_of("shown.rs alike");
    says(&text, &["held exclusively", "waits shared", line_of!(line), "5 x task \"reader\" (#"]);
    says(&text, &["5 x task \"reader\" (#", ", #", ", #", ", ..)", "task \"writer\" (#"]);
    says(&text, &["task \"writer\"", "waits shared", "3 x task \"reader\" (#"]);
    assert_eq!(text.lines().count(), 5, "{text}");
    // The rows are all there as data.
    let table = check::waiting();
    let rows: Vec<_> = table.rows().filter(|row| row.class() == "shown.rs alike").collect();
    assert_eq!(rows.len(), 10);
    assert_eq!(rows[0].role(), Role::Holds);
    assert!(rows[1..].iter().all(|row| row.role() == Role::Waits));
    assert_eq!((rows[1].way(), rows[1].value()), ("shared", None));
    assert!(rows[1].task().starts_with("task \"reader\" (#"), "{}", rows[1].task());
    assert_eq!((rows[1].place().file(), rows[1].place().line()), (file!(), line));
    assert!(rows[1].duration() < Duration::from_secs(3600));
    drop(held);
    readers.iter_mut().for_each(|reader| reader.finish());
    writer.finish();
}

#[test]
fn what_one_task_holds_at_one_line_is_one_line_of_a_report() {
    #[derive(Guarded)]
    struct Many {
        #[guarded(mutex)]
        seat: u32,
    }
    let all = [0; 8].map(|seat| Many { seat }.into_guarded());
    let journal = Mutex::new(0);
    check::name(&journal, "shown.rs journal");
    let mut task = by_hand("twice", async {
        let _all = ironfence::lock_all(all.each_ref().map(|one| &one.seat)).await.unwrap();
        let _first = journal.lock().await;
        drop(journal.lock().await);
    });
    assert!(task.poll().is_pending(), "it waits for itself");
    let text = the_report(Kind::AlreadyHeld, "shown.rs journal");
    says(&text, &["8 x holds `Many.seat` exclusively, from", "holds `shown.rs journal`"]);
    assert_eq!(text.lines().count(), 6, "{text}");
    let reports = reports_about("shown.rs journal");
    let roles: Vec<_> = reports[0].rows().iter().map(check::Row::role).collect();
    assert_eq!(roles.len(), 10);
    assert_eq!(roles[9], Role::Waits);
}

#[derive(Guarded)]
struct Event {
    #[guarded(rwlock)]
    seats: u32,
    #[guarded(nested)]
    sales: Sales,
}

#[derive(Guarded)]
struct Sales {
    #[guarded(mutex)]
    sum: u32,
}

#[test]
fn a_report_says_which_value_it_is() {
    let event = |number: u32| {
        let event = Event { seats: 1, sales: Sales { sum: 0 } }.into_guarded();
        check::name_value(&event, format_args!("concert {number}"));
        event
    };
    let (one, other) = (event(7), event(8));
    run("both", async {
        let _one = one.seats.write().await;
        drop(other.seats.write().await);
    });
    let text = the_report(Kind::SameClass, "Event.seats");
    says(&text, &["two locks of one class, `Event.seats`, in one task"]);
    says(&text, &["holds `Event.seats` (concert 7) exclusively, from"]);
    says(&text, &["asks for `Event.seats` (concert 8) exclusively, at"]);
    let report = reports_about("Event.seats").remove(0);
    let values: Vec<_> = report.rows().iter().map(check::Row::value).collect();
    assert_eq!(values, [Some("concert 7"), Some("concert 8")]);
    assert_eq!(report.locks(), ["Event.seats"], "it is one class as before");
    // Nested ones too, and a name that is given again.
    check::name_value(&one, "the last concert");
    let held = now(one.sales.sum.lock());
    let mut waiter = by_hand("waiter", async { drop(one.sales.sum.lock().await) });
    assert!(waiter.poll().is_pending());
    says(&table_of("Sales.sum"), &["`Sales.sum` (the last concert)"]);
    drop(held);
    waiter.finish();
    // A lock by itself; a value that is gone has no name, nor has the next one at its place.
    let mut place = Some(Mutex::new(0));
    for (name, is_named) in [("once", true), ("again", false)] {
        let mutex = place.as_ref().unwrap();
        check::name(mutex, "shown.rs by itself");
        if is_named {
            check::name_value(mutex, name);
        }
        let held = now(mutex.lock());
        let mut waiter = by_hand("waiter", async { drop(mutex.lock().await) });
        assert!(waiter.poll().is_pending());
        let text = table_of("shown.rs by itself");
        assert_eq!(text.contains("`shown.rs by itself` (once)"), is_named, "{text}");
        drop(held);
        waiter.finish();
        drop(waiter);
        drop(place.take());
        place = Some(Mutex::new(0));
    }
}

#[test]
fn the_order_displays_as_lines() {
    let [a, b, c] = ["a", "b", "c"].map(|name| {
        let mutex = Mutex::new(0);
        check::name(&mutex, &format!("shown.rs order.{name}"));
        mutex
    });
    let line = line!() + 2;
    run("forth", async {
        let _a = a.lock().await;
        drop(b.lock().await);
    });
    run("pair", async { drop(ironfence::lock_pair(&b, &c).await.unwrap()) });
    let graph = || check::graph().only(|name| name.starts_with("shown.rs order."));
    let text = graph().to_string();
    says(&text, &["ironfence: the order of 3 locks\n"]);
    says(&text, &["`shown.rs order.a` then `shown.rs order.b`:", line_of!(line), ", then "]);
    says(&text, &["`shown.rs order.b` and `shown.rs order.c`:", "(together)"]);
    assert_eq!(text.lines().count(), 3, "{text}");
    let json: Value = serde_json::to_value(graph()).unwrap();
    assert_eq!(json["classes"].as_array().unwrap().len(), 3);
    assert_eq!(json["edges"][0]["from"], "shown.rs order.a");
    assert_eq!(
        (&json["has_circle"], &json["edges"][0]["is_in_circle"]),
        (&false.into(), &false.into())
    );
    run("back", async {
        let _b = b.lock().await;
        drop(a.lock().await);
    });
    says(&graph().to_string(), &["3 locks, with a circle\n", "(in a circle)", "(in a circle)"]);
    assert!(check::graph().only(|_| false).to_string().contains("no lock was taken while another"));
}

#[test]
fn reports_and_tables_are_data() {
    let mutex = Mutex::new(0);
    check::name(&mutex, "shown.rs json");
    check::name_value(&mutex, 5);
    let line = line!() + 3;
    let mut task = by_hand("twice", async {
        let _held = mutex.lock().await;
        drop(mutex.lock().await);
    });
    assert!(task.poll().is_pending(), "it waits for itself");
    let report = reports_about("shown.rs json").remove(0);
    let json: Value = serde_json::to_value(&report).unwrap();
    assert_eq!(
        (&json["kind"], &json["locks"]),
        (&"AlreadyHeld".into(), &vec!["shown.rs json"].into())
    );
    let row = &json["rows"][1];
    assert_eq!((&row["role"], &row["class"]), (&"Waits".into(), &"shown.rs json".into()));
    assert_eq!((&row["value"], &row["way"]), (&"5".into(), &"exclusively".into()));
    assert!(row["place"].as_str().unwrap().starts_with(line_of!(line)), "{row}");
    assert!(row["duration"]["secs"].is_number() && row["task"].is_string(), "{row}");
    assert_eq!(json["text"], report.to_string());
    let json: Value = serde_json::to_value(check::waiting()).unwrap();
    let locks = json["locks"].as_array().unwrap();
    let ours = locks.iter().find(|lock| lock["class"] == "shown.rs json").unwrap();
    assert_eq!(ours["rows"].as_array().unwrap().len(), 2);
}

mod streams {
    use futures::{Stream, StreamExt as _, stream};
    use ironfence::task;

    use super::*;

    /// Yields once while it holds the lock, then lets go of it.
    fn over_a_yield(mutex: &Mutex<u32>) -> impl Stream<Item = u32> {
        stream::unfold(None, async move |held| match held {
            None => Some((1, Some(mutex.lock().await))),
            Some(held) => {
                Sleep::default().await;
                drop(held);
                None
            }
        })
    }

    #[test]
    fn two_streams_that_hold_over_a_yield_are_two_flows_if_each_is_tracked() {
        let two = two_locks!(TwoStreams);
        let mut task = by_hand("merge", async {
            let backwards = task::tracked_stream(over_a_yield(&two.second));
            let forwards = task::tracked_stream(over_a_yield(&two.first));
            let all = stream::select(backwards, forwards);
            assert_eq!(all.collect::<Vec<_>>().await, [1, 1]);
        });
        while task.poll().is_pending() {}
        nothing_about("TwoStreams.");
    }

    #[test]
    fn without_it_they_are_one_flow_as_they_may_be_polled_one_after_the_other() {
        let two = two_locks!(OneFlow);
        let mut task = by_hand("merge", async {
            let all = stream::select(over_a_yield(&two.second), over_a_yield(&two.first));
            assert_eq!(all.collect::<Vec<_>>().await, [1, 1]);
        });
        while task.poll().is_pending() {}
        the_report(Kind::OutOfOrder, "OneFlow.");
    }

    #[test]
    fn what_is_wrong_inside_of_a_tracked_stream_is_seen() {
        let two = two_locks!(InStream);
        let mut task = by_hand("stream", async {
            let one = &two;
            let inside = stream::once(async move {
                let _second = one.second.lock().await;
                drop(one.first.lock().await);
            });
            task::tracked_stream(inside).collect::<Vec<_>>().await;
        });
        while task.poll().is_pending() {}
        the_report(Kind::OutOfOrder, "InStream.");
    }

    #[test]
    fn a_tracked_stream_that_waits_for_itself_is_certain() {
        let two = two_locks!(Itself);
        let mut task = by_hand("stream", async {
            let mutex = &two.first;
            let inside = stream::once(async move {
                let _held = mutex.lock().await;
                drop(mutex.lock().await);
            });
            task::tracked_stream(inside).collect::<Vec<_>>().await;
        });
        assert!(task.poll().is_pending(), "it waits for itself");
        the_report(Kind::AlreadyHeld, "Itself.");
    }
}
