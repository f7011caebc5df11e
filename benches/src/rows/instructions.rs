//! How many instructions an operation takes.
//!
//! The loops of [`uncontended`](super::uncontended) under valgrind's callgrind, so many times and
//! twice as many: the difference is theirs alone. The loop and the counting, three instructions or
//! so, are in it. These numbers are the same in every run of one binary, so limits can be set.

use std::{
    env,
    process::{Command, Stdio},
};

use super::{
    Kind, Measure, Row, Sampler,
    derived::Struct,
    uncontended::{MutexOp, RwLockOp},
};
use crate::{
    library::Library,
    locks::{ForMutexes, ForRwLocks, MutexLike, RwLockLike},
};

const TIMES: u64 = 100_000;

/// The option by which this program calls itself, with an operation, a library and a number.
pub(crate) const CHILD_OPTION: &str = "--instructions-of";

type Operation = Box<dyn Fn(u64)>;

struct Counted<Op>(Op);

impl ForMutexes for Counted<MutexOp> {
    type Made = Operation;

    fn make<M: MutexLike>(&self) -> Operation {
        let op = self.0;
        Box::new(move |count| _ = op.run::<M>(count))
    }
}

impl ForRwLocks for Counted<RwLockOp> {
    type Made = Operation;

    fn make<L: RwLockLike>(&self) -> Operation {
        let op = self.0;
        Box::new(move |count| _ = op.run::<L>(count))
    }
}

/// Everything whose instructions can be counted.
fn operations() -> Vec<(&'static str, Vec<(Library, Operation)>)> {
    let mutex = MutexOp::ALL.iter().map(|&op| (op.name(), Counted(op).for_each()));
    let rwlock = RwLockOp::ALL.iter().map(|&op| (op.name(), Counted(op).for_each()));
    let structs = [(BY_HAND, Struct::ByHand), (DERIVED, Struct::Derived)];
    let structs = structs.map(|(name, which)| {
        let operation: Operation = Box::new(move |count| which.run(count));
        (name, vec![(Library::Ironfence, operation)])
    });
    mutex.chain(rwlock).chain(structs).collect()
}

const BY_HAND: &str = "two fields, by hand";
const DERIVED: &str = "two fields, derived";

/// What the program does when it is called by itself, under valgrind.
///
/// # Errors
/// If there is no such operation.
pub(crate) fn run_child(words: &[String]) -> Result<(), String> {
    let [name, library, times] = words else {
        return Err("an operation, a library and a number are needed".into());
    };
    let times = times.parse().map_err(|_| "not a number")?;
    let (_, of_libraries) =
        operations().into_iter().find(|(other, _)| other == name).ok_or("no such operation")?;
    let (_, operation) = of_libraries
        .into_iter()
        .find(|(other, _)| other.name() == library)
        .ok_or("no such library")?;
    operation(times);
    Ok(())
}

/// Whether valgrind can be had.
pub(crate) fn has_valgrind() -> bool {
    Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Instructions of one operation.
fn count(name: &str, library: Library) -> Result<f64, String> {
    let once = count_whole(name, library, TIMES)?;
    let twice = count_whole(name, library, 2 * TIMES)?;
    Ok((twice.saturating_sub(once)) as f64 / TIMES as f64)
}

/// Instructions of this whole program, doing so many.
fn count_whole(name: &str, library: Library, times: u64) -> Result<u64, String> {
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([CHILD_OPTION, name, library.name(), &times.to_string()])
        .output()
        .map_err(|error| format!("valgrind does not start: {error}"))?;
    let text = String::from_utf8_lossy(&output.stderr);
    text.lines()
        .find_map(|line| line.split_once("Collected :"))
        .and_then(|(_, number)| number.trim().parse().ok())
        .ok_or_else(|| format!("valgrind said: {text}"))
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for (name, of_libraries) in operations() {
        if of_libraries.len() == 1 {
            continue;
        }
        let entries = of_libraries.into_iter().map(|(library, _)| {
            let sampler: Sampler = Box::new(move |_| Ok(vec![count(name, library)?]));
            (library, sampler)
        });
        rows.push(
            row(
                name,
                "Instructions of the row of that name, by callgrind, loop and counting included.",
            )
            .measuring(&[Measure::less("", "instr")])
            .with(entries.collect()),
        );
    }
    let sampler: Sampler = Box::new(|_| {
        let by_hand = count(BY_HAND, Library::Ironfence)?;
        let derived = count(DERIVED, Library::Ironfence)?;
        Ok(vec![by_hand, derived, derived - by_hand])
    });
    rows.push(
        row(
            "derive",
            "Instructions of locking one field and writing another: of a struct written by hand, \
             of one that was derived.",
        )
        .measuring(&[
            Measure::less("by hand", "instr"),
            Measure::less("derived", "instr"),
            Measure::less("difference", "instr"),
        ])
        .with(vec![(Library::Ironfence, sampler)]),
    );
    if has_valgrind() {
        return rows;
    }
    let without = |row: Row| row.without(|_| true, "valgrind is not installed");
    rows.into_iter().map(without).collect()
}

fn row(name: &str, explain: &str) -> Row {
    Row::new(format!("instructions, {name}"), Kind::Exact, explain)
}

/// Whether a row is one of these. They take a second a library, so `--quick` leaves them out.
pub(crate) fn is_one(id: &str) -> bool {
    id.starts_with("instructions, ")
}
