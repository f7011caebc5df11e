//! The table, and below it who was left out of which rows, and why.

use std::collections::BTreeMap;

use comfy_table::{CellAlignment, ContentArrangement, Table, presets};

use super::number;
use crate::{
    library::Library,
    results::{Comparison, Line},
    rows::Kind,
    stats::Summary,
};

/// The whole text.
pub(crate) fn text(lines: &[Line]) -> String {
    let mut text = format!("{}\n\n{LEGEND}\n", table(lines));
    for (reason, whom) in reasons(lines) {
        text += &format!("\nleft out: {reason}\n  {}\n", whom.join("\n  "));
    }
    let verdicts = || lines.iter().flat_map(|line| &line.verdicts);
    let missed = verdicts().filter(|verdict| !verdict.met).count();
    text + &format!("\n{missed} of {} targets missed\n", verdicts().count())
}

const LEGEND: &str = "\
Numbers are medians over the rounds. A comparison is the median of the ratios of each round, with
the tenth and the ninetieth percentile: by time, how many times as long ironfence takes (less is
better); by speed, how many times as fast it is (more is better). The best peer is the best of the
async locks. parking_lot and std make the thread wait; they are for reference.
`--explain` says what each row does.";

fn table(lines: &[Line]) -> Table {
    let columns: Vec<Library> = Library::ALL
        .into_iter()
        .filter(|library| lines.iter().any(|line| line.cell(*library).is_some()))
        .collect();
    let mut table = Table::new();
    table.load_style(presets::ASCII_MARKDOWN).set_content_arrangement(ContentArrangement::Disabled);
    let mut header = vec!["row".to_owned(), "unit".into()];
    header.extend(columns.iter().map(|library| library.name().replacen('-', "-\n", 2)));
    header.extend(["by", "reference", "best peer", "target"].map(String::from));
    table.set_header(header);
    for line in lines {
        let mut cells = vec![line.title(), line.unit.into()];
        let value = |library: &Library| line.value_of(*library).unwrap_or_else(|| "-".into());
        cells.extend(columns.iter().map(value));
        cells.push(
            match line.kind {
                _ if line.unit.is_empty() => "",
                Kind::Exact => "",
                Kind::Time(_) => "time",
                Kind::Speed(_) => "speed",
            }
            .to_owned(),
        );
        cells.push(comparison(line, line.against_reference));
        cells.push(comparison(line, line.against_best_peer));
        let verdicts = line.verdicts.iter().map(|verdict| {
            let word = if verdict.met { "met" } else { "MISSED" };
            format!("{word}: {} ({})", verdict.target, number(verdict.actual))
        });
        cells.push(verdicts.collect::<Vec<_>>().join("\n"));
        table.add_row(cells);
    }
    for column in 2..2 + columns.len() {
        if let Some(column) = table.column_mut(column) {
            column.set_cell_alignment(CellAlignment::Right);
        }
    }
    table
}

fn comparison(line: &Line, comparison: Option<Comparison>) -> String {
    let Some(Comparison { with, ratio }) = comparison else {
        return String::new();
    };
    let ratio = match line.kind {
        Kind::Time(_) if !line.unit.is_empty() => ratio,
        Kind::Speed(_) => ratio.inverted(),
        // What is the same in every run, or a ratio already.
        _ => return format!("{} {with}", line.value_of(with).unwrap_or_default()),
    };
    let Summary { median, p10, p90 } = ratio;
    let (median, p10, p90) = (ratio_text(median), ratio_text(p10), ratio_text(p90));
    format!("{median} ({p10}..{p90}) {with}")
}

fn ratio_text(ratio: f64) -> String {
    if ratio < 10.0 { format!("{ratio:.2}") } else { number(ratio) }
}

impl Line {
    /// The row, and the measure if it has several.
    pub(crate) fn title(&self) -> String {
        match self.measure {
            "" => self.row.clone(),
            measure => format!("{}: {measure}", self.row),
        }
    }

    /// What a library gave.
    pub(crate) fn value_of(&self, library: Library) -> Option<String> {
        Some(number(self.cell(library)?.summary.median))
    }
}

/// Each reason, with "library: row, row".
fn reasons(lines: &[Line]) -> BTreeMap<&str, Vec<String>> {
    let mut by_reason: BTreeMap<&str, BTreeMap<Library, Vec<&str>>> = BTreeMap::new();
    for line in lines {
        for (library, reason) in &line.left_out {
            let rows = by_reason.entry(reason).or_default().entry(*library).or_default();
            if rows.last() != Some(&line.row.as_str()) {
                rows.push(&line.row);
            }
        }
    }
    let whom = |(library, rows): (Library, Vec<&str>)| match rows.len() {
        0..=3 => format!("{library}: {}", rows.join("; ")),
        count => format!("{library}: {}; {}; and {} more", rows[0], rows[1], count - 2),
    };
    by_reason
        .into_iter()
        .map(|(reason, libraries)| (reason, libraries.into_iter().map(whom).collect()))
        .collect()
}
