//! Tests of the lock checker, a module a topic. One process has one checker, and the tests run side by
//! side in it: each has structs of its own, and looks at the reports about these alone.

mod catalogue;
mod certain;
mod classes;
mod crowds;
mod ends;
mod flows;
mod gates;
mod graph;
mod groups;
mod left;
mod limits;
mod many;
mod moved;
mod order;
mod places;
mod several;
mod shown;
mod speaking;
mod storm;
mod trials;

use std::{future::Future, sync::Once};

use ironfence::{
    check::{self, Kind, Report},
    task::{self, Tracked},
};
use ironfence_tests::polled::Polled;

/// The reports about locks whose name begins like this.
fn reports_about(name: &str) -> Vec<Report> {
    let is_about = |report: &Report| report.locks().iter().any(|lock| lock.starts_with(name));
    check::reports().into_iter().filter(is_about).collect()
}

/// The one report of this kind about these locks.
#[track_caller]
fn the_report(kind: Kind, name: &str) -> String {
    let reports = reports_about(name);
    let mut texts = reports.iter().filter(|report| report.kind() == kind).map(Report::to_string);
    let text = texts.next();
    let text = text.unwrap_or_else(|| panic!("there is no report of {kind:?}, but {reports:#?}"));
    assert_eq!(texts.next(), None, "it is reported once");
    text
}

/// The text has these words, in this order.
#[track_caller]
fn says(text: &str, words: &[&str]) {
    let mut rest = text;
    for word in words {
        let found = rest.find(word);
        let at = found.unwrap_or_else(|| panic!("`{word}` comes next in this report:\n{text}"));
        rest = &rest[at + word.len()..];
    }
}

/// `certain.rs:12:` for a line of this file.
macro_rules! line_of {
    ($line:expr) => {
        &format!("{}:{}:", file!(), $line)
    };
}
use line_of;

/// A value of a struct of its own with two locks, since an order is reported once in a process.
macro_rules! two_locks {
    ($Name:ident) => {{
        #[derive(ironfence::Guarded)]
        struct $Name {
            #[guarded(mutex)]
            first: u32,
            #[guarded(mutex)]
            second: u32,
        }
        std::sync::Arc::new($Name { first: 0, second: 0 }.into_guarded())
    }};
}
use two_locks;

/// No report is about these locks.
#[track_caller]
fn nothing_about(name: &str) {
    let reports = reports_about(name);
    assert!(reports.is_empty(), "nothing is wrong with {name}, but there is {reports:#?}");
}

/// A task that is polled by hand.
#[track_caller]
fn by_hand<F: Future>(name: &'static str, future: F) -> Polled<Tracked<F>> {
    quiet();
    Polled::new(task::named(name, future))
}

/// Runs a task whose every wait is over at once.
#[track_caller]
fn run<F: Future>(name: &'static str, future: F) -> F::Output {
    by_hand(name, future).finish()
}

/// Reports are kept, and not printed.
fn quiet() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| check::on_report(|_| ()));
}

/// Goes to sleep once, with a waker that is kept until the second poll.
#[derive(Default)]
struct Sleep(Option<std::task::Waker>);

impl Future for Sleep {
    type Output = ();

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<()> {
        match self.0.take() {
            Some(_) => std::task::Poll::Ready(()),
            None => {
                self.0 = Some(context.waker().clone());
                std::task::Poll::Pending
            }
        }
    }
}
