//! Who waits for whom, now.

use alloc::{string::String, vec::Vec};
use core::fmt::{self, Write as _};

use super::{
    ledger::{self, Held, Waiting},
    report::{ago, at, say},
};

/// Who waits for whom at one moment: it displays as a table, a block for each lock that is waited for.
#[derive(Clone, Debug)]
pub struct Table {
    held: Vec<Held>,
    waiting: Vec<Waiting>,
}

impl Table {
    pub(crate) fn now() -> Self {
        let (held, waiting) = ledger::all();
        Self { held, waiting }
    }

    /// True if nobody waits.
    pub fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// How many wait.
    pub fn len(&self) -> usize {
        self.waiting.len()
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_empty() {
            return f.write_str("ironfence: nobody waits");
        }
        let mut text = String::new();
        let mut locks: Vec<usize> = Vec::new();
        for waiting in &self.waiting {
            if !locks.contains(&waiting.lock) {
                locks.push(waiting.lock);
            }
        }
        say!(text, "ironfence: {} wait for {} locks", self.len(), locks.len());
        for lock in locks {
            let mut waiting = self.waiting.iter().filter(|it| it.lock == lock).peekable();
            let class = waiting.peek().expect("it came from one of these").class;
            say!(text, "  `{class}`");
            for held in self.held.iter().filter(|held| held.lock == lock) {
                let (way, since) = (held.way.adverb(), ago(held.since));
                say!(
                    text,
                    "    held {way:<12} {since:>9}  {}  by {}",
                    at(held.place),
                    held.task.describe()
                );
            }
            for it in waiting {
                let (way, since) = (it.way.adverb(), ago(it.since));
                let woken = if it.sleeps() { "" } else { "  (woken)" };
                say!(
                    text,
                    "    waits {way:<11} {since:>9}  {}  {}{woken}",
                    at(it.place),
                    it.task.describe()
                );
            }
        }
        f.write_str(text.trim_end())
    }
}
