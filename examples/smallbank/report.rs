//! What is told on stdout: what is done, the tables, and the deadlock, if there was one.

use std::{
    io::{self, Write},
    time::Duration,
};

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};
use hdrhistogram::Histogram;
use indicatif::HumanCount;

use super::{arguments::Arguments, mix, naive::Deadlock, run::Figures, state::money, tally::Kind};

pub(crate) fn write_head(out: &mut dyn Write, arguments: &Arguments) -> io::Result<()> {
    let count = |number: u32| HumanCount(number.into()).to_string();
    writeln!(out, "SmallBank, {}", mix::described())?;
    writeln!(out, "(the mix of {})", mix::SOURCE)?;
    writeln!(
        out,
        "{} customers, {} of 100 transactions go to {} of them; {} tasks, {} s for each library",
        count(arguments.accounts),
        arguments.hot_share,
        count(arguments.hot_accounts()),
        arguments.tasks,
        arguments.seconds,
    )
}

/// A table for each library, and the one that compares them.
pub(crate) fn write_tables(out: &mut dyn Write, figures: &[Figures]) -> io::Result<()> {
    for figure in figures {
        write_table(out, figure)?;
    }
    match figures {
        [first, others @ ..] if !others.is_empty() => write_comparison(out, first, others),
        _ => Ok(()),
    }
}

fn write_table(out: &mut dyn Write, figures: &Figures) -> io::Result<()> {
    let mut table = table(["transaction", "count", "p50", "p99"]);
    for kind in Kind::ALL {
        let times = figures.tally.times(kind);
        table.add_row([
            kind.name().to_owned(),
            HumanCount(times.len()).to_string(),
            time_at(times, 0.5),
            time_at(times, 0.99),
        ]);
    }
    writeln!(out, "\n{}\n{table}", figures.name)?;
    let tally = &figures.tally;
    writeln!(
        out,
        "{} transactions, {} refused for want of money, {} a second",
        HumanCount(tally.transactions()),
        HumanCount(tally.refused),
        HumanCount(median(&figures.rates) as u64),
    )
}

fn write_comparison(out: &mut dyn Write, first: &Figures, others: &[Figures]) -> io::Result<()> {
    let ratio = format!("{} has so many times as many", first.name);
    let mut table = table(["library", "transactions a second", &ratio, "in the rounds"]);
    table.add_row([first.name, &HumanCount(median(&first.rates) as u64).to_string(), "1", ""]);
    for other in others {
        let ratios: Vec<f64> =
            first.rates.iter().zip(&other.rates).map(|(ours, theirs)| ours / theirs).collect();
        let (least, most) = bounds(&ratios);
        table.add_row([
            other.name.to_owned(),
            HumanCount(median(&other.rates) as u64).to_string(),
            format!("{:.2}", median(&ratios)),
            format!("{least:.2} to {most:.2}"),
        ]);
    }
    writeln!(out, "\nmedians of {} rounds\n{table}", first.rates.len())
}

/// The end of a run in which nothing was lost.
pub(crate) fn write_counted(out: &mut dyn Write, figures: &[Figures]) -> io::Result<()> {
    writeln!(out)?;
    for figures in figures {
        let audits = HumanCount(figures.tally.times(Kind::Audit).len());
        let total = money(figures.total);
        writeln!(out, "{}: {total} in all accounts, after {audits} audits", figures.name)?;
    }
    writeln!(out, "counted: not a cent is missing")
}

pub(crate) fn write_deadlock(out: &mut dyn Write, deadlock: &Deadlock) -> io::Result<()> {
    writeln!(out, "\nNobody gets any further:")?;
    for line in deadlock.lines() {
        writeln!(out, "  {line}")?;
    }
    writeln!(
        out,
        "`lock_pair` takes the two in one order, however they are named: try it without `--naive`"
    )
}

fn table<const N: usize>(header: [&str; N]) -> Table {
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    table.set_header(header);
    for column in table.column_iter_mut().skip(1) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}

fn time_at(times: &Histogram<u64>, quantile: f64) -> String {
    match times.len() {
        0 => "-".to_owned(),
        _ => format!("{:.1?}", Duration::from_nanos(times.value_at_quantile(quantile))),
    }
}

fn bounds(numbers: &[f64]) -> (f64, f64) {
    let least = numbers.iter().copied().fold(f64::INFINITY, f64::min);
    let most = numbers.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (least, most)
}

fn median(numbers: &[f64]) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted.get(sorted.len() / 2).copied().unwrap_or(0.0)
}
