//! A listener that is off: nobody is told anything.

use alloc::borrow::Cow;
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll, Waker},
};

use super::{Way, class::Identity};

/// Where a lock was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site;

impl Site {
    #[inline(always)]
    pub(crate) const fn here() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn cover<R>(self, run: impl FnOnce() -> R) -> R {
        run()
    }

    #[inline(always)]
    pub(crate) fn in_order(self) -> Self {
        self
    }

    #[inline(always)]
    pub(crate) fn nested(self) -> Self {
        self
    }
}

/// In each lock future.
#[derive(Debug)]
pub(crate) struct Wait;

impl Wait {
    #[inline(always)]
    pub(crate) fn new(_: Site) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn upgrading(_: Hold, _: Site) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn map_site(&mut self, _: impl FnOnce(Site) -> Site) {}

    #[inline(always)]
    pub(crate) fn polled<R>(
        &mut self,
        _: &Identity,
        _: Way,
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        poll(context)
    }

    #[inline(always)]
    pub(crate) fn cancelled(&mut self, _: &Identity) {}
}

/// In each permit.
#[derive(Debug)]
pub(crate) struct Hold;

impl Hold {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn acquired(
        &mut self,
        _: &mut Wait,
        _: &Identity,
        _: (Way, Way),
        _: bool,
        _: &Waker,
    ) {
    }

    #[inline(always)]
    pub(crate) fn tried(_: &Identity, _: Way, _: bool, _: Site) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn turned(self, _: Way) -> Self {
        self
    }

    #[inline(always)]
    pub(crate) fn split(&self) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn leave(self) {}

    #[inline(always)]
    pub(crate) fn left_of(_: &Identity) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn released(&mut self, _: &Identity) {}

    #[inline(always)]
    pub(crate) fn adopt(&mut self) {}

    #[inline(always)]
    pub(crate) fn disown(&mut self) {}
}

/// While this lives, the thread itself waits.
#[cfg(feature = "std")]
#[derive(Debug)]
pub(crate) struct Blocking;

#[cfg(feature = "std")]
impl Blocking {
    #[inline(always)]
    pub(crate) fn begin() -> Self {
        Self
    }
}

/// The polls of one task.
#[derive(Debug)]
pub(crate) struct Scope;

impl Scope {
    #[inline(always)]
    pub(crate) fn named(_: impl Into<Cow<'static, str>>) -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn unnamed() -> Self {
        Self
    }

    #[inline(always)]
    pub(crate) fn poll<F: Future>(
        &mut self,
        future: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        future.poll(context)
    }
}
