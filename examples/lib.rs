//! The examples are the files beside this one; run them from the workspace's root:
//!
//! - `cargo run --release --example index`: a concurrent full-text index of a directory tree.
//! - `cargo run --release --example smallbank`: transactions that take several locks, without a deadlock.
//! - `cargo run --release --example seed_mutex`: the `Mutex` program of ironfence's Python page.
//! - `cargo run --release --example seed_rwlock`: the `RWLock` program of the same page.

pub mod listener;
