//! What several test modules need: futures polled by hand, wakers that count and wakers that are
//! hostile, an allocator that counts, three executors and one that is slow, a limit of time.

pub mod allocations;
pub mod executors;
pub mod hostile;
pub mod polled;
pub mod slow_executor;
pub mod watchdog;
