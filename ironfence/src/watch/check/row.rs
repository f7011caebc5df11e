//! One who holds a lock, waits for it or asks for it: in a line, as data, and many of them in one line.

use alloc::{
    format,
    string::{String, ToString},
    sync::Arc,
    vec::Vec,
};
use core::{
    fmt::{self, Write as _},
    panic::Location,
    time::Duration,
};

use super::{
    ledger::{Claim, Held, Waiting},
    mode,
    tasks::{Sort, Task},
    values,
};

/// What the task of a [`Row`] does about the lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub enum Role {
    /// It has it.
    Holds,
    /// It sleeps until it has it.
    Waits,
    /// It asks for it, and may have it at once.
    Asks,
}

/// One task and one lock, of a [`Report`](crate::check::Report) or a [`Table`](crate::check::Table).
#[derive(Clone, Debug)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
pub struct Row {
    task: String,
    #[cfg_attr(feature = "serde", serde(skip))]
    who: Who,
    role: Role,
    class: String,
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_name"))]
    value: Option<Arc<str>>,
    way: &'static str,
    #[cfg_attr(feature = "serde", serde(serialize_with = "as_place"))]
    place: &'static Location<'static>,
    duration: Duration,
    /// The guard may be elsewhere, or the waiter was woken.
    is_uncertain: bool,
}

/// A task without its number, so that equal ones are told as one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Who {
    name: String,
    number: u64,
}

#[cfg(feature = "serde")]
fn as_place<S: serde::Serializer>(
    place: &&'static Location<'static>,
    to: S,
) -> Result<S::Ok, S::Error> {
    to.collect_str(place)
}

#[cfg(feature = "serde")]
fn as_name<S: serde::Serializer>(value: &Option<Arc<str>>, to: S) -> Result<S::Ok, S::Error> {
    serde::Serialize::serialize(&value.as_deref(), to)
}

impl Row {
    /// The task, as reports say it: `task "settle" (#1)`.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn task(&self) -> &str {
        &self.task
    }

    /// What it does about the lock.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn role(&self) -> Role {
        self.role
    }

    /// The class of the lock: `Bank.accounts`.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn class(&self) -> &str {
        &self.class
    }

    /// Which value's lock it is, if that was said: see [`name_value`](crate::check::name_value).
    pub fn value(&self) -> Option<&str> {
        self.value.as_deref()
    }

    /// In which way it holds or wants it: `shared`, `exclusively`, `upgradable` ..
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn way(&self) -> &'static str {
        self.way
    }

    /// Where it was asked for.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn place(&self) -> &'static Location<'static> {
        self.place
    }

    /// For how long: to 10 ms.
    ///
    /// [`Table::rows`](crate::check::Table::rows) has an example.
    pub fn duration(&self) -> Duration {
        self.duration
    }

    fn new(claim: &Claim, role: Role, since: Option<u64>) -> Self {
        let since = since.map_or(0, |since| mode::now().saturating_sub(since));
        Self {
            task: claim.task.describe(),
            who: Who::of(claim.task),
            role,
            class: claim.class.to_string(),
            value: values::name_of(claim.value),
            way: claim.way.adverb(),
            place: claim.place,
            duration: Duration::from_millis(since),
            is_uncertain: false,
        }
    }

    pub(crate) fn holds(held: &Held) -> Self {
        let row = Self::new(&held.claim, Role::Holds, Some(held.since));
        Self { is_uncertain: held.may_travel, ..row }
    }

    pub(crate) fn waits(waiting: &Waiting) -> Self {
        let row = Self::new(&waiting.claim, Role::Waits, Some(waiting.since));
        Self { is_uncertain: !waiting.sleeps(), ..row }
    }

    pub(crate) fn asks(claim: &Claim) -> Self {
        Self::new(claim, Role::Asks, None)
    }

    /// True if the two say the same of two tasks of one name, or of one.
    fn is_like(&self, other: &Self) -> bool {
        let of = |it: &Self| (it.role, it.way, it.place, it.is_uncertain);
        of(self) == of(other)
            && self.class == other.class
            && self.value == other.value
            && self.who.name == other.who.name
    }

    fn is_of(&self, other: &Self) -> bool {
        self.who == other.who
    }
}

/// So many numbers of tasks that do the same are listed.
const NUMBERS: usize = 3;

/// Rows of one task, or the same rows of several.
struct Block<'a> {
    rows: Vec<&'a Row>,
    numbers: Vec<u64>,
}

fn blocks<'a>(rows: impl IntoIterator<Item = &'a Row>) -> Vec<Block<'a>> {
    let mut of_one: Vec<Vec<&Row>> = Vec::new();
    for row in rows {
        match of_one.last_mut() {
            Some(last) if last[0].is_of(row) => last.push(row),
            _ => of_one.push(Vec::from([row])),
        }
    }
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for rows in of_one {
        let number = rows[0].who.number;
        let same = blocks.last_mut().filter(|block| {
            let pairs = block.rows.iter().zip(&rows);
            block.rows.len() == rows.len() && pairs.into_iter().all(|(a, b)| a.is_like(b))
        });
        match same {
            Some(block) => block.numbers.push(number),
            None => blocks.push(Block { rows, numbers: Vec::from([number]) }),
        }
    }
    blocks
}

