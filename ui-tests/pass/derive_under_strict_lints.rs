//! Generated code trips none of the user's lints, not even forbidden ones.
#![forbid(
    unsafe_code,
    unsafe_op_in_unsafe_fn,
    missing_docs,
    unreachable_pub,
    dead_code
)]
#![forbid(
    missing_debug_implementations,
    missing_copy_implementations,
    unused_qualifications
)]
#![forbid(
    single_use_lifetimes,
    unused_lifetimes,
    elided_lifetimes_in_paths,
    private_bounds
)]
#![forbid(
    private_interfaces,
    deprecated,
    non_camel_case_types,
    unnameable_types,
    trivial_casts
)]
#![forbid(
    unused,
    future_incompatible,
    nonstandard_style,
    explicit_outlives_requirements
)]
#![forbid(
    rust_2018_idioms,
    rust_2021_compatibility,
    rust_2024_compatibility,
    let_underscore
)]
#![forbid(clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(
    clippy::absolute_paths,
    clippy::missing_trait_methods,
    clippy::multiple_inherent_impl
)]
#![forbid(
    clippy::undocumented_unsafe_blocks,
    clippy::missing_docs_in_private_items
)]

use ironfence::Guarded;

/// What only this module knows.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Entry(u8);

/// A bank.
#[derive(Guarded, Clone, Debug, PartialEq, Eq)]
#[guarded(derive(Debug))]
pub struct Bank<T> {
    /// Documented.
    #[guarded(rwlock)]
    pub accounts: Vec<T>,
    #[guarded(mutex)]
    journal: Vec<Entry>,
    #[guarded(nested)]
    risk: Risk,
    name: Option<Entry>,
}

#[derive(Guarded, Clone, Debug, PartialEq, Eq)]
#[guarded(derive(Debug))]
struct Risk(#[guarded(mutex)] u8, #[guarded(mutex)] Entry);

/// A pair, of which one is behind a lock.
#[derive(Guarded, Clone, Debug)]
#[guarded(derive(Debug))]
pub struct Pair<T>(
    /// Documented.
    #[guarded(mutex)]
    pub T,
    /// Documented.
    pub Vec<u8>,
);

#[derive(Guarded, Clone, Copy, Debug)]
#[guarded(derive(Debug))]
struct Nothing;

mod inner {
    #[derive(ironfence::Guarded, Debug)]
    #[guarded(name = Shared, derive(Debug))]
    pub(crate) struct Hidden {
        #[guarded(mutex)]
        pub(super) field: u8,
    }
}

fn main() {
    let bank = Bank {
        accounts: vec![1],
        journal: vec![Entry(1)],
        risk: Risk(1, Entry(2)),
        name: Some(Entry(3)),
    };
    let twin = bank.clone().into_guarded();
    drop(twin.snapshot());
    assert_eq!(twin.into_inner(), bank);
    _ = Nothing.into_guarded();
    let hidden = inner::Hidden { field: 1 }.into_guarded();
    assert_eq!(*hidden.field.blocking_lock(), 1);
}
