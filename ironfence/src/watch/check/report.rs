//! A report: what it is about, whose it is, and who hears of it.

use alloc::{
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{
    fmt::{self, Write as _},
    sync::atomic::Ordering,
};
use std::{
    collections::HashMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Mutex},
};

use super::{
    lock,
    mode::Mode,
    row::{Row, say},
    trial::{self, Home, Trial},
};
use crate::watch::class::Class;

/// What a [`Report`] is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
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
    /// A set, a group or a session is begun while another lock is held: their order is one among themselves, and
    /// says nothing of that one.
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
///
/// [`on_report`](crate::check::on_report) has an example.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Report {
    kind: Kind,
    locks: Vec<String>,
    rows: Vec<Row>,
    text: String,
    #[cfg_attr(feature = "serde", serde(skip))]
    home: Home,
    /// The text was printed.
    #[cfg_attr(feature = "serde", serde(skip))]
    is_said: bool,
}

impl Kind {
    /// Those it is about wait for ever.
    fn is_the_end(self) -> bool {
        matches!(self, Self::AlreadyHeld | Self::Deadlock)
    }
}

impl Report {
    /// What it is about.
    ///
    /// [`on_report`](crate::check::on_report) has an example.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The classes of the locks that are part of it, such as `Bank.accounts`.
    ///
    /// [`on_report`](crate::check::on_report) has an example.
    pub fn locks(&self) -> &[String] {
        &self.locks
    }

    /// Who holds, waits or asks, and where: none for what was seen before, in another task, which is in the text alone.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example of what they say.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    fn headline(&self) -> &str {
        self.text.lines().next().unwrap_or_default()
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

type Listener = Arc<dyn Fn(&Report) + Send + Sync>;
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

/// Those of each trial that goes on; of nobody for all others.
static REPORTS: LazyLock<Mutex<HashMap<Home, Vec<Report>>>> = LazyLock::new(Mutex::default);

/// So many reports are kept of each.
const MOST: usize = 1000;

pub(crate) fn listen(listener: impl Fn(&Report) + Send + Sync + 'static) {
    let last = lock(&LISTENER).replace(Arc::new(listener));
    // Foreign code, which may have something to report: not under the lock.
    drop(last);
}

fn list_of(home: Home) -> Home {
    home.trial().map_or(Home::NOBODY, |trial| trial.home)
}

/// Those that somebody of this home may see.
pub(crate) fn all(home: Home) -> Vec<Report> {
    lock(&REPORTS).get(&list_of(home)).cloned().unwrap_or_default()
}

pub(crate) fn take(home: Home) -> Vec<Report> {
    let trial = home.trial();
    if let Some(trial) = &trial {
        trial.is_stuck.store(false, Ordering::SeqCst);
    }
    trial::forget_unchecked(home);
    lock(&REPORTS).remove(&list_of(home)).unwrap_or_default()
}

/// The trial is over: its reports are told, or gone.
pub(crate) fn end(trial: &Trial) {
    trial.end();
    lock(&REPORTS).remove(&trial.home);
}

/// What is to be said at the end of a test; `None` if all is well. What was printed before is not repeated.
pub(crate) fn verdict(home: Home) -> Option<String> {
    let mut text = String::new();
    let mut reports = lock(&REPORTS);
    let ours = reports.get_mut(&list_of(home)).into_iter().flatten();
    let ours: Vec<_> = ours.filter(|report| report.home.concerns(home)).collect();
    let count = ours.len();
    if count > 0 {
        let s = if count == 1 { "" } else { "s" };
        say!(text, "the lock checker has {count} report{s}:");
    }
    let mut is_strange = false;
    for report in ours {
        is_strange |= report.home != home;
        match core::mem::replace(&mut report.is_said, true) {
            true => say!(text, "{} (printed above)", report.headline()),
            false => say!(text, "{report}"),
        }
        say!(text, "");
    }
    drop(reports);
    if is_strange && !home.is_trial() {
        say!(
            text,
            "some are of other threads, perhaps of another test: with `#[ironfence::test]`, or"
        );
        say!(text, "`check::test`, each test has its own reports");
    }
    if let Some((count, first)) = trial::unchecked(home) {
        let (were, tasks) = match count {
            1 => ("acquisition was", "a task"),
            _ => ("acquisitions were", "tasks"),
        };
        say!(
            text,
            "{count} {were} not checked, made by {tasks} without a name while another lock was held."
        );
        say!(
            text,
            "The first: `{}`, at {}. Who holds what is known of named tasks alone:",
            first.lock,
            first.place
        );
        say!(
            text,
            "write `#[ironfence::test]` above the test, and wrap what is spawned in `task::named(\"..\", ..)`"
        );
    }
    let text = text.trim_end();
    (!text.is_empty()).then(|| text.into())
}

/// Prints what a test that goes away has not said.
pub(crate) fn say_the_rest(home: Home) {
    let unsaid: Vec<_> = {
        let mut reports = lock(&REPORTS);
        let all = reports.get_mut(&list_of(home)).into_iter().flatten();
        let unsaid = all.filter(|report| report.home == home && !report.is_said);
        let said = unsaid.map(|report| {
            report.is_said = true;
            report.clone()
        });
        said.collect()
    };
    for report in unsaid {
        std::eprintln!("{report}\n");
    }
}

impl Report {
    pub(crate) fn new<'a>(
        kind: Kind,
        home: Home,
        classes: impl IntoIterator<Item = &'a Class>,
        rows: Vec<Row>,
        text: String,
    ) -> Self {
        let mut locks: Vec<_> = classes.into_iter().map(ToString::to_string).collect();
        locks.sort_unstable();
        locks.dedup();
        Self { kind, locks, rows, text: text.trim_end().into(), home, is_said: false }
    }

