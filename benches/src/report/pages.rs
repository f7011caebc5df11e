//! The pages of the repository that show what was measured: `COMPARE.md`, the picture and the numbers
//! behind it. `--publish` writes them all from one run, so they cannot drift apart.

use std::{fs, path::Path};

use super::{json, number, scaling, svg};
use crate::{library::Library, options::Options, results::Line, rows::Kind};

const BEGIN: &str = "<!-- measured: begin -->\n";
const END: &str = "<!-- measured: end -->";

/// What the table of the targets has room for, beside the best peer.
const IN_SHORT: [Library; 4] =
    [Library::Ironfence, Library::Tokio, Library::ParkingLot, Library::Std];

/// Writes them.
///
/// # Errors
/// If a page can't be read or written, or has lost its marks.
pub(crate) fn publish(
    lines: &[Line],
    options: &Options,
    load_before: Option<f64>,
) -> Result<(), String> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = benches.parent().expect("it lies in the workspace");
    let heading = heading(options, load_before);
    let tables = format!(
        "{heading}\n\n### Against the targets\n\n{}\n### Every row\n\n{}",
        short(lines),
        full(lines),
    );
    replace(&root.join("COMPARE.md"), &tables)?;
    let failed = |error| format!("{benches:?}: {error}");
    json::write_summary(&benches.join("results.json"), lines, options, load_before)
        .map_err(failed)?;
    scaling::write(&benches.join("reads.svg"), lines).map_err(failed)?;
    svg::write(&benches.join("results.svg"), lines).map_err(failed)
}

/// Puts `text` between the marks of the page.
fn replace(path: &Path, text: &str) -> Result<(), String> {
    let page = fs::read_to_string(path).map_err(|error| format!("{path:?}: {error}"))?;
    let page = between_marks(&page, text).ok_or_else(|| format!("{path:?} has no {BEGIN:?}"))?;
    fs::write(path, page).map_err(|error| format!("{path:?}: {error}"))
}

fn between_marks(page: &str, text: &str) -> Option<String> {
    let (before, rest) = page.split_once(BEGIN)?;
    let (_, after) = rest.split_once(END)?;
    Some(format!("{before}{BEGIN}{text}{END}{after}"))
}

fn heading(options: &Options, load_before: Option<f64>) -> String {
    let load = load_before.map_or_else(String::new, |load| format!(", load {load} before"));
    format!(
        "{}; medians of {} rounds of {} ms{load}.",
        json::Machine::this().describe(),
        options.rounds(),
        options.sample().as_millis(),
    )
}

/// The rows that have a target, and what became of it.
fn short(lines: &[Line]) -> String {
    let names = IN_SHORT.map(Library::name).join(" | ");
    let mut text = format!("| | unit | {names} | best peer | target |\n");
    text += &format!("|---|---|{}---|---|\n", "---|".repeat(IN_SHORT.len()));
    for line in lines.iter().filter(|line| !line.verdicts.is_empty()) {
        let best = line.against_best_peer.map(|best| best.with);
        let best = best.and_then(|best| Some(format!("{} {best}", line.value_of(best)?)));
        let verdicts = line.verdicts.iter().map(|verdict| {
            let mark = if verdict.met { "met" } else { "**missed**" };
            format!("{}: {mark}, {}", verdict.target, number(verdict.actual))
        });
        text += &format!(
            "| {} | {} | {} | {} | {} |\n",
            line.title(),
            line.unit,
            values(line, &IN_SHORT),
            best.unwrap_or_default(),
            verdicts.collect::<Vec<_>>().join("; "),
        );
    }
    text
}

/// Every row, with everybody.
fn full(lines: &[Line]) -> String {
    let names = Library::ALL.map(Library::name).join(" | ");
    let mut text = format!("| | unit | {names} |\n");
    text += &format!("|---|---|{}\n", "---|".repeat(Library::ALL.len()));
    for line in lines.iter().filter(|line| line.kind != Kind::Exact || line.cells.len() > 1) {
        let values = values(line, &Library::ALL);
        text += &format!("| {} | {} | {values} |\n", line.title(), line.unit);
    }
    text
}

fn values(line: &Line, of: &[Library]) -> String {
    let value = |library: &Library| line.value_of(*library).unwrap_or_default();
    of.iter().map(value).collect::<Vec<_>>().join(" | ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_between_the_marks_is_replaced_and_nothing_else() {
        let page = format!("a\n{BEGIN}old\n{END}\nb\n");
        let new = between_marks(&page, "new\n").expect("the marks are there");
        assert_eq!(new, format!("a\n{BEGIN}new\n{END}\nb\n"));
        assert_eq!(between_marks(&new, "new\n"), Some(new.clone()), "as often as one likes");
        assert_eq!(between_marks("no marks", "new"), None);
    }
}
