//! tokio-console, as a listener: spans and events of `tracing` in the form that `console-subscriber` knows.
//!
//! | | |
//! |---|---|
//! | a lock, from its first use until it is dropped | a span `runtime.resource`, with its name as `concrete_type` |
//! | how many hold it, and how many wait | events `runtime::resource::state_update` in that span |
//! | a wait, from the first poll that had to wait | a span `runtime.resource.async_op` |
//! | what a poll of it has found | an event `runtime::resource::poll_op` in both spans |
//!
//! Nothing is told while nobody subscribes to these.

use core::{
    cell::Cell,
    task::{Context, Poll, Waker},
};
use std::{string::ToString, sync::OnceLock, thread_local};

use tracing::{Span, subscriber::NoSubscriber};

use super::{Site, Way, class::Identity};

/// In each lock: its span, from its first use that somebody subscribed to.
pub(super) type Resource = OnceLock<Span>;

/// In each lock future.
#[derive(Debug)]
pub(crate) struct Wait {
    /// From the first poll that had to wait.
    waits: Option<Span>,
    /// What an upgrade holds meanwhile.
    upgrading: Hold,
}

/// In each permit.
#[derive(Debug)]
pub(crate) struct Hold {
    is_told: bool,
}

thread_local! {
    static IS_TELLING: Cell<bool> = const { Cell::new(false) };
}

/// Tells the subscriber something about the lock, in the lock's span. Returns what `tell` does; nothing if nobody
/// subscribes, or if it is the subscriber that uses a lock of ours meanwhile.
fn tell<R>(mark: &Identity, tell: impl FnOnce() -> R) -> Option<R> {
    struct End;
    impl Drop for End {
        fn drop(&mut self) {
            _ = IS_TELLING.try_with(|telling| telling.set(false));
        }
    }
    let is_telling = IS_TELLING.try_with(|telling| telling.replace(true));
    if is_telling.unwrap_or(true) {
        return None;
    }
    let _end = End;
    Some(resource(mark)?.in_scope(tell))
}

/// The span of the lock.
fn resource(mark: &Identity) -> Option<&Span> {
    if let Some(span) = mark.resource.get() {
        return Some(span);
    }
    let place = mark.made_at();
    let span = tracing::trace_span!(
        target: "ironfence",
        parent: None,
        "runtime.resource",
        concrete_type = mark.class().to_string().as_str(),
        kind = "Sync",
        loc.file = place.file(),
        loc.line = place.line(),
        loc.col = place.column(),
        is_internal = false,
        inherits_child_attrs = false,
    );
    // A span may also be nobody's: where another thread has a subscriber, and this one has none.
    let is_seen = span.with_subscriber(|(_, subscriber)| !subscriber.is::<NoSubscriber>());
    if is_seen != Some(true) {
        return None;
    }
    span.in_scope(|| {
        held(0, "override");
        waiting(0, "override");
    });
    Some(mark.resource.get_or_init(|| span))
}

/// How many hold the lock, in its span: so many more (`add`) or fewer (`sub`), or just so many (`override`).
fn held(count: u64, op: &str) {
    tracing::trace!(target: "runtime::resource::state_update", held = count, held.op = op);
}

/// How many wait for it, in the same way.
fn waiting(count: u64, op: &str) {
    tracing::trace!(target: "runtime::resource::state_update", waiting = count, waiting.op = op);
}

/// What a poll of a wait has found.
fn polled(waits: &Span, is_ready: bool) {
    waits.in_scope(|| {
        tracing::trace!(target: "runtime::resource::poll_op", op_name = "poll_lock", is_ready);
    });
}

fn name(way: Way) -> &'static str {
    match way {
        Way::Recursive => "read_recursive",
        Way::Shared => "read",
        Way::Upgradable => "upgradable_read",
        Way::Upgrade => "upgrade",
        Way::Exclusive => "lock or write",
    }
}

/// The lock's span ends with the lock.
pub(super) fn is_gone(_: &Identity) {}

impl Wait {
    #[inline(always)]
    pub(crate) fn new(_: Site) -> Self {
        Self { waits: None, upgrading: Hold::none() }
    }

    #[inline(always)]
    pub(crate) fn upgrading(upgrading: Hold, _: Site) -> Self {
        Self { waits: None, upgrading }
    }

    pub(crate) fn polled<R>(
        &mut self,
        mark: &Identity,
        (way, _): (Way, Option<u32>),
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        let result = poll(context);
        if result.is_pending() {
            tell(mark, || {
                let waits = self.waits.get_or_insert_with(|| {
                    waiting(1, "add");
                    let source = name(way);
                    tracing::trace_span!(target: "ironfence", "runtime.resource.async_op", source, inherits_child_attrs = false)
                });
                polled(waits, false);
            });
        }
        result
    }

    /// The future goes away without the lock.
    pub(crate) fn cancelled(&mut self, mark: &Identity) {
        self.end(mark, false);
        self.upgrading.released(mark);
    }

    fn end(&mut self, mark: &Identity, is_ready: bool) {
        let Some(waits) = self.waits.take() else { return };
        tell(mark, || {
            if is_ready {
                polled(&waits, true);
            }
            drop(waits);
            waiting(1, "sub");
        });
    }
}

impl Hold {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self { is_told: false }
    }

    /// `wait` has come to its end, and the hold is this.
    pub(crate) fn acquired(
        &mut self,
        wait: &mut Wait,
        mark: &Identity,
        (asked, _): (Way, Way),
        _: bool,
        _: &Waker,
    ) {
        wait.end(mark, true);
        *self = match asked {
            Way::Upgrade => core::mem::replace(&mut wait.upgrading, Self::none()),
            _ => Self::begun(mark),
        };
    }

    /// A hold that was had without waiting.
    pub(crate) fn tried(mark: &Identity, _: Way, _: bool, _: Site) -> Self {
        Self::begun(mark)
    }

    fn begun(mark: &Identity) -> Self {
        let told = tell(mark, || held(1, "add"));
        Self { is_told: told.is_some() }
    }

    #[inline(always)]
    pub(crate) fn turned(self, _: Way) -> Self {
        self
    }

    /// A second guard shares the hold, which is shown until the first of both is gone.
    #[inline(always)]
    pub(crate) fn split(&self) -> Self {
        Self::none()
    }

    /// The hold goes on without a permit.
    #[inline(always)]
    pub(crate) fn leave(self, _: &Identity) {}

    /// The hold of a lock that goes on without a permit: it was told if the lock has a span.
    #[inline(always)]
    pub(crate) fn left_of(mark: &Identity) -> Self {
        Self { is_told: mark.resource.get().is_some() }
    }

    /// It is about to be released.
    pub(crate) fn released(&mut self, mark: &Identity) {
        if core::mem::take(&mut self.is_told) {
            tell(mark, || held(1, "sub"));
        }
    }

    #[inline(always)]
    pub(crate) fn adopt(&mut self) {}

    #[inline(always)]
    pub(crate) fn disown(&mut self) {}
}
