//! What the checker says, and to whom.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{
    fmt::{self, Write as _},
    panic::Location,
};
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Mutex},
};

use super::{
    ledger::{Held, Waiting},
    lock,
    mode::{self, Mode},
    order::{Asked, Begun, Finding, Sort, Step},
    stuck::Stuck,
    tasks::Task,
};
use crate::watch::class::Class;

/// What a [`Report`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A task waits for a lock that it holds itself, or behind a writer that waits for it. Certain.
    AlreadyHeld,
    /// Two locks of one value were taken against the order in which they are declared.
    OutOfOrder,
    /// Two classes (or more, in a circle) are taken in opposite orders.
    OrderCycle,
    /// Two locks of one class are held at once, and nothing says in which order.
    SameClass,
    /// Several locks are taken together, or a session is begun, while another lock is held: their order is one
    /// among themselves, and says nothing of that one.
    HeldOutside,
    /// Tasks wait for one another in a circle. Certain.
    Deadlock,
    /// Somebody has waited for longer than the limit.
    LongWait,
    /// A waiter was woken, and is not polled ("futurelock").
    NotPolled,
    /// A guard is held for longer than the limit.
    LongHold,
}

/// One report of the lock checker. It displays as a block of text.
#[derive(Clone, Debug)]
pub struct Report {
    kind: Kind,
    locks: Vec<String>,
    text: String,
}

impl Report {
    /// What it is about.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The classes of the locks that are part of it, such as `Bank.accounts`.
    pub fn locks(&self) -> &[String] {
        &self.locks
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

type Listener = Arc<dyn Fn(&Report) + Send + Sync>;
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);
static REPORTS: LazyLock<Mutex<Vec<Report>>> = LazyLock::new(Mutex::default);

/// So many reports are kept.
const MOST: usize = 1000;

pub(crate) fn listen(listener: impl Fn(&Report) + Send + Sync + 'static) {
    let last = lock(&LISTENER).replace(Arc::new(listener));
    // Foreign code, which may have something to report: not under the lock.
    drop(last);
}

pub(crate) fn all() -> Vec<Report> {
    lock(&REPORTS).clone()
}

pub(crate) fn take() -> Vec<Report> {
    core::mem::take(&mut lock(&REPORTS))
}

impl Report {
    pub(crate) fn new<'a>(
        kind: Kind,
        classes: impl IntoIterator<Item = &'a Class>,
        text: String,
    ) -> Self {
        let mut locks: Vec<_> = classes.into_iter().map(ToString::to_string).collect();
        locks.sort_unstable();
        locks.dedup();
        Self { kind, locks, text: text.trim_end().into() }
    }

    /// Says it. `is_at_fault` if the thread that calls this runs who is at fault, and may panic; else it
    /// is the checker's own. Nothing of ours is locked here: the listener may use locks.
    pub(crate) fn deliver(self, is_at_fault: bool) {
        {
            let mut reports = lock(&REPORTS);
            if reports.len() < MOST {
                reports.push(self.clone());
            }
        }
        let speak = || {
            #[cfg(feature = "tracing")]
            tracing::warn!(target: "ironfence", kind = ?self.kind, locks = ?self.locks, "{self}");
            let listener = lock(&LISTENER).clone();
            match listener {
                Some(listener) => listener(&self),
                None => std::eprintln!("{self}\n"),
            }
        };
        if is_at_fault {
            speak();
        } else {
            // The checker's own thread, which goes on whatever the listener does.
            _ = catch_unwind(AssertUnwindSafe(speak));
        }
        match Mode::now() {
            Some(Mode::Abort) => std::process::abort(),
            Some(Mode::Panic) if is_at_fault && !std::thread::panicking() => panic!("{self}"),
            _ => {}
        }
    }
}

/// `src/main.rs:3:9`
pub(crate) fn at(place: &Location<'_>) -> String {
    format!("{}:{}:{}", place.file(), place.line(), place.column())
}

/// Writes to a string, which can't fail.
macro_rules! say {
    ($text:expr, $($format:tt)*) => { _ = writeln!($text, $($format)*) };
}
pub(crate) use say;

