//! The limits that a change may not break. Only of what is the same in every run of one build.

use crate::{library::Library, results::Line, rows::Row};

/// The most that ironfence may take.
struct Limit {
    row: &'static str,
    measure: &'static str,
    most: f64,
}

const fn limit(row: &'static str, measure: &'static str, most: f64) -> Limit {
    Limit { row, measure, most }
}

const LIMITS: &[Limit] = &[
    limit("instructions, mutex lock", "", 18.0),
    limit("instructions, rwlock read", "", 28.0),
    limit("instructions, rwlock write", "", 18.0),
    limit("instructions, derive", "difference", 0.0),
    limit("size, mutex", "lock", 16.0),
    limit("size, mutex", "future", 48.0),
    limit("size, mutex", "guard", 16.0),
    limit("size, rwlock", "lock", 16.0),
    limit("size, rwlock", "read future", 48.0),
    limit("size, rwlock", "write future", 48.0),
    limit("size, rwlock", "read guard", 16.0),
    limit("size, rwlock", "write guard", 16.0),
    limit("allocations, mutex lock", "free", 0.0),
    limit("allocations, mutex lock", "contended", 0.0),
    limit("allocations, mutex lock", "cancelled", 0.0),
    limit("allocations, rwlock read", "free", 0.0),
    limit("allocations, rwlock read", "contended", 0.0),
    limit("allocations, rwlock read", "cancelled", 0.0),
    limit("allocations, rwlock write", "free", 0.0),
    limit("allocations, rwlock write", "contended", 0.0),
    limit("allocations, rwlock write", "cancelled", 0.0),
];

/// The rows that have a limit, of ironfence alone.
pub(crate) fn rows(all: Vec<Row>) -> Vec<Row> {
    let has_limit = |row: &Row| LIMITS.iter().any(|limit| limit.row == row.id);
    let ours = |mut row: Row| {
        row.entries.retain(|entry| entry.0 == Library::Ironfence);
        row
    };
    all.into_iter().filter(has_limit).map(ours).collect()
}

/// What the gate says.
pub(crate) struct Checked {
    /// A line for each limit, and a count.
    pub(crate) text: String,
    /// What could not be measured is said, and breaks no limit.
    pub(crate) all_kept: bool,
}

/// Holds the lines against the limits.
pub(crate) fn check(lines: &[Line]) -> Checked {
    let mut text = String::new();
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for limit in LIMITS {
        let line = lines
            .iter()
            .find(|line| line.row == limit.row && line.measure == limit.measure)
            .expect("every limit is about a row");
        let (title, most, unit) = (line.title(), limit.most, line.unit);
        match line.cell(Library::Ironfence) {
            Some(cell) if cell.summary.median > most => {
                text += &format!("BROKEN   {title}: {} > {most} {unit}\n", cell.summary.median);
                failed += 1;
            }
            Some(cell) => {
                text += &format!("kept     {title}: {} <= {most} {unit}\n", cell.summary.median);
                passed += 1;
            }
            None => {
                let ours = line.left_out.iter().find(|left| left.0 == Library::Ironfence);
                let reason = ours.map_or("no sample", |left| &left.1);
                text += &format!("skipped  {title}: {reason}\n");
                skipped += 1;
            }
        }
    }
    text += &format!("{passed} passed, {failed} failed, {skipped} skipped\n");
    Checked { text, all_kept: failed == 0 }
}
