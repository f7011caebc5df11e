//! Who waits for whom, now.

use alloc::{
    collections::BTreeMap,
    string::{String, ToString},
    vec::Vec,
};
use core::fmt::{self, Write as _};

use super::{
    ledger,
    row::{self, Row, say},
    trial::Home,
};

/// Who waits for whom at one moment: it displays as a table, a block for each lock that is waited for.
///
/// [`waiting`](crate::check::waiting) has an example.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Table {
    locks: Vec<Lock>,
    waiting: usize,
}

/// A lock that is waited for.
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
struct Lock {
    #[cfg_attr(not(feature = "serde"), expect(dead_code, reason = "it is what is serialised"))]
    class: String,
    /// The class, and which value's it is.
    #[cfg_attr(feature = "serde", serde(skip))]
    name: String,
    /// Who holds it, then who waits.
    rows: Vec<Row>,
}

impl Table {
    pub(crate) fn now() -> Self {
        Self::of(|_| true)
    }

    /// Those who wait in this trial, or of whom it isn't known.
    pub(crate) fn of_trial(trial: Home) -> Self {
        Self::of(|home| home.may_be(trial))
    }

    fn of(is_shown: impl Fn(Home) -> bool) -> Self {
        let (held, mut waiting) = ledger::all();
        waiting.retain(|waiting| is_shown(waiting.home));
        let (mut places, mut locks) = (BTreeMap::new(), Vec::new());
        for waiting in &waiting {
            places.entry(waiting.lock).or_insert_with(|| {
                let (class, name) = (waiting.class.to_string(), row::name_of(waiting));
                locks.push(Lock { class, name, rows: Vec::new() });
                locks.len() - 1
            });
        }
        let place = |address: &usize| places.get(address).copied();
        for (place, row) in held.iter().filter_map(|it| Some((place(&it.lock)?, Row::holds(it)))) {
            locks[place].rows.push(row);
        }
        for (place, row) in waiting.iter().filter_map(|it| Some((place(&it.lock)?, Row::waits(it))))
        {
            locks[place].rows.push(row);
        }
        Self { locks, waiting: waiting.len() }
    }

    /// True if nobody waits.
    ///
    /// [`rows`](Table::rows) has an example.
    pub fn is_empty(&self) -> bool {
        self.waiting == 0
    }

    /// How many wait.
    ///
    /// [`rows`](Table::rows) has an example.
    pub fn len(&self) -> usize {
        self.waiting
    }

    /// Lock by lock, who holds it and then who waits for it.
    ///
    /// ```
    /// use ironfence::check::Role;
    ///
    /// let table = ironfence::check::waiting();
    /// for row in table.rows().filter(|row| row.role() == Role::Waits) {
    ///     println!("{} wants {}, {}: {:?}", row.task(), row.class(), row.place(), row.duration());
    /// }
    /// ```
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.locks.iter().flat_map(|lock| &lock.rows)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("ironfence: nobody waits");
        }
        let mut text = String::new();
        match (self.waiting, self.locks.len()) {
            (1, _) => say!(text, "ironfence: 1 waits for a lock"),
            (waiting, 1) => say!(text, "ironfence: {waiting} wait for 1 lock"),
            (waiting, locks) => say!(text, "ironfence: {waiting} wait for {locks} locks"),
        }
        for Lock { name, rows, .. } in &self.locks {
            say!(text, "  {name}");
            row::columns(&mut text, rows);
        }
        f.write_str(text.trim_end())
    }
}
