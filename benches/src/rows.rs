//! The rows of the table: what is measured, of whom, against whom.

mod allocations;
mod burst;
mod cancel;
mod contended;
mod crowds;
mod derived;
mod grant;
mod hand_over;
mod held;
pub(crate) mod instructions;
mod queueing;
mod readers;
pub(crate) mod scaling;
mod several;
mod sizes;
mod uncontended;
mod waits;

use crate::{
    bench::{Bench, Outcome},
    library::Library,
};

/// Takes one sample.
pub(crate) type Sampler = Box<dyn FnMut(&mut Bench) -> Outcome>;

/// One workload, done by each library.
pub(crate) struct Row {
    /// For `--rows`, the targets and the JSON.
    pub(crate) id: String,
    /// One sentence.
    pub(crate) explain: String,
    /// A line of the table each.
    pub(crate) measures: Vec<Measure>,
    pub(crate) kind: Kind,
    /// The libraries that can do it.
    pub(crate) entries: Vec<(Library, Sampler)>,
    /// Those that can't, and why.
    pub(crate) left_out: Vec<(Library, String)>,
    /// Whether its samples take seconds. Then there are few of them, and none to warm up.
    pub(crate) is_slow: bool,
}

/// What a row is compared by.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Uncontended or polled by hand: how many times as long as the reference.
    Time(Library),
    /// Contended: how many times as fast as the reference.
    Speed(Library),
    /// No time but a number that is the same in every run; sampled once.
    Exact,
}

/// One number of a row.
#[derive(Clone, Copy)]
pub(crate) struct Measure {
    /// Empty, if it is the only one.
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    pub(crate) better: Better,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Less,
    More,
}

impl Measure {
    pub(crate) const TIME: Self = Self::less("", "ns");

    pub(crate) const fn less(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, better: Better::Less }
    }

    pub(crate) const fn more(name: &'static str, unit: &'static str) -> Self {
        Self { name, unit, better: Better::More }
    }
}

impl Row {
    /// A row of one time.
    fn new(id: impl Into<String>, kind: Kind, explain: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            explain: explain.into(),
            measures: vec![Measure::TIME],
            kind,
            entries: Vec::new(),
            left_out: Vec::new(),
            is_slow: false,
        }
    }

    fn measuring(self, measures: &[Measure]) -> Self {
        Self { measures: measures.to_vec(), ..self }
    }

    fn with(self, entries: Vec<(Library, Sampler)>) -> Self {
        Self { entries, ..self }
    }

    fn slow(self) -> Self {
        Self { is_slow: true, ..self }
    }

    /// Without the libraries that `which` picks, for a reason.
    fn without(mut self, which: impl Fn(Library) -> bool, reason: &str) -> Self {
        for (library, _) in self.entries.extract_if(.., |entry| which(entry.0)) {
            self.left_out.push((library, reason.to_owned()));
        }
        self
    }

    /// Without those that make the thread wait.
    fn async_only(self) -> Self {
        self.without(
            Library::is_sync,
            "it makes threads wait: a task can't hold it across an await, nor queue for it",
        )
    }
}

/// All of them, in the order of the table.
pub(crate) fn all() -> Vec<Row> {
    let mut rows = uncontended::rows();
    rows.extend(contended::rows());
    rows.extend(waits::mutex_rows());
    rows.extend(readers::rows());
    rows.extend(scaling::rows());
    rows.extend(waits::rwlock_rows());
    rows.extend(hand_over::rows());
    rows.extend(held::rows());
    rows.extend(crowds::rows());
    rows.extend(cancel::rows());
    rows.extend(queueing::rows());
    rows.extend(grant::rows());
    rows.extend(burst::rows());
    rows.extend(several::rows());
    rows.extend(sizes::rows());
    rows.extend(allocations::rows());
    rows.extend(instructions::rows());
    for row in &mut rows {
        if row.entries.len() + row.left_out.len() == 1 {
            // About ironfence alone.
            continue;
        }
        for library in Library::ALL {
            let known = row.entries.iter().map(|entry| entry.0);
            if !known.chain(row.left_out.iter().map(|left| left.0)).any(|known| known == library) {
                row.left_out.push((library, "it has no such lock".into()));
            }
        }
    }
    rows
}

/// Whether `--rows` asks for this one: by a part of its id, or several parts separated by `|`.
pub(crate) fn is_asked_for(id: &str, pattern: Option<&str>) -> bool {
    pattern.is_none_or(|pattern| pattern.split('|').any(|part| id.contains(part)))
}
