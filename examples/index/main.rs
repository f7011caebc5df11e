//! The main example: a concurrent full-text index of a real directory tree.
//!
//! ```text
//! cargo run --release --example index -- [DIR] [--query WORD]..
//! ```
//!
//! `DIR` is this repository unless said otherwise; `--help` tells the rest. Many tasks read the files
//! and merge what they find into one index, a `#[derive(Guarded)]` struct (`shared.rs`), while others
//! query it all the time and assert what must always hold: no counter runs backwards, a posting's
//! file is known, the counters and the postings are of the same moment. The queries never pause, so
//! they get a good part of the cores, and MB/s is the speed beside them.
//!
//! It prints a progress bar (plain lines when stderr is no terminal), then what was skipped and why,
//! the answers to the queries, and a table: files, bytes, distinct words, postings, queries answered
//! meanwhile, the ten most frequent words, MB/s. Then it builds the index again with a simple loop
//! and compares. The last line is
//!
//! ```text
//! verified: concurrent index equals the sequential one
//! ```
//!
//! With `--features check` the lock checker looks on, the program panics if it has a report, and
//! `--order FILE.svg` draws the order in which the locks were taken.
//!
//! Exit codes: 0 if so, 1 if the two differ, 2 (and one line on stderr) if there is no such directory.

pub(crate) mod arguments;
pub(crate) mod build;
mod meter;
pub(crate) mod postings;
pub(crate) mod read;
mod report;
pub(crate) mod shared;
pub(crate) mod verify;
pub(crate) mod walk;
mod words;

use std::{
    fmt,
    io::{self, Write},
    process::ExitCode,
    thread::available_parallelism,
};

use clap::Parser;
use ironfence_examples::listener::Listener;
use tokio::runtime::{self, Runtime};

use self::{
    arguments::Arguments,
    build::{Plan, build_concurrently, build_sequentially},
    report::{write_answer, write_changed, write_skipped, write_table},
    verify::compare,
    walk::walk,
};

/// What the readers ask for when nobody said what.
const USUAL_QUESTIONS: [&str; 4] = ["the", "async", "mutex", "zyzzyva"];

fn main() -> ExitCode {
    match run(&Arguments::parse(), &mut Listener(io::stdout())) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            // One line, whatever the path is that it tells.
            let failure_line = failure.to_string().replace(char::is_control, "?");
            let _ = writeln!(io::stderr(), "index: {failure_line}");
            failure.exit_code()
        }
    }
}

/// Why the program did not come to its good end.
#[derive(Debug)]
pub(crate) enum Failure {
    /// There is nothing to index.
    BadInput(String),
    /// The two indexes differ.
    Different(String),
    /// The results could not be told, or the runtime not be started.
    System(io::Error),
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let found = walk(&arguments.directory).map_err(Failure::BadInput)?;
    let plan = Plan {
        root: arguments.directory.clone(),
        max_bytes: arguments.max_size,
        tasks: arguments.tasks,
        readers: arguments.readers,
        questions: match arguments.queries.is_empty() {
            true => USUAL_QUESTIONS.map(String::from).into(),
            false => arguments.queries.clone(),
        },
    };

    let runtime = runtime()?;
    let (index, took) = runtime.block_on(build_concurrently(&plan, &found));
    drop(runtime);
    write_skipped(out, &index.skipped, arguments.list_skipped)?;
    for word in &arguments.queries {
        write_answer(out, &index.postings, word)?;
    }
    write_table(out, &index, took)?;

    let rebuilt = build_sequentially(&plan, &found);
    let changed = compare(&index, &rebuilt).map_err(Failure::Different)?;
    write_changed(out, &changed)?;
    #[cfg(feature = "check")]
    if let Some(file) = &arguments.order {
        std::fs::write(file, ironfence::check::graph().to_svg())?;
    }
    #[cfg(feature = "check")]
    ironfence::check::expect_none();
    writeln!(out, "verified: concurrent index equals the sequential one")?;
    Ok(())
}

/// As many threads that read as cores: more would only take time from those that merge and query.
fn runtime() -> io::Result<Runtime> {
    let cores = available_parallelism().map_or(1, usize::from);
    runtime::Builder::new_multi_thread().enable_time().max_blocking_threads(cores).build()
}

impl Failure {
    fn exit_code(&self) -> ExitCode {
        match self {
            Self::Different(_) | Self::System(_) => ExitCode::FAILURE,
            Self::BadInput(_) => ExitCode::from(2),
        }
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::System(error)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadInput(what) => f.write_str(what),
            Self::Different(what) => {
                write!(f, "the concurrent index differs from the sequential one: {what}")
            }
            Self::System(error) => error.fmt(f),
        }
    }
}
