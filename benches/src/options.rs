//! The command line.

use std::{path::PathBuf, time::Duration};

use clap::{Parser, builder::PossibleValuesParser};

use crate::library::Library;

/// Measures ironfence beside its peers: every library in every round, one after the other.
///
/// Prints one table. Times are medians over the rounds; a comparison is the median of the ratios
/// of each round. Nothing fails because of a time; `--gate` checks what is exact.
#[derive(Parser)]
#[command(bin_name = "cargo bench -p ironfence-benches --")]
pub(crate) struct Options {
    /// Only rows whose name contains this, or one of several parts: 'waits|hand-over'
    #[arg(long, value_name = "PART")]
    pub(crate) rows: Option<String>,

    /// Only these libraries: 'ironfence,tokio,std'
    #[arg(long, value_name = "LIBRARIES", value_delimiter = ',', value_parser = names())]
    pub(crate) only: Vec<String>,

    /// How many rounds count; one more is run before, to warm up [default: 11, with --quick 3]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    rounds: Option<u32>,

    /// How long each sample lasts, in milliseconds [default: 40, with --quick 10]
    #[arg(long, value_name = "MS", value_parser = clap::value_parser!(u64).range(1..))]
    sample: Option<u64>,

    /// How many rounds count of the rows whose samples take seconds [default: 3, with --quick 1]
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    slow_rounds: Option<u32>,

    /// How long each sample of the rows lasts in which tasks sleep [default: 2, with --quick 1]
    #[arg(long, value_name = "SECONDS", value_parser = clap::value_parser!(u64).range(1..))]
    seconds: Option<u64>,

    /// A rough picture, without the instructions and, unless `--rows` asks for them, without the
    /// rows whose samples take seconds: under a minute
    #[arg(long)]
    pub(crate) quick: bool,

    /// Only count instructions, under valgrind
    #[arg(long)]
    pub(crate) instructions: bool,

    /// Only measure what the derive costs `cargo check`, for 5, 20 and 50 fields
    #[arg(long)]
    pub(crate) derive: bool,

    /// Check the limits of what is exact (instructions, sizes, allocations) and exit with 1 if one
    /// is broken
    #[arg(long)]
    pub(crate) gate: bool,

    /// Say what each row does, and measure nothing
    #[arg(long)]
    pub(crate) explain: bool,

    /// Write everything, each sample too, to this file
    #[arg(long, value_name = "FILE")]
    pub(crate) json: Option<PathBuf>,

    /// Draw ironfence against the best peer of each row into this file
    #[arg(long, value_name = "FILE")]
    pub(crate) svg: Option<PathBuf>,

    /// Draw into this file how reads of an rwlock scale with threads
    #[arg(long, value_name = "FILE")]
    pub(crate) reads_svg: Option<PathBuf>,

    /// Write the measured tables of COMPARE.md, `benches/results.json`, `benches/results.svg`
    /// and `benches/reads.svg`
    #[arg(long, conflicts_with_all = ["rows", "only", "quick", "instructions"])]
    pub(crate) publish: bool,

    /// What cargo calls every bench with
    #[arg(long, hide = true)]
    bench: bool,

    /// See `rows/instructions.rs`
    #[arg(long, hide = true, num_args = 3)]
    pub(crate) instructions_of: Vec<String>,
}

fn names() -> PossibleValuesParser {
    PossibleValuesParser::new(Library::ALL.map(Library::name))
}

impl Options {
    pub(crate) fn rounds(&self) -> usize {
        self.rounds.unwrap_or(if self.quick { 3 } else { 11 }) as usize
    }

    /// As [`Options::rounds`], for the rows that are slow.
    pub(crate) fn slow_rounds(&self) -> usize {
        self.slow_rounds.unwrap_or(if self.quick { 1 } else { 3 }) as usize
    }

    /// How long a sample lasts in which tasks sleep.
    pub(crate) fn seconds(&self) -> Duration {
        Duration::from_secs(self.seconds.unwrap_or(if self.quick { 1 } else { 2 }))
    }

    pub(crate) fn sample(&self) -> Duration {
        Duration::from_millis(self.sample.unwrap_or(if self.quick { 10 } else { 40 }))
    }

    pub(crate) fn asks_for(&self, library: Library) -> bool {
        self.only.is_empty() || self.only.iter().any(|name| name == library.name())
    }
}