    /// Says it, once. `is_at_fault` if the thread that calls this runs who is at fault, and may panic; else it
    /// is the checker's own. Nothing of ours is locked here: the listener may use locks.
    ///
    /// | who | says it |
    /// |---|---|
    /// | the listener | if there is one |
    /// | the panic of the task at fault | in the mode `Panic` |
    /// | the end of the trial that it is of | if there is no listener; unless the process aborts |
    /// | an event | if there is none of these, and a subscriber wants it |
    /// | stderr | else |
    pub(crate) fn deliver(mut self, is_at_fault: bool) {
        let (mode, trial) = (Mode::now(), self.home.trial());
        let panics = mode == Some(Mode::Panic) && is_at_fault && !std::thread::panicking();
        let waits_for_its_end = trial.is_some() && mode != Some(Mode::Abort);
        let listener = lock(&LISTENER).clone();
        let is_printed = listener.is_none() && !panics && !waits_for_its_end;
        self.is_said = panics || is_printed;
        {
            let mut reports = lock(&REPORTS);
            let list =
                reports.entry(trial.as_ref().map_or(Home::NOBODY, |it| it.home)).or_default();
            if list.len() < MOST {
                list.push(self.clone());
            }
        }
        let speak = || match listener {
            Some(listener) => listener(&self),
            None if is_printed => self.print(),
            None => {}
        };
        if is_at_fault {
            speak();
        } else {
            // The checker's own thread, which goes on whatever the listener does.
            _ = catch_unwind(AssertUnwindSafe(speak));
        }
        if let Some(trial) = trial.filter(|_| self.kind.is_the_end()) {
            trial.is_stuck.store(true, Ordering::SeqCst);
            trial.wake();
        }
        match mode {
            Some(Mode::Abort) => std::process::abort(),
            _ if panics => panic!("{self}"),
            _ => {}
        }
    }

    /// To a subscriber that wants it, else to stderr.
    fn print(&self) {
        #[cfg(feature = "tracing")]
        if tracing::enabled!(target: "ironfence", tracing::Level::WARN) {
            tracing::warn!(target: "ironfence", kind = ?self.kind, locks = ?self.locks, "{self}");
            return;
        }
        std::eprintln!("{self}\n");
    }
}