/// What was found when `asked` was asked for. Its task is at fault.
pub(crate) fn say_found(found: Vec<Finding>, asked: &Asked) {
    for finding in found {
        match finding {
            Finding::BackInValue(held) => back_in_value(&held, asked),
            Finding::SameClass(held) => same_class(&held, asked),
            Finding::HeldOutside(held) => held_outside(&held, asked),
            Finding::Circle(steps) => cycle(&steps),
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
    Report::new(Kind::OutOfOrder, [held.class, asked.class], text).deliver(true);
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
    Report::new(Kind::SameClass, [asked.class], text).deliver(true);
}

/// Several locks at once, and one that is none of them.
fn held_outside(held: &Held, asked: &Asked) {
    let mut text = String::new();
    say!(
        text,
        "ironfence: several locks are taken together while `{}` is held, which is none of them",
        held.class
    );
    outside(&mut text, held, asked.task);
    say!(text, "    and takes `{}` together with others, at {}", asked.class, at(asked.place));
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
    Report::new(Kind::HeldOutside, [held.class, asked.class], text).deliver(true);
}

/// A session, and a lock of another value.
pub(crate) fn held_outside_session(held: &Held, begun: &Begun) {
    let mut text = String::new();
    let Begun { task, place, name, .. } = *begun;
    say!(text, "ironfence: a session of a `{name}` is begun while `{}` is held", held.class);
    outside(&mut text, held, task);
    say!(text, "    and begins the session at {}", at(place));
    say!(
        text,
        "  its order is one among the fields of this value: begin it before, or release that lock before."
    );
    say!(
        text,
        "  If it always comes first: `check::allow(\"{}\", \"{name}\", \"why\")`",
        held.class
    );
    Report::new(Kind::HeldOutside, [held.class], text).deliver(true);
}

fn outside(text: &mut String, held: &Held, task: Task) {
    say!(text, "  {}", task.describe());
    say!(text, "    holds `{}` {}, from {}", held.class, held.way.adverb(), at(held.place));
}

fn holds_and_asks(text: &mut String, held: &Held, asked: &Asked) {
    let (task, then) = (asked.task.describe(), asked.way.adverb());
    say!(text, "  {task}");
    say!(text, "    holds `{}` {}, from {}", held.class, held.way.adverb(), at(held.place));
    say!(text, "    and asks for `{}` {then}, at {}", asked.class, at(asked.place));
}

/// A circle of classes; the first step is the new one.
fn cycle(steps: &[Step]) {
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
    Report::new(Kind::OrderCycle, classes, text).deliver(true);
}

/// One who waits, in a few lines.
pub(crate) fn waits_for(text: &mut String, waiting: &Waiting) {
    say!(
        text,
        "    waits for `{}` {}, at {}, for {}",
        waiting.class,
        waiting.way.adverb(),
        at(waiting.place),
        ago(waiting.since)
    );
}

pub(crate) fn holds(text: &mut String, held: &Held) {
    let elsewhere = if held.may_travel { " (if the guard was not sent away)" } else { "" };
    say!(
        text,
        "    holds `{}` {}, from {}, for {}{elsewhere}",
        held.class,
        held.way.adverb(),
        at(held.place),
        ago(held.since)
    );
}

/// `1.2 s`
pub(crate) fn ago(since: u64) -> String {
    let millis = mode::now().saturating_sub(since);
    format!("{}.{:02} s", millis / 1000, millis % 1000 / 10)
}

/// Tasks that wait for one another: certain.
pub(crate) fn deadlock(stuck: &Stuck, is_at_fault: bool) {
    let Stuck { tasks, writers, is_one } = stuck;
    let is_one = *is_one;
    let mut text = String::new();
    let kind = if is_one { Kind::AlreadyHeld } else { Kind::Deadlock };
    let waits = || tasks.iter().flat_map(|(_, waiting, _)| waiting);
    let classes = || {
        waits()
            .map(|waiting| waiting.class)
            .chain(tasks.iter().flat_map(|(.., held)| held).map(|held| held.class))
    };
    if is_one {
        let class = waits().next().map_or_else(String::new, |waiting| waiting.class.to_string());
        say!(text, "ironfence: a task waits for `{class}`, which it holds itself");
    } else {
        say!(text, "ironfence: deadlock: {} tasks wait for each other", tasks.len());
    }
    for (task, waiting, held) in tasks {
        say!(text, "  {}", task.describe());
        held.iter().for_each(|held| holds(&mut text, held));
        waiting.iter().for_each(|waiting| waits_for(&mut text, waiting));
    }
    for writer in writers {
        say!(text, "  a writer stands between: {}", writer.task.describe());
        waits_for(&mut text, writer);
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
    let classes: Vec<_> = classes().collect();
    Report::new(kind, classes, text).deliver(is_at_fault);
}
