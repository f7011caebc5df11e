//! What several test modules need: futures polled by hand, wakers that count and wakers that are
//! hostile, an allocator that counts, a limit of time.

pub mod allocations;
pub mod hostile;
pub mod polled;
pub mod watchdog;
