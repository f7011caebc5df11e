//! L1: what a lock tells, and who listens.
//!
//! The lock has four things of ours in it. A [`Mark`] in each lock says which one it is, a [`Site`] where
//! in the program it was asked for, a [`Wait`] in each lock future tells that one begins to wait, is polled,
//! has the lock, goes away, and a [`Hold`] in each permit follows the hold until it is released. `events` has
//! these, and passes each event on to the listeners. Nothing here knows the lock: it is told.
//!
//! A listener has a folder of its own, and knows nothing of the others. It keeps what it likes in its own part of
//! a `Mark`, of a `Wait` and of a `Hold`. There are three, by the features of their names: the lock checker (`check`), the
//! statistics (`stats`), and what tells tokio-console (`console`). In the place of one that is off stands `silent`: no field, no branch, no byte.
//!
//! Where a lock is asked for, and by which task, only the checker asks; without it there is `anonymous`.
//! What locks are called, and where in their value they lie, is for all listeners: `class`.

#[cfg(feature = "check")]
pub(crate) mod check;
#[cfg(not(feature = "check"))]
use silent as check;

#[cfg(feature = "stats")]
pub(crate) mod stats;
#[cfg(not(feature = "stats"))]
use silent as stats;

#[cfg(feature = "console")]
mod console;
#[cfg(not(feature = "console"))]
use silent as console;

#[cfg(any(feature = "check", feature = "stats", feature = "console"))]
pub(crate) mod class;
#[cfg(not(any(feature = "check", feature = "stats", feature = "console")))]
#[path = "watch/nameless.rs"]
mod class;

#[cfg(not(feature = "check"))]
mod anonymous;
mod events;
#[cfg(not(all(feature = "check", feature = "stats", feature = "console")))]
mod silent;

#[cfg(all(feature = "std", not(feature = "check")))]
pub(crate) use anonymous::Blocking;
#[cfg(not(feature = "check"))]
pub(crate) use anonymous::{Joined, Scope, Site};
#[cfg(feature = "check")]
pub(crate) use check::{Blocking, Joined, Scope, Site};
pub(crate) use events::{Hold, Mark, Wait};

/// How a lock is asked for or held, as listeners tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Way {
    /// Shared, past writers that wait.
    Recursive,
    /// Shared.
    Shared,
    /// Shared, by the only one who may become exclusive.
    Upgradable,
    /// From upgradable to exclusive.
    Upgrade,
    /// Alone.
    Exclusive,
}

/// Which field of which struct a lock is. The derive says so.
#[derive(Clone, Copy, Debug)]
#[cfg_attr(not(any(feature = "check", feature = "stats", feature = "console")), allow(dead_code))]
pub struct Field {
    module: &'static str,
    owner: &'static str,
    name: &'static str,
    /// What its lock is called, if not `Bank.accounts`.
    label: Option<&'static str>,
}

/// Module, struct, field.
type Names = (&'static str, &'static str, &'static str);

impl From<Names> for Field {
    #[inline]
    fn from((module, owner, name): Names) -> Self {
        Self { module, owner, name, label: None }
    }
}

/// With the label.
impl From<(Names, &'static str)> for Field {
    #[inline]
    fn from((names, label): (Names, &'static str)) -> Self {
        Self { label: Some(label), ..names.into() }
    }
}
