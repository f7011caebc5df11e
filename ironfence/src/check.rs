//! The lock checker: it knows tasks, knows each lock by the name the derive gave it, and speaks before
//! the program hangs where it can. Feature `check`; for development, tests and staging.
//!
//! ```text
//! ironfence: a task waits for `Bank.accounts`, which it holds itself
//!   task "settle" (#1)
//!     holds `Bank.accounts` shared, from src/settle.rs:14:37, for 0.00 s
//!     waits for `Bank.accounts` exclusively, at src/settle.rs:16:24, for 0.00 s
//!   nothing else of the task can run meanwhile: it waits for ever
//! ```
//!
//! # Use
//! Wrap what you spawn, and your `main`, in [`task::named`](crate::task::named); that is how the checker
//! knows who is who. Everything else is there: locks are known as the fields of their twins, others by
//! where they were made or by [`name`]. Put [`#[ironfence::test]`](macro@crate::test) above your tests, or wrap them in
//! [`test()`]: they fail on a report of their own, and if nothing could be checked.
//!
//! # What it reports
//! | [`Kind`] | when | certain |
//! |---|---|---|
//! | [`AlreadyHeld`](Kind::AlreadyHeld) | the wait begins | yes |
//! | [`Deadlock`](Kind::Deadlock) | the last wait of the circle begins | yes |
//! | [`OutOfOrder`](Kind::OutOfOrder) | two fields of one value are taken against their order, the first time | it is so; that it will hang one day is not |
//! | [`OrderCycle`](Kind::OrderCycle) | the second of two opposite orders is seen, though they may never meet | as above |
//! | [`SameClass`](Kind::SameClass) | two locks of a class are held at once, but for [`nested`](crate::Acquiring::nested) ones | as above |
//! | [`HeldOutside`](Kind::HeldOutside) | a set, a group or a session is begun while another lock is held, which is none of its own; once for each place | as above |
//! | [`LongWait`](Kind::LongWait) | somebody has waited for 10 s ([`set_wait_limit`]) | the facts are |
//! | [`NotPolled`](Kind::NotPolled) | a waiter was woken 10 s ago and not polled ([`set_woken_limit`]) | the facts are |
//! | [`LongHold`](Kind::LongHold) | a guard is held too long, if you ask ([`set_hold_limit`]) | the facts are |
//!
//! Locks of several values that are taken together ([`lock_pair`](crate::lock_pair), [`lock_all`](crate::lock_all))
//! are taken in the order of their addresses. So either of two may come first: two such groups never wait for each
//! other, but a plain "this one, then that one" anywhere is one half of a deadlock, and is an `OrderCycle`.
//!
//! Two streams that keep guards while they have yielded an item are one flow to it if nothing sleeps in between,
//! since the task may wait for the second one alone: wrap each in `task::tracked_stream` (feature `futures-core`).
//!
//! What it can't be sure of it doesn't report: two branches of one `join!` are two flows, and one may
//! wait for what the other holds. A flow is told from branches by the wakers that the branches must
//! clone before they sleep, so a [named](crate::task::named) task is needed for all but the last three.
//! Of threads in `blocking_*` methods everything is certain without. A tokio task that is not wrapped is
//! known by its id (feature `tokio`) in all tables and in the last three; whether it has
//! branches can't be seen, unless you say that it has none: [`tasks_are_sequential`].
//!
//! An *owned* guard may be in another task by now, so it proves nothing, nor does any guard that was
//! [disowned](crate::task::disown). The receiver may [adopt](crate::task::adopt) it.
//!
//! # How it speaks
//! Once: a block of text on stderr, or an event if a subscriber of `tracing` wants it (feature `tracing`); to [`on_report`]
//! instead, if you say so; and in a [`test()`] in the panic at its end. The variable
//! `IRONFENCE_CHECK` says what else: `off`, `report` (this alone), `panic` (the task at fault does, with the text) or
//! `abort`. For a process that hangs without a report: `IRONFENCE_CHECK_DUMP=5`, or [`dump_every`],
//! prints [`waiting`] every five seconds, from a thread of the checker's own, which needs no executor.
//!
//! # Cost
//! About 50 ns an acquisition. No lock is shared by all on the way once the orders are known; the
//! memory is bounded by the classes and the live guards. One thread, which looks at the clock 100
//! times a second.

use alloc::vec::Vec;
use core::{sync::atomic::Ordering, time::Duration};

pub use crate::{
    naming::{HasLocks, name_value},
    testing::{Test, test},
    watch::check::{
        draw::Graph,
        mode::Mode,
        report::{Kind, Report},
        row::{Role, Row},
        table::Table,
    },
};
use crate::{
    raw::handle::Lockable,
    watch::check::{self as checker, clock, flow, ledger, order, report, scope},
};

/// Calls `listener` with each report, instead of printing it to stderr. It may use locks.
///
/// ```
/// ironfence::check::on_report(|report| println!("{:?}: {:?}", report.kind(), report.locks()));
/// ```
pub fn on_report(listener: impl Fn(&Report) + Send + Sync + 'static) {
    report::listen(listener);
}

/// What a report does; by default what `IRONFENCE_CHECK` says.
///
/// ```
/// use ironfence::check::{Mode, set_mode};
///
/// set_mode(Mode::Report);
/// ```
pub fn set_mode(mode: Mode) {
    checker::set_mode(mode);
}

/// The reports so far: the first thousand. In a [`test()`] those of the test, else those that are of no test.
///
/// [`expect_none`] has an example.
pub fn reports() -> Vec<Report> {
    report::all(scope::home())
}

