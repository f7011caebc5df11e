//! Locks of several values that are taken together: in the order of their addresses, which is none of their
//! classes.

use ironfence::{Guarded, Mutex, check, check::Kind, foreign, lock_all, lock_pair};

use crate::{line_of, nothing_about, reports_about, run, says, the_report};

/// An office and an event, each with one lock, under names of their own.
macro_rules! office_and_event {
    ($Office:ident, $Event:ident) => {{
        #[derive(Guarded)]
        struct $Office {
            #[guarded(rwlock)]
            orders: u32,
        }
        #[derive(Guarded)]
        struct $Event {
            #[guarded(rwlock)]
            seats: u32,
        }
        ($Office { orders: 0 }.into_guarded(), $Event { seats: 0 }.into_guarded())
    }};
}

#[test]
fn a_pair_may_take_either_first_so_a_plain_order_is_half_of_a_deadlock() {
    let (office, event) = office_and_event!(PairOffice, PairEvent);
    let line = line!() + 2;
    run("order", async {
        drop(lock_pair(event.seats.write(), office.orders.write()).await.unwrap());
    });
    nothing_about("PairOffice.");
    run("look first", async {
        let _seats = event.seats.write().await;
        drop(office.orders.write().await);
    });
    let text = the_report(Kind::OrderCycle, "PairOffice.");
    says(&text, &["`PairEvent.seats` and `PairOffice.orders` are taken in opposite orders"]);
    says(&text, &["now, task \"look first\"", "held `PairEvent.seats`", line_of!(line + 4)]);
    says(&text, &["asked for `PairOffice.orders`", line_of!(line + 5)]);
    says(
        &text,
        &["before, task \"order\" (", ") took ", "together", "whichever lies first in memory, at"],
    );
    says(&text, &[line_of!(line)]);
    let graph = check::graph()
        .only(|name| name.starts_with("PairOffice.") || name.starts_with("PairEvent."));
    assert!(graph.has_circle());
    assert!(graph.to_svg().contains("#c22"), "it is red");
}

#[test]
fn the_other_plain_order_is_the_other_half() {
    let (office, event) = office_and_event!(OtherOffice, OtherEvent);
    run("office first", async {
        let _orders = office.orders.read().await;
        drop(event.seats.write().await);
    });
    nothing_about("OtherOffice.");
    run("order", async {
        drop(lock_all((event.seats.write(), office.orders.write())).await.unwrap());
    });
    the_report(Kind::OrderCycle, "OtherOffice.");
}

#[test]
fn group_against_group_is_silent_and_no_circle() {
    let (office, event) = office_and_event!(GroupOffice, GroupEvent);
    run("one way", async {
        drop(lock_pair(event.seats.write(), office.orders.write()).await.unwrap());
    });
    run("the other way", async {
        drop(lock_pair(office.orders.write(), event.seats.write()).await.unwrap());
    });
    nothing_about("GroupOffice.");
    let graph = check::graph().only(|name| name.starts_with("Group"));
    assert!(!graph.has_circle(), "{graph:?}");
    let svg = graph.to_svg();
    assert_eq!(svg.matches("stroke-dasharray=\"1 4\"").count(), 1, "one dotted line:\n{svg}");
    assert!(graph.to_dot().contains("style = dotted, dir = none"));
}

#[test]
fn a_group_and_the_order_of_one_value_close_no_circle() {
    #[derive(Guarded)]
    struct InValue {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
    }
    let [one, other] =
        [1, 2].map(|number| InValue { first: number, second: number }.into_guarded());
    run("across", async {
        drop(lock_pair(&one.second, &other.first).await.unwrap());
        drop(lock_pair(&one.first, &other.second).await.unwrap());
    });
    run("forwards", async {
        let _first = one.first.lock().await;
        drop(one.second.lock().await);
    });
    nothing_about("InValue.");
    // Of two values the same order is one that somebody made up.
    run("across by hand", async {
        let _first = one.first.lock().await;
        drop(other.second.lock().await);
    });
    the_report(Kind::OrderCycle, "InValue.");
}

#[test]
fn a_member_of_a_group_is_no_gate_for_the_others() {
    let [gate, first, second] = ["gate", "first", "second"].map(|name| {
        let mutex = Mutex::new(0);
        check::name(&mutex, &format!("group gate.{name}"));
        mutex
    });
    run("all", async { drop(lock_all([&gate, &first, &second]).await.unwrap()) });
    nothing_about("group gate.");
    run("two behind one", async {
        let _gate = gate.lock().await;
        let _first = first.lock().await;
        drop(second.lock().await);
    });
    assert!(!reports_about("group gate.").is_empty(), "another time the gate comes last");
}

#[test]
fn a_circle_of_a_group_and_two_plain_steps_is_reported() {
    let [a, b, c] = ["a", "b", "c"].map(|name| {
        let mutex = Mutex::new(0);
        check::name(&mutex, &format!("group ring.{name}"));
        mutex
    });
    run("pair", async { drop(lock_pair(&a, &b).await.unwrap()) });
    for (first, then) in [(&b, &c), (&c, &a)] {
        nothing_about("group ring.");
        run("step", async {
            let _first = first.lock().await;
            drop(then.lock().await);
        });
    }
    let text = the_report(Kind::OrderCycle, "group ring.");
    says(&text, &["a circle in the order of locks", "together"]);
}

