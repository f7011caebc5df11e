//! The lock checker, as a listener: what it is told, and what it does about it.
//!
//! Its rooms, in the order in which they may look into each other, the lower ones first:
//!
//! - `mode`, `ways`: whether it is on, what time it is, who waits for whom by the ways alone;
//! - facts: `tasks`, `trial` and `scope` say who is who and of which test, `values` what a value is called, `ledger` and
//!   `queues` keep what is held and waited for;
//! - judgement: `flow` says what one flow holds for certain, `gates` what keeps two apart, `graph` knows who is taken
//!   after whom, `order` learns it, `stuck` proves deadlocks. They return what they find;
//! - speech: `row` is one who holds or waits, `report` says what is wrong, in the `words` for it, `table` and `draw` show
//!   what there is;
//! - `clock` tells the time, and looks after those who wait too long;
//! - what locks have of ours: `site`, where one is asked for; `hold`, in each permit; `wait`, in each lock future.

pub(crate) mod clock;
pub(crate) mod draw;
pub(crate) mod flow;
mod gates;
mod graph;
mod hold;
pub(crate) mod ledger;
pub(crate) mod mode;
pub(crate) mod order;
mod queues;
pub(crate) mod report;
pub(crate) mod row;
pub(crate) mod scope;
mod site;
mod stuck;
pub(crate) mod table;
mod tasks;
pub(crate) mod trial;
pub(crate) mod values;
mod wait;
mod ways;
mod words;

use alloc::borrow::Cow;
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

pub(crate) use self::{
    clock::{is_on, set_mode},
    flow::Blocking,
    hold::Hold,
    site::{Joined, Site},
    wait::Wait,
};
use self::{flow::Flow, scope::Polls, trial::Trial};
use super::class::{Identity, lock};

/// A lock is being dropped; guards or futures of it may have been forgotten.
pub(super) fn is_gone(mark: &Identity) {
    values::forget(mark);
    queues::forget(mark.address());
}

/// A lock is made a field of a twin here.
pub(super) fn is_field(mark: &Identity) {
    if is_on() {
        scope::home().makes(mark);
    }
}

/// A poll scope: lives in the future that it is about.
pub(crate) struct Scope(Polls);

impl Scope {
    #[track_caller]
    pub(crate) fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Polls::new(Some(name.into())))
    }

    #[track_caller]
    pub(crate) fn unnamed() -> Self {
        Self(Polls::new(None))
    }

    /// The task that a trial begins with.
    #[track_caller]
    pub(crate) fn of_trial(trial: &Trial) -> Self {
        Self(Polls::of(trial.home, Some(trial.name.clone())))
    }

    /// Polls the task.
    pub(crate) fn poll<F: Future>(
        &mut self,
        future: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        if !is_on() {
            return future.poll(context);
        }
        let polled = self.0.poll(future, context, Flow::comes_over_blind());
        if polled.is_pending() && self.0.has_slept() {
            words::look(self.0.task());
        }
        polled
    }
}