/// The reports so far, as [`reports`] says them, which are forgotten; so are the acquisitions that were not checked.
pub fn take_reports() -> Vec<Report> {
    report::take(scope::home())
}

/// Panics if there is a report, or if there was something that could not be checked: for the end of a test that is no
/// [`test()`]; such a one does it by itself.
///
/// Of a [`test()`] it looks at its own reports alone. Else it can't know whose they are: it looks at those of the
/// program, but for those of each `test`, and of other threads that are named like a test in a module (`tests::transfer`).
///
/// A task that is not [named](crate::task::named) may have branches, so what it takes while it holds another lock is
/// not checked. If there was such an acquisition this panics too, and says how many and where the first one was.
///
/// # Panics
/// With the text of all reports that was not printed before; of the others with their first lines.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use ironfence::{Mutex, check, task};
///
/// let (first, second) = (Mutex::new(1), Mutex::new(2));
/// task::named("sum", async {
///     let first = first.lock().await;
///     assert_eq!(*first + *second.lock().await, 3);
/// })
/// .await;
/// check::expect_none();
/// # }
/// ```
#[track_caller]
pub fn expect_none() {
    if let Some(verdict) = report::verdict(scope::home()) {
        panic!("{verdict}");
    }
}

/// Allows that `then` is asked for while `first` is held, for the reason given: no report is about it.
/// The names are those of the reports.
///
/// ```
/// ironfence::check::allow("Account.balance", "Account.balance", "transfers go by account number");
/// ```
pub fn allow(first: &str, then: &str, reason: &str) {
    order::allow(first, then, reason);
}

/// Gives a lock that is no field of a twin a name, instead of the place where it was made: the name of its class.
/// Which one it is, of many of a class, is said by [`name_value`].
///
/// ```
/// let cache = ironfence::Mutex::new(0);
/// ironfence::check::name(&cache, "page cache");
/// ```
pub fn name<L: Lockable>(lock: &L, name: &str) {
    lock.raw().mark.is_named(name);
}

/// The order learned so far. It displays as lines, and is drawn by [`Graph::to_svg`] and [`Graph::to_dot`].
///
/// ```
/// let graph = ironfence::check::graph();
/// assert!(!graph.has_circle(), "{graph}");
/// std::fs::write(std::env::temp_dir().join("order.svg"), graph.to_svg()).unwrap();
/// ```
pub fn graph() -> Graph {
    Graph::now()
}

/// Who waits for whom now.
///
/// ```
/// println!("{}", ironfence::check::waiting());
/// ```
pub fn waiting() -> Table {
    Table::now()
}

/// Prints [`waiting`] to stderr so often, while anybody waits: for a process that hangs. The variable
/// `IRONFENCE_CHECK_DUMP` does it too, in seconds.
pub fn dump_every(period: Option<Duration>) {
    clock::DUMP_EVERY.store(clock::millis(period), Ordering::Relaxed);
    clock::start();
}

/// How long a wait may be until it is reported: 10 s, unless set.
///
/// ```
/// use std::time::Duration;
/// use ironfence::check;
///
/// check::set_wait_limit(Some(Duration::from_secs(2)));
/// assert!(check::waits_over(Duration::from_secs(1)).is_empty()); // nobody waits
/// ```
pub fn set_wait_limit(limit: Option<Duration>) {
    clock::WAIT_LIMIT.store(clock::millis(limit), Ordering::Relaxed);
}

/// How long a waiter that was woken may go without being polled until it is reported: 10 s, unless
/// set.
///
/// [`set_wait_limit`] has an example.
pub fn set_woken_limit(limit: Option<Duration>) {
    clock::WOKEN_LIMIT.store(clock::millis(limit), Ordering::Relaxed);
}

/// How long a guard may be held until it is reported: for ever, unless set.
///
/// [`set_wait_limit`] has an example.
pub fn set_hold_limit(limit: Option<Duration>) {
    clock::HOLD_LIMIT.store(clock::millis(limit), Ordering::Relaxed);
}

/// How long a [`test()`] may take until it fails with the table of who waits for whom: 60 s, unless set. For one test:
/// [`Test::limit`].
pub fn set_test_limit(limit: Option<Duration>) {
    clock::TRIAL_LIMIT.store(clock::millis(limit), Ordering::Relaxed);
}

/// The waits that are longer than `limit` now, whether they were reported or not.
///
/// [`set_wait_limit`] has an example.
pub fn waits_over(limit: Duration) -> Vec<Report> {
    clock::over(limit, clock::waits_over)
}

/// The waiters that were woken for longer than `limit` and not polled.
///
/// [`set_wait_limit`] has an example.
pub fn unpolled_over(limit: Duration) -> Vec<Report> {
    clock::over(limit, |limit, _, waiting| clock::unpolled_over(limit, waiting))
}

/// The guards that are held for longer than `limit`.
///
/// [`set_wait_limit`] has an example.
pub fn holds_over(limit: Duration) -> Vec<Report> {
    clock::over(limit, clock::holds_over)
}

/// How many entries of its lists the checker has looked at for this thread, in a debug build: for its own tests.
#[doc(hidden)]
pub fn steps() -> u64 {
    ledger::steps_so_far()
}

/// Says whether tokio's tasks that are not wrapped in [`task::named`](crate::task::named) are one flow
/// each: no `join!`, no `select!`, no futures that are polled by hand. Then they are as certain as
/// wrapped ones; if it is not true, there will be false alarms. Needs the feature `tokio`.
pub fn tasks_are_sequential(yes: bool) {
    flow::TASKS_ARE_SEQUENTIAL.store(yes, Ordering::Relaxed);
}
