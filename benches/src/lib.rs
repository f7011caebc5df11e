//! ironfence side by side with its peers, in one run.
//!
//! `cargo bench -p ironfence-benches` prints one table; `-- --help` says what else it does, and
//! `-- --explain` what each row measures. How it is built, from the bottom:
//!
//! - `library`: who is compared. `locks`: the traits by which all are used in the same way.
//! - `by_hand` and `crew`: the two executors, futures polled by hand and two tokio workers.
//!   `executors`: those of the rows that are about executors.
//!   `bench`: what a workload is given. `allocator` counts allocations.
//! - `rows`: the workloads, one file each, and what they are compared by.
//! - `runner`: all libraries in every round. `stats`, `targets`, `results`: what came of it.
//! - `derive`: what the derive costs the compiler, by itself.
//! - `report`: table, JSON, picture, and the pages that show them. `gate`: the limits of what is exact.

mod allocator;
mod bench;
mod by_hand;
mod crew;
mod derive;
mod executors;
mod gate;
mod library;
mod locks;
mod options;
mod report;
mod results;
mod rows;
mod runner;
mod stats;
mod targets;

use std::{
    io::{self, Write},
    process::ExitCode,
};

use clap::Parser;

use crate::{
    library::Library,
    options::Options,
    report::{json, pages, scaling, svg, table},
    rows::{Row, instructions},
};

/// The program.
pub fn main() -> ExitCode {
    let options = Options::parse();
    if !options.instructions_of.is_empty() {
        return exit_code(instructions::run_child(&options.instructions_of));
    }
    if options.derive {
        return exit_code(derive::run().map(|table| say(&table)));
    }
    let rows = rows::all();
    if options.explain {
        say(&explanation(&runner::choose(rows, &options)));
        return ExitCode::SUCCESS;
    }
    if options.gate {
        let runs = runner::run(gate::rows(rows), &options);
        let gate::Checked { text, all_kept } = gate::check(&results::lines(&runs));
        say(&text);
        return match all_kept {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        };
    }
    exit_code(compare(rows, &options))
}

fn compare(rows: Vec<Row>, options: &Options) -> Result<(), String> {
    let rows = runner::choose(rows, options);
    if rows.is_empty() {
        return Err("no row has such a name; `--explain` lists them".into());
    }
    let load_before = json::load();
    say(&format!(
        "{}\n{}\n{} rounds, samples of {:?}\n{}\n",
        json::Machine::this().describe(),
        versions(options),
        options.rounds(),
        options.sample(),
        load_before.map_or_else(String::new, warning)
    ));

    let lines = results::lines(&runner::run(rows, options));
    say(&table::text(&lines));
    if let Some(path) = &options.json {
        json::write(path, &lines, options, load_before)
            .map_err(|error| format!("{path:?}: {error}"))?;
    }
    if let Some(path) = &options.svg {
        svg::write(path, &lines).map_err(|error| format!("{path:?}: {error}"))?;
    }
    if let Some(path) = &options.reads_svg {
        scaling::write(path, &lines).map_err(|error| format!("{path:?}: {error}"))?;
    }
    if options.publish {
        pages::publish(&lines, options, load_before)?;
    }
    Ok(())
}

/// About a machine that was busy before we came.
fn warning(load: f64) -> String {
    if load < 0.3 {
        return String::new();
    }
    format!(
        "NOISY: the load average is {load} already. Where others use the cores, tasks contend \
         less and wait longer: don't trust the contended rows.\n"
    )
}

fn versions(options: &Options) -> String {
    let asked = Library::ALL.into_iter().filter(|library| options.asks_for(*library));
    let with_version = |library: Library| match library.version() {
        Some(version) => format!("{library} {version}"),
        None => library.to_string(),
    };
    asked.map(with_version).collect::<Vec<_>>().join(", ")
}

fn explanation(rows: &[Row]) -> String {
    let of_row = |row: &Row| format!("{}\n    {}\n", row.id, row.explain);
    rows.iter().map(of_row).collect()
}

/// Prints. Nobody need listen to the end: the reader may be `head`.
fn say(text: &str) {
    _ = io::stdout().write_all(text.as_bytes());
}

fn exit_code(result: Result<(), String>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
