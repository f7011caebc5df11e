//! SmallBank: a bank whose transactions take several locks at once, and no deadlock.
//!
//! ```text
//! cargo run --release --example smallbank -- [--locks ironfence|tokio|async-lock|all]
//! ```
//!
//! The workload is the published one (Alomari, Cahill, Fekete, Röhm: The Cost of Serializability on
//! Platforms That Use Snapshot Isolation, ICDE 2008): customers have a savings and a checking account,
//! and six kinds of transactions read and write them; most go to a few hot customers. How often there is
//! which kind is taken from BenchBase's sample configuration.
//!
//! The accounts are a `#[derive(Guarded)]` struct whose locks are a library's to choose (`state.rs`).
//! Transactions on one customer take a set, `account.locks().read_savings().write_checking()`; those
//! on two take `lock_pair` and `lock_all`, and so does the audit of a branch, of all its accounts
//! (`transactions.rs`). Each holds its locks across an `.await`, as one that writes a log does.
//!
//! It prints a table by transaction (count, median and 99th percentile of its time), transactions a
//! second, and, for `--locks all`, the ratio of the libraries, which take turns. Then the money in all
//! accounts is counted and compared with the ledger. The last line is
//!
//! ```text
//! counted: not a cent is missing
//! ```
//!
//! `--naive` takes the two locks of a payment in the order of the arguments, as one writes it without
//! thinking. After a moment there is a deadlock, and the program shows who holds and wants what.
//!
//! Exit codes: 0 if all is well, 1 if a cent is missing, 2 (and one line on stderr) if the arguments
//! are wrong, 3 if there was a deadlock.

pub(crate) mod arguments;
pub(crate) mod libraries;
mod meter;
mod mix;
mod naive;
mod report;
pub(crate) mod run;
pub(crate) mod state;
mod tally;
mod transactions;

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
};

use clap::{Parser, error::ErrorKind};
use ironfence_examples::listener::Listener;

use self::{arguments::Arguments, naive::Deadlock, state::Missing};

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse().and_then(Arguments::check) {
        Ok(arguments) => arguments,
        Err(error) => return told(&error),
    };
    match run::run(&arguments, &mut Listener(io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            let _ = writeln!(io::stderr(), "smallbank: {failure}");
            ExitCode::from(failure.code())
        }
    }
}

/// The help, or in one line what is wrong with the arguments.
fn told(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        let _ = error.print();
        return ExitCode::SUCCESS;
    }
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let _ = writeln!(io::stderr(), "smallbank: {}", line.trim_start_matches("error: "));
    ExitCode::from(2)
}

/// Why the program did not come to its good end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The money in the accounts is not what the ledger says.
    Missing(Missing),
    /// Tasks wait for each other in a circle.
    Deadlock(Deadlock),
    /// The results could not be told, or the runtime not be started.
    System(io::Error),
}

impl Failure {
    pub(crate) fn code(&self) -> u8 {
        match self {
            Self::Missing(_) | Self::System(_) => 1,
            Self::Deadlock(_) => 3,
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl From<Missing> for Failure {
    fn from(missing: Missing) -> Self {
        Self::Missing(missing)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(missing) => missing.fmt(f),
            Self::Deadlock(deadlock) => deadlock.fmt(f),
            Self::System(error) => error.fmt(f),
        }
    }
}