#[test]
fn what_is_held_outside_of_a_group_is_said_once_for_each_place() {
    let (office, event) = office_and_event!(OutOffice, OutEvent);
    let journal = Mutex::new(0);
    check::name(&journal, "outside journal");
    let line = line!() + 4;
    for _ in 0..3 {
        run("order", async {
            let _journal = journal.lock().await;
            drop(lock_pair(event.seats.write(), office.orders.write()).await.unwrap());
        });
    }
    let text = the_report(Kind::HeldOutside, "outside journal");
    says(&text, &["a set or group of locks is begun while `outside journal` is held"]);
    says(&text, &["task \"order\"", "holds `outside journal`", line_of!(line - 1)]);
    says(&text, &["and begins it with `Out", "`, at", line_of!(line)]);
    run("elsewhere", async {
        let _journal = journal.lock().await;
        drop(lock_pair(event.seats.write(), office.orders.write()).await.unwrap());
    });
    let reports = reports_about("outside journal");
    assert_eq!(reports.iter().filter(|it| it.kind() == Kind::HeldOutside).count(), 2, "two places");
}

#[test]
fn what_comes_before_in_one_value_or_is_allowed_is_not_outside() {
    #[derive(Guarded)]
    struct Inside {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
        #[guarded(mutex)]
        third: u32,
    }
    let inside = Inside { first: 0, second: 0, third: 0 }.into_guarded();
    run("forwards", async {
        let _first = inside.first.lock().await;
        drop(inside.locks().lock_second().lock_third().await);
        let (_second, session) = inside.session().lock_second().await;
        drop(session.lock_third().await);
    });
    nothing_about("Inside.");
    let config = Mutex::new(0);
    check::name(&config, "allowed outside");
    check::allow("allowed outside", "Inside.second", "the config comes first");
    check::allow("allowed outside", "InsideGuarded", "the config comes first");
    run("config first", async {
        let _config = config.lock().await;
        drop(inside.locks().lock_second().lock_third().await);
        drop(inside.session().lock_second().await);
    });
    nothing_about("allowed outside");
}

#[test]
fn a_set_of_one_lock_is_begun_while_another_is_held_too() {
    #[derive(Guarded)]
    struct OfOne {
        #[guarded(mutex)]
        first: u32,
        #[guarded(mutex)]
        second: u32,
    }
    let of_one = OfOne { first: 0, second: 0 }.into_guarded();
    let config = Mutex::new(0);
    check::name(&config, "outside of one");
    let line = line!() + 3;
    run("one", async {
        let _config = config.lock().await;
        drop(of_one.locks().lock_first().await);
    });
    let text = the_report(Kind::HeldOutside, "outside of one");
    says(&text, &["a set or group of locks is begun while `outside of one` is held"]);
    says(&text, &["holds `outside of one`", "begins it with `OfOne.first`, at", line_of!(line)]);
    let cache = Mutex::new(0);
    check::name(&cache, "outside of a group of one");
    run("group of one", async {
        let _cache = cache.lock().await;
        drop(lock_all([of_one.second.lock()]).await.unwrap());
    });
    the_report(Kind::HeldOutside, "outside of a group of one");
    // One lock by itself is no group, and a set that goes forward in its value has nothing outside.
    let plain = Mutex::new(0);
    check::name(&plain, "outside of a plain lock");
    run("plain", async {
        let _plain = plain.lock().await;
        drop(of_one.first.lock().await);
        drop(of_one.second.lock().await);
    });
    run("forwards", async {
        let _first = of_one.first.lock().await;
        drop(of_one.locks().lock_second().await);
    });
    nothing_about("outside of a plain lock");
    let reports = reports_about("OfOne.");
    assert!(reports.iter().all(|it| it.kind() == Kind::HeldOutside), "{reports:#?}");
    assert_eq!(reports.len(), 2, "{reports:#?}");
}

#[test]
fn what_is_held_when_a_session_begins_is_said() {
    #[derive(Guarded)]
    struct Session {
        #[guarded(mutex)]
        first: u32,
    }
    let session = Session { first: 0 }.into_guarded();
    let journal = Mutex::new(0);
    check::name(&journal, "outside a session");
    let line = line!() + 3;
    run("session", async {
        let _journal = journal.lock().await;
        drop(session.session().lock_first().await);
    });
    let text = the_report(Kind::HeldOutside, "outside a session");
    says(&text, &["a session of a `SessionGuarded` is begun while `outside a session` is held"]);
    says(&text, &["begins it at", line_of!(line)]);
}

