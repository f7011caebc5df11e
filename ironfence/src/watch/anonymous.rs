//! Nobody wants to know where a lock is asked for, or by which task: the lock checker is off.

use alloc::borrow::Cow;
use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

/// Where a lock was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site;

/// The first of a group of other people's locks.
pub(crate) type Joined = ();

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
    pub(crate) fn nth(self, _: usize) -> Self {
        self
    }

    #[inline(always)]
    pub(crate) fn begin_session<T>(self, _: &T, _: u8) {}

    #[inline(always)]
    pub(crate) fn begin_set<T>(&mut self, _: &T) {}

    #[inline(always)]
    pub(crate) fn lead(self, _: &mut Joined) {}

    #[inline(always)]
    pub(crate) fn join_group<T>(&mut self, _: &mut Joined, _: &T, _: u8) {}

    #[inline(always)]
    pub(crate) fn nested(self) -> Self {
        self
    }
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
