//! The command line.

use clap::{CommandFactory, Parser, ValueEnum, error::ErrorKind, value_parser};

/// Runs the SmallBank workload on guarded accounts, and counts the money in the end.
///
/// Transactions take one to three locks at once, through sets, `lock_pair` and `lock_all`, and hold
/// them across an `.await`; an auditor takes all the locks of a branch. `--naive` shows what happens
/// without these: a deadlock.
///
/// Exit codes: 0 if all is well, 1 if a cent is missing, 2 if the arguments are wrong, 3 if there was
/// a deadlock.
#[derive(Clone, Debug, Parser)]
#[command(name = "smallbank")]
pub(crate) struct Arguments {
    /// Whose locks guard the accounts; `all` lets the libraries take turns and compares them
    #[arg(long, value_enum, default_value_t = Choice::Ironfence)]
    pub(crate) locks: Choice,

    /// How many customers there are, each with two accounts
    #[arg(long, value_name = "N", default_value_t = 18_000, value_parser = value_parser!(u32).range(2..=10_000_000))]
    pub(crate) accounts: u32,

    /// How many of them are hot [default: 1000, or all if there are fewer]
    #[arg(long, value_name = "N", value_parser = value_parser!(u32).range(2..))]
    pub(crate) hot_accounts: Option<u32>,

    /// How much of 100 transactions goes to the hot customers
    #[arg(long, value_name = "PERCENT", default_value_t = 90, value_parser = value_parser!(u8).range(..=100))]
    pub(crate) hot_share: u8,

    /// How many tasks make transactions
    #[arg(long, value_name = "N", default_value_t = 64, value_parser = value_parser!(u16).range(1..))]
    pub(crate) tasks: u16,

    /// How long, for each library
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u16).range(1..=3600))]
    pub(crate) seconds: u16,

    /// Take the two locks of a payment one after the other, in the order of the arguments, and stop
    /// at the first deadlock, or after so many seconds without one
    #[arg(long)]
    pub(crate) naive: bool,

    /// Where to draw the order in which locks were taken, as the lock checker saw it
    #[cfg(feature = "check")]
    #[arg(long, value_name = "FILE.svg")]
    pub(crate) order: Option<std::path::PathBuf>,

    /// Take a cent out of an account behind the ledger's back, to see that this is found
    #[arg(long)]
    pub(crate) steal: bool,
}

/// Whose locks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Choice {
    Ironfence,
    Tokio,
    AsyncLock,
    All,
}

impl Arguments {
    /// What one key says must fit to what the others say.
    pub(crate) fn check(self) -> Result<Self, clap::Error> {
        let wrong = |message: &str| Err(Self::command().error(ErrorKind::ValueValidation, message));
        if self.hot_accounts.is_some_and(|hot| hot > self.accounts) {
            return wrong("`--hot-accounts` are among `--accounts`: there can't be more of them");
        }
        if self.naive && self.locks == Choice::All {
            return wrong("`--naive` ends with a deadlock of one library: name it by `--locks`");
        }
        Ok(self)
    }

    pub(crate) fn hot_accounts(&self) -> u32 {
        self.hot_accounts.unwrap_or_else(|| self.accounts.min(1000))
    }
}