#[test]
fn of_two_levels_a_group_is_an_order_of_one_direction() {
    #[derive(Guarded)]
    struct LevelOffice {
        #[guarded(rwlock)]
        orders: u32,
    }
    #[derive(Guarded)]
    #[guarded(level = 1)]
    struct LevelEvent {
        #[guarded(rwlock)]
        seats: u32,
    }
    let office = LevelOffice { orders: 0 }.into_guarded();
    let event = LevelEvent { seats: 0 }.into_guarded();
    let other = LevelEvent { seats: 0 }.into_guarded();
    run("together", async {
        drop(lock_pair(event.seats.write(), office.orders.write()).await.unwrap());
    });
    run("office first", async {
        let _orders = office.orders.write().await;
        drop(event.seats.write().await);
        drop(lock_pair(event.seats.write(), other.seats.write()).await.unwrap());
        drop(event.session().write_seats().await);
    });
    run("one session", async {
        let (_orders, session) = office.session().write_orders().await;
        drop(session.then(&event).write_seats().await);
    });
    nothing_about("LevelOffice.");
    run("event first", async {
        let _seats = event.seats.write().await;
        drop(office.orders.write().await);
    });
    the_report(Kind::OrderCycle, "LevelOffice.");
}

#[test]
fn sets_sessions_and_groups_of_other_peoples_locks_are_begun_while_a_lock_is_held_too() {
    #[derive(Guarded)]
    struct Theirs {
        #[guarded(mutex, with = tokio::sync::Mutex)]
        first: u32,
        #[guarded(rwlock, with = tokio::sync::RwLock)]
        second: u32,
        #[guarded(mutex)]
        ours: u32,
    }
    let theirs = Theirs { first: 0, second: 0, ours: 0 }.into_guarded();
    let held = |name: &str| {
        let mutex = Mutex::new(0);
        check::name(&mutex, name);
        mutex
    };
    let of_set = held("outside of their set");
    let line = line!() + 4;
    for _ in 0..2 {
        run("set", async {
            let _held = of_set.lock().await;
            drop(theirs.locks().lock_first().await);
        });
    }
    let text = the_report(Kind::HeldOutside, "outside of their set");
    says(&text, &["a set of a `TheirsGuarded` is begun while `outside of their set` is held"]);
    says(&text, &["holds `outside of their set`", line_of!(line - 1)]);
    says(&text, &["begins it at", line_of!(line), "`check::allow(", "\"TheirsGuarded\""]);
    let of_session = held("outside of their session");
    let line = line!() + 3;
    run("session", async {
        let _held = of_session.lock().await;
        drop(theirs.session().lock_first().await);
    });
    let text = the_report(Kind::HeldOutside, "outside of their session");
    says(&text, &["a session of a `TheirsGuarded` is begun", "begins it at", line_of!(line)]);
    let (of_pair, of_all) = (held("outside of their pair"), held("outside of their group"));
    let line = line!() + 4;
    run("pair", async {
        let _held = of_pair.lock().await;
        let (first, second) = (&theirs.first, &theirs.second);
        drop(foreign::lock_pair(foreign::lock(first), foreign::read(second)).await.unwrap());
    });
    let text = the_report(Kind::HeldOutside, "outside of their pair");
    says(&text, &["a group from a `Mutex` is begun", "begins it at", line_of!(line)]);
    run("all", async {
        let _held = of_all.lock().await;
        drop(foreign::lock_all([foreign::write(&theirs.second)]).await.unwrap());
    });
    the_report(Kind::HeldOutside, "outside of their group");
    let of_nested = held("outside of their set in a group");
    let line = line!() + 3;
    run("nested", async {
        let _held = of_nested.lock().await;
        drop(foreign::lock_all([theirs.locks().lock_first().read_second()]).await.unwrap());
    });
    let text = the_report(Kind::HeldOutside, "outside of their set in a group");
    says(&text, &["a group from a `Mutex` is begun", "begins it at", line_of!(line)]);
    // Backwards is said in another way; forwards is in order.
    let waiting = held("outside of a blocking set");
    run("forwards", async {
        _ = theirs.locks().lock_first().read_second().await;
        let _waiting = waiting.lock().await;
        _ = theirs.locks().lock_first().try_now();
    });
    nothing_about("outside of a blocking set");
    nothing_about("Theirs.");
}

#[test]
fn a_group_by_the_traits_of_a_higher_level_may_be_begun_behind_a_lower_one() {
    let locks = [Mutex::at_level(0, 1), Mutex::at_level(0, 2), Mutex::new(0)];
    let [seats, holds, office] = &locks;
    for (lock, name) in [(seats, "seats at 1"), (holds, "holds at 2"), (office, "office at 0")] {
        check::name(lock, name);
    }
    run("level by level", async {
        let _office = office.lock().await;
        let asked = (vec![foreign::lock(holds)], Some(foreign::lock(seats)));
        drop(foreign::lock_all(asked).await.unwrap());
    });
    nothing_about("office at 0");
    run("back", async {
        let _holds = holds.lock().await;
        drop(foreign::lock_all([foreign::lock(seats)]).await.unwrap());
    });
    the_report(Kind::HeldOutside, "holds at 2");
}
