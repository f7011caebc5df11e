//! What is wrong, in words.

use alloc::{
    format,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::Write as _;

use super::{
    graph::{Sort, Step},
    ledger::Held,
    order::{Asked, Begun, Finding, Several},
    report::{Kind, Report},
    row::{self, Row, at, say},
    stuck::{self, Stuck},
    tasks::Task,
    trial::Home,
};

/// Looks whether `task`, which this thread runs and which has just gone to sleep, waits for ever.
pub(crate) fn look(task: Task) {
    if let Some(stuck) = stuck::look(task) {
        deadlock(&stuck, true);
    }
}

/// What was found when `asked` was asked for. Its task is at fault.
pub(crate) fn say_found(found: Vec<Finding>, asked: &Asked) {
    for finding in found {
        match finding {
            Finding::BackInValue(held) => back_in_value(&held, asked),
            Finding::SameClass(held) => same_class(&held, asked),
            Finding::HeldOutside(held) => held_outside(&held, asked),
            Finding::Circle(steps) => cycle(&steps, asked),
        }
    }
}

/// Two locks of one value, the later one first.
fn back_in_value(held: &Held, asked: &Asked) {
    let mut text = String::new();
    say!(
        text,
        "ironfence: `{}` is taken after `{}`, against the order of their declaration",
        asked.class,
        held.class
    );
    holds_and_asks(&mut text, held, asked);
    let (first, then) = (asked.class.field(), held.class.field());
    let owner = first.filter(|first| then.is_some_and(|then| then.0 == first.0));
    match owner {
        Some((owner, _)) => say!(
            text,
            "  both are of one `{owner}`, which declares `{}` before `{}`: take them in this order,",
            asked.class,
            held.class
        ),
        None => say!(
            text,
            "  both are of one value, in which `{}` lies before `{}`: take them in this order,",
            asked.class,
            held.class
        ),
    }
    say!(
        text,
        "  or together: a task that does it the other way round and this one can wait for each other"
    );
    Report::new(
        Kind::OutOfOrder,
        home(held, asked),
        [held.class, asked.class],
        rows(held, asked),
        text,
    )
    .deliver(true);
}

/// Two locks of one class.
fn same_class(held: &Held, asked: &Asked) {
    let mut text = String::new();
    say!(text, "ironfence: two locks of one class, `{}`, in one task", asked.class);
    holds_and_asks(&mut text, held, asked);
    say!(
        text,
        "  nothing says which of two values comes first: a task that takes them the other way round and"
    );
    say!(
        text,
        "  this one can wait for each other. Take them together, or say `.nested()` if there is an order"
    );
    Report::new(Kind::SameClass, home(held, asked), [asked.class], rows(held, asked), text)
        .deliver(true);
}

/// A set or a group, and one that is not in it.
fn held_outside(held: &Held, asked: &Asked) {
    let mut text = String::new();
    say!(
        text,
        "ironfence: a set or group of locks is begun while `{}` is held, which is none of them",
        held.class
    );
    outside(&mut text, held, asked.task);
    say!(text, "    and begins it with `{}`, at {}", asked.class, at(asked.place));
    say!(
        text,
        "  their order is one among themselves: take this one together with them, or release it before."
    );
    say!(
        text,
        "  If it always comes first: `check::allow(\"{}\", \"{}\", \"why\")`",
        held.class,
        asked.class
    );
    let (home, rows) = (home(held, asked), rows(held, asked));
    Report::new(Kind::HeldOutside, home, [held.class, asked.class], rows, text).deliver(true);
}

/// A session, or several of other people's locks, and a lock of another value.
pub(crate) fn begun_outside(held: &Held, begun: &Begun) {
    let mut text = String::new();
    let Begun { what, task, place, name, .. } = *begun;
    let (it, among) = match what {
        Several::Session => ("a session of a", "the fields of this value"),
        Several::Set => ("a set of a", "the fields of this value"),
        Several::Group => ("a group from a", "the locks that are in it"),
    };
    say!(text, "ironfence: {it} `{name}` is begun while `{}` is held", held.class);
    outside(&mut text, held, task);
    say!(text, "    and begins it at {}", at(place));
    say!(text, "  its order is one among {among}: begin it before, or release that lock before.");
    say!(
        text,
        "  If it always comes first: `check::allow(\"{}\", \"{name}\", \"why\")`",
        held.class
    );
    Report::new(Kind::HeldOutside, begun.home, [held.class], Vec::from([Row::holds(held)]), text)
        .deliver(true);
}

fn outside(text: &mut String, held: &Held, task: Task) {
    say!(text, "  {}", task.describe());
    let name = row::name_of(held);
    say!(text, "    holds {name} {}, from {}", held.way.adverb(), at(held.place));
}

fn holds_and_asks(text: &mut String, held: &Held, asked: &Asked) {
    outside(text, held, asked.task);
    say!(text, "    and {}", Row::asks(asked));
}

fn rows(held: &Held, asked: &Asked) -> Vec<Row> {
    Vec::from([Row::holds(held), Row::asks(asked)])
}

/// Whose a report about these is.
fn home(held: &Held, asked: &Asked) -> Home {
    if held.home.is_trial() && !asked.home.is_trial() { held.home } else { asked.home }
}

/// A circle of classes; the first step is the new one.
fn cycle(steps: &[Step], asked: &Asked) {
    let mut text = String::new();
    if let [one, other] = steps {
        say!(text, "ironfence: `{}` and `{}` are taken in opposite orders", one.from, other.from);
    } else {
        let circle: Vec<_> = steps.iter().map(|step| format!("`{}`", step.from)).collect();
        say!(
            text,
            "ironfence: a circle in the order of locks: {} and the first again",
            circle.join(", ")
        );
    }
    let mut by_writers = Vec::new();
    for (number, step) in steps.iter().enumerate() {
        let (seen, when) = (&step.seen, if number == 0 { "now" } else { "before" });
        let next = &steps[(number + 1) % steps.len()];
        if !seen.asked.waits_for(next.seen.held, false) {
            by_writers.push(format!("`{}`", step.to));
        }
        if seen.sort == Sort::Together {
            say!(text, "  {when}, {} took `{}` and `{}` together,", seen.task, step.from, step.to);
            say!(text, "    whichever lies first in memory, at {}", at(seen.asked_at));
            continue;
        }
        say!(text, "  {when}, {}", seen.task);
        say!(text, "    held `{}` {}, from {}", step.from, seen.held.adverb(), at(seen.held_at));
        say!(
            text,
            "    and asked for `{}` {}, at {}",
            step.to,
            seen.asked.adverb(),
            at(seen.asked_at)
        );
    }
    if !by_writers.is_empty() {
        say!(
            text,
            "  readers alone would not meet, but a writer that queues for {} comes between",
            by_writers.join(" and for ")
        );
    }
    say!(text, "  tasks that do this at the same time wait for each other for ever");
    let classes: Vec<_> = steps.iter().map(|step| step.from).collect();
    Report::new(Kind::OrderCycle, asked.home, classes, Vec::from([Row::asks(asked)]), text)
        .deliver(true);
}

/// Tasks that wait for one another: certain.
pub(crate) fn deadlock(stuck: &Stuck, is_at_fault: bool) {
    let Stuck { tasks, writers, is_one } = stuck;
    let is_one = *is_one;
    let mut text = String::new();
    let kind = if is_one { Kind::AlreadyHeld } else { Kind::Deadlock };
    let waits = || tasks.iter().flat_map(|(_, waiting, _)| waiting);
    let holds = || tasks.iter().flat_map(|(.., held)| held);
    if is_one {
        let class = waits().next().map_or_else(String::new, |waiting| waiting.class.to_string());
        say!(text, "ironfence: a task waits for `{class}`, which it holds itself");
    } else {
        say!(text, "ironfence: deadlock: {} tasks wait for each other", tasks.len());
    }
    let of_one = |(_, waiting, held): &(_, Vec<_>, Vec<_>)| {
        let holds = held.iter().map(Row::holds);
        holds.chain(waiting.iter().map(Row::waits)).collect::<Vec<_>>()
    };
    let mut rows: Vec<_> = tasks.iter().flat_map(of_one).collect();
    row::list(&mut text, &rows, usize::MAX);
    for writer in writers {
        let row = Row::waits(writer);
        say!(text, "  a writer stands between: {}", writer.task.describe());
        row::lines(&mut text, &[&row]);
        rows.push(row);
    }
    if is_one && waits().count() == 1 && writers.is_empty() {
        say!(text, "  nothing else of the task can run meanwhile: it waits for ever");
    } else if is_one && writers.is_empty() {
        say!(text, "  all that the task does waits for its own locks: it waits for ever");
    } else if is_one {
        say!(text, "  the task waits behind the writer, and the writer for the task");
    } else {
        say!(text, "  none of them can go on until another one does");
    }
    let homes = waits().map(|it| it.home).chain(holds().map(|it| it.home));
    let better = |one: Home, other: Home| !one.is_trial() && other.is_trial();
    let home = homes.reduce(|one, other| if better(one, other) { other } else { one });
    let classes = waits().map(|it| it.class).chain(holds().map(|it| it.class));
    let home = home.unwrap_or(Home::NOBODY);
    Report::new(kind, home, classes, rows, text).deliver(is_at_fault);
}
