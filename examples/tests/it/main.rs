//! Runs the examples, as functions and as programs. The unit tests of `index` run here too.

#[allow(dead_code, reason = "its `main` is the example's; `programs.rs` runs that")]
#[path = "../../index/main.rs"]
mod index;

mod comparison;
mod programs;
mod runs;
mod tree;
