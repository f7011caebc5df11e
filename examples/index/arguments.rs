//! The command line.

use std::path::PathBuf;

use clap::{Parser, value_parser};

use super::words::the_word;

/// Builds a full-text index of a directory tree with many tasks at once, while others query it,
/// and compares it with one that is built by a simple loop.
///
/// A word is a run of letters and digits of any script, in lower case. `.git`, directories marked by
/// a CACHEDIR.TAG (such as cargo's `target`), symbolic links, and files that are unreadable, not
/// UTF-8 or too large are skipped and listed.
///
/// Exit codes: 0 if the two indexes are equal, 1 if they differ, 2 if there is nothing to index.
#[derive(Debug, Parser)]
#[command(name = "index")]
pub(crate) struct Arguments {
    /// The directory to index [default: this repository]
    #[arg(value_name = "DIR", default_value = REPOSITORY, hide_default_value = true)]
    pub(crate) directory: PathBuf,

    /// A word to ask for, during the work and at its end; may be repeated
    #[arg(long = "query", value_name = "WORD", value_parser = one_word)]
    pub(crate) queries: Vec<String>,

    /// Skip files of more bytes than this
    #[arg(long, value_name = "BYTES", default_value_t = 1 << 20,
          value_parser = value_parser!(u64).range(..u64::from(u32::MAX)))]
    pub(crate) max_size: u64,

    /// How many tasks read files and merge them
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = value_parser!(u16).range(1..))]
    pub(crate) tasks: u16,

    /// How many tasks query the index all the while
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = value_parser!(u16).range(1..))]
    pub(crate) readers: u16,

    /// List all that was skipped, not just the first of many
    #[arg(long)]
    pub(crate) list_skipped: bool,

    /// Where to draw the order in which locks were taken, as the lock checker saw it
    #[cfg(feature = "check")]
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) order: Option<PathBuf>,
}

const REPOSITORY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

fn one_word(text: &str) -> Result<String, &'static str> {
    the_word(text).ok_or("a query is one word: letters and digits, nothing between them")
}
