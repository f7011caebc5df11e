//! Whether the checker looks at anything, and what time it is for it.

use core::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::env;

/// What a report does beside being kept.
///
/// [`set_mode`](crate::check::set_mode) has an example.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Mode {
    /// The checker looks at nothing.
    Off,
    /// It is printed to stderr, or given to [`on_report`](crate::check::on_report).
    Report,
    /// The task that is at fault panics then. (Not where nobody is: waits and holds that are too long.)
    Panic,
    /// The process aborts then.
    Abort,
}

/// 0 until it was set.
static MODE: AtomicU8 = AtomicU8::new(0);

/// Milliseconds since the checker began, as of the last tick of its clock.
static NOW: AtomicU64 = AtomicU64::new(1);

impl Mode {
    /// `None` until it was set.
    #[inline]
    pub(crate) fn now() -> Option<Self> {
        // ORDERING: Relaxed: a mode that is set a moment ago may be seen a moment later.
        match MODE.load(Ordering::Relaxed) {
            0 => None,
            1 => Some(Self::Off),
            2 => Some(Self::Report),
            3 => Some(Self::Panic),
            _ => Some(Self::Abort),
        }
    }

    pub(crate) fn set(self) {
        MODE.store(self as u8 + 1, Ordering::Relaxed);
    }

    /// What `IRONFENCE_CHECK` says.
    pub(crate) fn of_environment() -> Self {
        match env::var("IRONFENCE_CHECK").as_deref() {
            Ok("off") => Self::Off,
            Ok("panic") => Self::Panic,
            Ok("abort") => Self::Abort,
            Ok("report") | Err(_) => Self::Report,
            Ok(other) => {
                std::eprintln!(
                    "ironfence: IRONFENCE_CHECK={other} is none of off, report, panic, abort"
                );
                Self::Report
            }
        }
    }
}

/// Milliseconds since the checker began, to the tick.
#[inline]
pub(crate) fn now() -> u64 {
    // ORDERING: Relaxed: a clock, no more.
    NOW.load(Ordering::Relaxed)
}

/// The clock ticks.
pub(crate) fn set_now(now: u64) {
    NOW.store(now, Ordering::Relaxed);
}
