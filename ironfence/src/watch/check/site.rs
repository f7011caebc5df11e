//! Where a lock was asked for.

use core::{
    cell::Cell,
    mem,
    panic::Location,
    sync::atomic::{AtomicU64, Ordering},
};
use std::thread_local;

use super::{
    clock::is_on,
    flow::Flow,
    order::{self, Begun, Several},
    words,
};
use crate::watch::class::Whole;

thread_local! {
    /// Where all is asked for at the moment, and in which set, if a [`Site`] covers it.
    static COVERED: Cell<Option<Covered>> = const { Cell::new(None) };
}

/// The first of a group of other people's locks, once it was asked for.
pub(crate) type Joined = Option<Site>;

type Covered = (&'static Location<'static>, u64);

/// Where a lock was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    pub(super) place: &'static Location<'static>,
    pub(super) set: u64,
    /// Of the first lock of its set.
    pub(super) is_first: bool,
    pub(super) is_nested: bool,
}

impl Site {
    #[inline(always)]
    #[track_caller]
    pub(crate) fn here() -> Self {
        let covered = COVERED.try_with(Cell::get).ok().flatten();
        let (place, set) = covered.unwrap_or((Location::caller(), 0));
        Self { place, set, is_first: false, is_nested: false }
    }

    /// Whatever `run` asks for is asked for here: code between the user and the lock does not say so.
    pub(crate) fn cover<R>(self, run: impl FnOnce() -> R) -> R {
        struct Uncover(Option<Covered>);

        impl Drop for Uncover {
            fn drop(&mut self) {
                _ = COVERED.try_with(|covered| covered.set(self.0));
            }
        }

        let before = COVERED.try_with(|covered| covered.replace(Some((self.place, self.set))));
        let _uncover = Uncover(before.ok().flatten());
        run()
    }

    /// Of several locks that are taken together in ascending order: those of different values say nothing
    /// about the order of one another.
    pub(crate) fn in_order(mut self) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        self.set = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        self
    }

    /// Of the lock of a set before which so many others come.
    pub(crate) fn nth(mut self, before: usize) -> Self {
        self.is_first = before == 0;
        self
    }

    /// A session of `twin` begins here.
    pub(crate) fn begin_session<T>(self, twin: &T, level: u8) {
        self.begin(Several::Session, twin, level);
    }

    /// A set of other people's locks begins here, all of `twin`; the first time that this is called after
    /// `nth(0)`.
    pub(crate) fn begin_set<T>(&mut self, twin: &T) {
        if mem::take(&mut self.is_first) {
            self.begin(Several::Set, twin, 0);
        }
    }

    /// What joins the `group` is a part of what was begun here, as something else: a set.
    pub(crate) fn lead(self, group: &mut Joined) {
        *group = Some(self);
    }

    /// A lock of a group of other people's locks is about to be asked for, at this level: the first one of it if there is
    /// no `group` yet.
    pub(crate) fn join_group<T>(&mut self, group: &mut Joined, lock: &T, level: u8) {
        if let Some(group) = group {
            self.set = group.set;
            return;
        }
        *self = self.in_order();
        self.begin(Several::Group, lock, level);
        *group = Some(*self);
    }

    fn begin<T>(self, what: Several, value: &T, level: u8) {
        if !is_on() {
            return;
        }
        let flow = Flow::of_call();
        let begun = Begun {
            what,
            task: flow.task,
            home: flow.home,
            place: self.place,
            whole: Whole::of(value),
            name: short_name::<T>(),
            level,
        };
        if let Some(held) = order::begin(&begun, &flow) {
            words::begun_outside(&held, &begun);
        }
    }

    /// Of a lock that may be taken beside others of its class.
    pub(crate) fn nested(mut self) -> Self {
        self.is_nested = true;
        self
    }
}

/// The name of a type without its path and its parameters.
fn short_name<T>() -> &'static str {
    let name = core::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}
