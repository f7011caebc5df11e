//! The contract of the lock, line by line (DESIGN.md), with futures polled by hand.

mod barging;
mod exclusion;
mod executors;
mod readers;
mod silence;
mod wakeups;

/// How many may pass a woken waiter before they yield to it; stated in the docs of `Mutex`.
const MAY_PASS: usize = 32;
/// How many more acquisitions it takes until the next waiter is woken too; stated there as well.
const UNTIL_SILENT: usize = 4;
/// How often in a row a newcomer yields then; stated there as well.
const YIELDS: usize = 3;
