//! The command line.

use clap::{Parser, value_parser};

/// A ticket office as a web service, on guarded state.
///
/// It listens on 127.0.0.1 and prints its address; Ctrl-C ends it in an orderly way. With `--drive N` it is
/// driven by N clients, and what must hold is checked in the end: no seat is sold twice, and the sums are exact.
///
/// Exit codes: 0 if all is well, 1 if something did not hold, 2 if the arguments are wrong.
#[derive(Clone, Debug, Parser)]
#[command(name = "service")]
pub(crate) struct Arguments {
    /// Which port to listen on; 0 takes one that is free
    #[arg(long, default_value_t = 0)]
    pub(crate) port: u16,

    /// Drive it with so many clients, and end
    #[arg(long, value_name = "N", value_parser = value_parser!(u16).range(1..=2000))]
    pub(crate) drive: Option<u16>,

    /// For how long it is driven
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = value_parser!(u16).range(1..=3600))]
    pub(crate) seconds: u16,

    /// How many requests are worked on at a time; others are answered with 503
    #[arg(long, value_name = "N", default_value_t = 1000, value_parser = value_parser!(u32).range(1..=100_000))]
    pub(crate) most: u32,
}
