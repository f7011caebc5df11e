//! The statistics through the `metrics` facade.

use alloc::{borrow::ToOwned, string::String};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, PoisonError},
};

use super::{Class, Times, snapshot};

/// What was published of a class: the waits and holds of which the recorder knows.
static PUBLISHED: LazyLock<Mutex<HashMap<String, (Times, Times)>>> = LazyLock::new(Mutex::default);

/// Hands the statistics to the recorder of `metrics`. Call it before the recorder is read, in the handler of `/metrics` say,
/// or every few seconds.
///
/// | metric | labels | |
/// |---|---|---|
/// | `ironfence_acquisitions_total` | `lock`, `mode`: `exclusive`, `shared`, `upgradable` | counter |
/// | `ironfence_waits_total`, `ironfence_waits_given_up_total` | `lock` | counters |
/// | `ironfence_passes_total` | `lock` | counter: newcomers that took the lock before somebody who waited |
/// | `ironfence_wait_seconds`, `ironfence_hold_seconds` | `lock` | histograms; each time is the middle of its bucket, right to a tenth |
/// | `ironfence_waiting` | `lock` | gauge: how many wait now |
/// | `ironfence_longest_wait_seconds` | `lock` | gauge: how long the first of these has waited |
///
/// A histogram begins when the recorder is first told: install the recorder before the first call.
///
/// [the module](crate::stats) has an example.
pub fn publish() {
    // The recorder is foreign code, and may use locks of ours; this one it can't reach, but by calling this.
    let mut published = PUBLISHED.lock().unwrap_or_else(PoisonError::into_inner);
    for class in snapshot().classes {
        let Class { name, taken, waited, given_up, passes, wait, hold, waiting, longest_wait_now } =
            class;
        let taken = [
            ("exclusive", taken.exclusive),
            ("shared", taken.shared),
            ("upgradable", taken.upgradable),
        ];
        for (mode, count) in taken {
            metrics::counter!("ironfence_acquisitions_total", "lock" => name.clone(), "mode" => mode)
                .absolute(count);
        }
        metrics::counter!("ironfence_waits_total", "lock" => name.clone()).absolute(waited);
        metrics::counter!("ironfence_waits_given_up_total", "lock" => name.clone())
            .absolute(given_up);
        metrics::counter!("ironfence_passes_total", "lock" => name.clone()).absolute(passes);
        metrics::gauge!("ironfence_waiting", "lock" => name.clone()).set(waiting as f64);
        metrics::gauge!("ironfence_longest_wait_seconds", "lock" => name.clone())
            .set(longest_wait_now);
        let before = published.entry(name.to_owned()).or_default();
        let waits = metrics::histogram!("ironfence_wait_seconds", "lock" => name.clone());
        record(&waits, &wait.since(&before.0));
        let holds = metrics::histogram!("ironfence_hold_seconds", "lock" => name);
        record(&holds, &hold.since(&before.1));
        *before = (wait, hold);
    }
}

fn record(to: &metrics::Histogram, times: &Times) {
    for (from, end, count) in times.buckets() {
        to.record_many((from + end) / 2, count as usize);
    }
}
