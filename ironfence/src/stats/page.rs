//! The statistics as a page, and as JSON.

use alloc::{format, string::String, vec::Vec};
use core::{fmt::Write as _, time::Duration};

use super::{Class, Snapshot, Times, snapshot};

/// The statistics as one HTML page: the locks with bars, the times that the worst was waited for, and, with the feature
/// `check`, who waits for whom and the order in which locks are taken.
///
/// The page needs nothing else: no script, style or font from outside, so it may be kept in a file. If it was served, it asks
/// for `locks.json`, beside itself, once a second, and shows what has changed; so serve [`json`] there.
///
/// ```
/// let page = ironfence::stats::page();
/// std::fs::write(std::env::temp_dir().join("locks.html"), page).unwrap();
/// ```
pub fn page() -> String {
    // In a script nothing may look like its end.
    let data = json().replace('<', "\\u003c");
    include_str!("page.html").replace("/*DATA*/null", &data)
}

/// What [`page`] shows, as JSON. All times are in nanoseconds.
///
/// ```
/// assert!(ironfence::stats::json().starts_with('{'));
/// ```
pub fn json() -> String {
    let Snapshot { classes, over } = snapshot();
    let classes: Vec<_> = classes.iter().map(class).collect();
    let mut json = format!("{{\"over_ns\":{},\"classes\":[{}]", over.as_nanos(), classes.join(","));
    #[cfg(feature = "check")]
    {
        _ = write!(json, ",\"waiting\":{}", quoted(&format!("{}", crate::check::waiting())));
        _ = write!(json, ",\"order\":{}", quoted(&crate::check::graph().to_svg()));
    }
    json.push('}');
    json
}

fn class(class: &Class) -> String {
    let Class { name, taken, waited, given_up, wait, hold, waiting, longest_wait_now } = class;
    format!(
        "{{\"name\":{},\"exclusive\":{},\"shared\":{},\"upgradable\":{},\"waited\":{waited},\
         \"given_up\":{given_up},\"waiting\":{waiting},\"longest_wait_ns\":{},\"wait\":{},\"hold\":{}}}",
        quoted(name),
        taken.exclusive,
        taken.shared,
        taken.upgradable,
        longest_wait_now.as_nanos(),
        times(wait),
        times(hold),
    )
}

fn times(times: &Times) -> String {
    let nanos = |time: Duration| time.as_nanos();
    let buckets = times
        .buckets()
        .map(|(from, end, count)| format!("[{},{},{count}]", nanos(from), nanos(end)));
    format!(
        "{{\"count\":{},\"sum_ns\":{},\"p50_ns\":{},\"p99_ns\":{},\"max_ns\":{},\"buckets\":[{}]}}",
        times.count(),
        nanos(times.sum()),
        nanos(times.p50()),
        nanos(times.p99()),
        nanos(times.max()),
        buckets.collect::<Vec<_>>().join(","),
    )
}

/// As a string of JSON.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for sign in text.chars() {
        match sign {
            '"' | '\\' => quoted.extend(['\\', sign]),
            '\n' => quoted.push_str("\\n"),
            _ if sign.is_control() => _ = write!(quoted, "\\u{:04x}", u32::from(sign)),
            _ => quoted.push(sign),
        }
    }
    quoted.push('"');
    quoted
}
