//! The contract of the lock, line by line (DESIGN.md), with futures polled by hand.

mod barging;
mod exclusion;
mod executors;
mod fifo;
mod passed;
mod readers;
mod silence;
mod wakeups;
