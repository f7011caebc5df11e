//! The examples are the files beside this one; run them from the workspace's root:
//!
//! - `cargo run --release --example index`: a concurrent full-text index of a directory tree.
//! - `cargo run --release --example smallbank`: transactions that take several locks, without a deadlock.
//! - `cargo run --release --example service`: a ticket office as a web service; `-- --drive 200` drives it.
//! - `cargo run --release --example seed_mutex`: the `Mutex` program of ironfence's Python page.
//! - `cargo run --release --example seed_rwlock`: the `RWLock` program of the same page.

pub mod listener;

/// The programs of the guide and of other pages, which are compiled and run as they stand there.
#[cfg(doctest)]
mod pages {
    #[doc = include_str!("../ironfence/src/guide/situations.md")]
    mod situations {}

    #[doc = include_str!("../ironfence/src/guide/choosing.md")]
    mod choosing {}

    #[doc = include_str!("../ironfence/src/guide/migrating.md")]
    mod migrating {}

    #[doc = include_str!("../ironfence/src/guide/what_can_go_wrong.md")]
    mod what_can_go_wrong {}
}
