//! Runs the examples, as functions and as programs. The unit tests of `index` and of `smallbank` run
//! here too.

#[allow(dead_code, reason = "its `main` is the example's; `programs.rs` runs that")]
#[path = "../../index/main.rs"]
mod index;

#[allow(dead_code, reason = "its `main` is the example's; `transfers.rs` runs that")]
#[path = "../../smallbank/main.rs"]
mod smallbank;

mod comparison;
mod ledger;
mod programs;
mod runs;
mod service;
mod transfers;
mod tree;
