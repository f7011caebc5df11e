//! The guide: what people share and how, and what can go wrong.
//!
//! - [Situations](situations): a web service, a cache, a job queue, time-outs, shutdown, tests.
//! - [Choosing](choosing): which lock, or none; a set, a session or a group.
//! - [Migrating](migrating): from tokio, async-lock, parking_lot, std, and from the Python package.
//! - [What can go wrong](what_can_go_wrong): the errors and reports that you see, and the cure.
//!
//! This module has no code. Its programs are tested with the examples of the repository.

#[doc = include_str!("guide/situations.md")]
pub mod situations {}

#[doc = include_str!("guide/choosing.md")]
pub mod choosing {}

#[doc = include_str!("guide/migrating.md")]
pub mod migrating {}

#[doc = include_str!("guide/what_can_go_wrong.md")]
pub mod what_can_go_wrong {}
