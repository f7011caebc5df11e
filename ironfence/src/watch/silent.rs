//! A listener that is off: nobody is told anything.

use core::task::{Context, Poll, Waker};

use super::{Site, Way, class::Identity};

#[cfg(any(feature = "check", feature = "stats", feature = "console"))]
#[inline(always)]
pub(super) fn is_gone(_: &Identity) {}

#[cfg(not(feature = "stats"))]
#[inline(always)]
pub(super) fn has_passed(_: &Identity) {}

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

    /// The site is the checker's.
    #[cfg_attr(feature = "check", allow(dead_code))]
    #[inline(always)]
    pub(crate) fn map_site(&mut self, _: impl FnOnce(Site) -> Site) {}

    #[inline(always)]
    pub(crate) fn polled<R>(
        &mut self,
        _: &Identity,
        _: (Way, Option<u32>),
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
    pub(crate) fn leave(self, _: &Identity) {}

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
