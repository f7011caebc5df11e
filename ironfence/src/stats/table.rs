//! The statistics as a table of text.

use alloc::{format, string::String, vec, vec::Vec};
use core::{fmt, time::Duration};

use super::{Class, Snapshot, Times};

/// A time in three digits and a unit, such as `1.23 ms`.
pub(crate) fn time(time: Duration) -> String {
    let nanos = time.as_nanos() as f64;
    let (value, unit) = match nanos {
        0.0 => return "0".into(),
        ..1e3 => (nanos, "ns"),
        ..1e6 => (nanos / 1e3, "µs"),
        ..1e9 => (nanos / 1e6, "ms"),
        _ => (nanos / 1e9, "s"),
    };
    let digits = match value {
        ..10.0 => 2,
        ..100.0 => 1,
        _ => 0,
    };
    // A whole number of nanoseconds has no digits behind the point.
    let digits = if unit == "ns" { 0 } else { digits };
    format!("{value:.digits$} {unit}")
}

fn row(class: &Class) -> Vec<String> {
    let mut row = vec![
        // One line, whatever somebody called it.
        class.name.replace(char::is_control, " "),
        format!("{}", class.taken.all()),
        format!("{:.1} %", 100.0 * class.share_that_waited()),
        match class.passes {
            0 => "-".into(),
            passes => format!("{passes}"),
        },
    ];
    let times = |times: &Times| match times.count() {
        0 => vec!["-".into(); 4],
        _ => [times.sum(), times.p50(), times.p99(), times.max()].map(time).to_vec(),
    };
    row.extend(times(&class.wait));
    row.push(match class.waiting {
        0 => "-".into(),
        waiting => format!("{waiting}, {}", time(class.longest_wait_now)),
    });
    row.push(match class.hold.count() {
        0 => "-".into(),
        _ => format!("{}, {}", time(class.hold.p50()), time(class.hold.p99())),
    });
    row
}

impl fmt::Display for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let heads = [
            "lock",
            "taken",
            "waited",
            "passed",
            "wait in all",
            "p50",
            "p99",
            "max",
            "wait now",
            "hold p50, p99",
        ];
        let mut rows = vec![heads.map(String::from).to_vec()];
        rows.extend(self.classes.iter().map(row));
        let width = |column: usize| {
            rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default()
        };
        let widths: Vec<_> = (0..heads.len()).map(width).collect();
        for (number, row) in rows.iter().enumerate() {
            if number > 0 {
                writeln!(f)?;
            }
            for (column, (cell, width)) in row.iter().zip(&widths).enumerate() {
                match column {
                    0 => write!(f, "{cell:<width$}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
        }
        Ok(())
    }
}
