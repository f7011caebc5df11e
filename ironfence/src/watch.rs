//! L1: what the locks tell the lock checker, in one place each.
//!
//! The lock has four things of ours in it: a [`Mark`] in each lock says which one it is, a [`Site`]
//! where in the program it was asked for, a [`Wait`] in each lock future tells that one begins to
//! wait, is polled, has it, goes away, and a [`Hold`] in each permit follows the hold until it is
//! released. Without the feature `check` they are empty, and so is every function of theirs: no
//! field, no branch, no byte. Nothing here knows the lock: it is told.
//!
//! With it: `class` gives locks their names, `tasks`, `scope` and `flow` say whose it is, `ledger`
//! keeps what is held and waited for, `order` learns who is taken after whom and `gates` what keeps
//! them apart, `stuck` proves deadlocks, `report` speaks, `clock` looks after those who wait too
//! long, `draw` shows the graph.

#[cfg(feature = "check")]
mod class;
#[cfg(feature = "check")]
pub(crate) mod clock;
#[cfg(feature = "check")]
pub(crate) mod draw;
#[cfg(feature = "check")]
pub(crate) mod flow;
#[cfg(feature = "check")]
mod gates;
#[cfg(feature = "check")]
mod ledger;
#[cfg(feature = "check")]
pub(crate) mod order;
#[cfg(feature = "check")]
pub(crate) mod report;
#[cfg(feature = "check")]
mod scope;
#[cfg(feature = "check")]
mod stuck;
#[cfg(feature = "check")]
pub(crate) mod table;
#[cfg(feature = "check")]
mod tasks;
#[cfg(feature = "check")]
mod told;

#[cfg(not(feature = "check"))]
mod silent;

#[cfg(not(feature = "check"))]
pub(crate) use silent::*;
#[cfg(feature = "check")]
pub(crate) use told::*;

/// How a lock is asked for or held, as the checker tells them apart.
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

/// Which field of which struct a lock is: module, struct, field. The derive says so.
pub(crate) type Field = (&'static str, &'static str, &'static str);
