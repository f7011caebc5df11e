//! The statistics as a page, and as JSON.

use alloc::string::{String, ToString};

use super::{snapshot, value::Value};

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

/// What [`page`] shows, as JSON. All times are in nanoseconds. With the feature `serde` a
/// [`Snapshot`](super::Snapshot) looks the same, without what the checker adds.
///
/// ```
/// assert!(ironfence::stats::json().starts_with('{'));
/// ```
pub fn json() -> String {
    #[cfg_attr(not(feature = "check"), allow(unused_mut))]
    let mut all = Value::from(&snapshot());
    #[cfg(feature = "check")]
    if let Value::Named(all) = &mut all {
        all.push(("waiting", Value::Text(crate::check::waiting().to_string())));
        all.push(("order", Value::Text(crate::check::graph().to_svg())));
    }
    all.to_string()
}