/// `8 x task "reader" (#1, #2, #3, ..)`, or the one task.
fn head(row: &Row, numbers: &[u64]) -> String {
    if let [_] = numbers {
        return row.task.clone();
    }
    if numbers[0] == 0 {
        return format!("{} x {}", numbers.len(), row.task);
    }
    let mut list: Vec<_> =
        numbers.iter().take(NUMBERS).map(|number| format!("#{number}")).collect();
    if numbers.len() > NUMBERS {
        list.push("..".into());
    }
    format!("{} x {} ({})", numbers.len(), row.who.name, list.join(", "))
}

/// Each task, and what it holds and waits for, in a few lines: `most` tasks at the most. Returns how many were
/// left out.
pub(crate) fn list<'a>(
    text: &mut String,
    rows: impl IntoIterator<Item = &'a Row>,
    most: usize,
) -> usize {
    let blocks = blocks(rows);
    for Block { rows, numbers } in blocks.iter().take(most) {
        say!(text, "  {}", head(rows[0], numbers));
        lines(text, rows);
    }
    blocks.iter().skip(most).map(|block| block.numbers.len()).sum()
}

/// The rows of one task, equal ones in one line.
pub(crate) fn lines(text: &mut String, rows: &[&Row]) {
    let mut left = rows;
    while let Some(first) = left.first() {
        let count = left.iter().take_while(|row| row.is_like(first)).count();
        let (same, rest) = left.split_at(count);
        let longest = same.iter().max_by_key(|row| row.duration).unwrap_or(first);
        let times = if count > 1 { format!("{count} x ") } else { String::new() };
        say!(text, "    {times}{longest}");
        left = rest;
    }
}

/// The rows of one lock, in columns, equal ones in one line.
pub(crate) fn columns(text: &mut String, rows: &[Row]) {
    let mut left = rows;
    while let Some(first) = left.first() {
        let count = left.iter().take_while(|row| row.is_like(first)).count();
        let (same, rest) = left.split_at(count);
        let numbers: Vec<_> = same.iter().map(|row| row.who.number).collect();
        let longest = same.iter().map(|row| row.duration).max().unwrap_or_default();
        let (does, by) = if first.role == Role::Holds { ("held", "by ") } else { ("waits", "") };
        let woken = if first.is_uncertain && by.is_empty() { "  (woken)" } else { "" };
        let (width, ago) = (17 - does.len(), seconds(longest));
        let (way, place, task) = (first.way, at(first.place), head(first, &numbers));
        say!(text, "    {does} {way:<width$} {ago:>9}  {place}  {by}{task}{woken}");
        left = rest;
    }
}

impl fmt::Display for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (way, place) = (self.way, at(self.place));
        let lock = named(&self.class, self.value());
        let ago = seconds(self.duration);
        match self.role {
            Role::Asks => write!(f, "asks for {lock} {way}, at {place}"),
            Role::Waits => write!(f, "waits for {lock} {way}, at {place}, for {ago}"),
            Role::Holds => {
                let sent = if self.is_uncertain { " (if the guard was not sent away)" } else { "" };
                write!(f, "holds {lock} {way}, from {place}, for {ago}{sent}")
            }
        }
    }
}

impl Who {
    fn of(task: Task) -> Self {
        let (described, number) = (task.describe(), task.number());
        let (name, number) = match task.sort() {
            // The number is the thread's.
            Sort::Unknown => (described, 0),
            Sort::Tokio => ("tokio's task".into(), number),
            Sort::Thread | Sort::Scope => {
                let [long, short] = [format!(" (#{number})"), format!(" #{number}")];
                (described.replace(&long, "").replace(&short, ""), number)
            }
        };
        Self { name, number }
    }
}

/// `Event.seats`, or `Event.seats` (concert 7).
fn named(class: &str, value: Option<&str>) -> String {
    value.map_or_else(|| format!("`{class}`"), |value| format!("`{class}` ({value})"))
}

/// The same of a lock that is claimed.
pub(crate) fn name_of(claim: &Claim) -> String {
    named(&claim.class.to_string(), values::name_of(claim.value).as_deref())
}

/// `src/main.rs:3:9`
pub(crate) fn at(place: &Location<'_>) -> String {
    format!("{}:{}:{}", place.file(), place.line(), place.column())
}

/// Writes to a string, which can't fail.
macro_rules! say {
    ($text:expr, $($format:tt)*) => { _ = writeln!($text, $($format)*) };
}
pub(crate) use say;

/// `1.23 s`
pub(crate) fn seconds(duration: Duration) -> String {
    let millis = duration.as_millis();
    format!("{}.{:02} s", millis / 1000, millis % 1000 / 10)
}

/// `1.23 s`
pub(crate) fn ago(since: u64) -> String {
    seconds(Duration::from_millis(mode::now().saturating_sub(since)))
}
