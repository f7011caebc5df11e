//! What is told on stdout: what was skipped, what was asked for, and the table.

use std::{
    cmp::Reverse,
    collections::BTreeMap,
    io::{self, Write},
    path::Path,
    time::Duration,
};

use indicatif::HumanCount;

use super::{
    postings::{Postings, occurrences},
    read::Skipped,
    shared::Index,
};

/// So many of the skipped are listed unless all are asked for.
const FIRST: usize = 40;

/// So many of the files that have a word are listed.
const BEST: usize = 5;

/// Lists what was skipped, with its reason.
pub(crate) fn write_skipped(
    out: &mut dyn Write,
    skipped: &[Skipped],
    is_all_wanted: bool,
) -> io::Result<()> {
    if skipped.is_empty() {
        return Ok(());
    }
    let mut kinds = BTreeMap::<String, usize>::new();
    for skipped in skipped {
        *kinds.entry(skipped.reason.to_string()).or_default() += 1;
    }
    let kinds: Vec<_> = kinds.iter().map(|(kind, many)| format!("{many} {kind}")).collect();
    writeln!(out, "skipped: {}", kinds.join("; "))?;

    let mut sorted: Vec<_> = skipped.iter().collect();
    sorted.sort_unstable_by_key(|skipped| &skipped.path);
    let shown = if is_all_wanted { sorted.len() } else { FIRST };
    for skipped in sorted.iter().take(shown) {
        writeln!(out, "  {}: {}", shown_path(&skipped.path), skipped.reason)?;
    }
    if let Some(more @ 1..) = sorted.len().checked_sub(shown) {
        writeln!(out, "  and {more} more; --list-skipped lists them all")?;
    }
    writeln!(out)
}

/// Answers a query: how many files, how often, and where most.
pub(crate) fn write_answer(out: &mut dyn Write, postings: &Postings, word: &str) -> io::Result<()> {
    let mut list = postings.of(word).to_vec();
    let (files, times) = (list.len() as u64, occurrences(&list));
    writeln!(out, "`{word}`: {} times in {} files", HumanCount(times), HumanCount(files))?;
    list.sort_by_cached_key(|posting| {
        let path = postings.file(*posting).map(|file| &file.path);
        (Reverse(posting.times), path)
    });
    for &posting in list.iter().take(BEST) {
        let path = postings.file(posting).map_or(Path::new("?"), |file| &file.path);
        writeln!(
            out,
            "  {:>8}  {}",
            HumanCount(posting.times.into()).to_string(),
            shown_path(path)
        )?;
    }
    writeln!(out)
}

/// The table of figures.
pub(crate) fn write_table(out: &mut dyn Write, index: &Index, took: Duration) -> io::Result<()> {
    let (postings, progress) = (&index.postings, &index.progress);
    let listed: usize = postings.lists.values().map(Vec::len).sum();
    for (name, number) in [
        ("files", progress.files),
        ("bytes", progress.bytes),
        ("distinct words", postings.lists.len() as u64),
        ("postings", listed as u64),
        ("queries answered meanwhile", progress.queries),
    ] {
        write_row(out, name, &HumanCount(number).to_string())?;
    }
    writeln!(out, "most frequent words")?;
    for (number, (word, times)) in most_frequent(postings, 10).into_iter().enumerate() {
        let name = format!("{:>4}. {word}", number + 1);
        write_row(out, &name, &HumanCount(times).to_string())?;
    }
    let speed = progress.bytes as f64 / 1e6 / took.as_secs_f64().max(1e-9);
    write_row(out, "MB/s", &format!("{speed:.1}"))
}

/// Lists the files that the comparison left out.
pub(crate) fn write_changed(out: &mut dyn Write, changed: &[&Path]) -> io::Result<()> {
    for path in changed {
        let path = shown_path(path);
        writeln!(out, "changed while indexing, not compared: {path}")?;
    }
    Ok(())
}

fn write_row(out: &mut dyn Write, name: &str, figure: &str) -> io::Result<()> {
    writeln!(out, "{name:<28}{figure:>16}")
}

fn most_frequent(postings: &Postings, many: usize) -> Vec<(&str, u64)> {
    let mut words = Vec::with_capacity(postings.lists.len());
    for (word, list) in &postings.lists {
        words.push((&**word, occurrences(list)));
    }
    words.sort_unstable_by_key(|&(word, times)| (Reverse(times), word));
    words.truncate(many);
    words
}

/// A path on one line, whatever is in it.
fn shown_path(path: &Path) -> String {
    path.to_string_lossy().replace(char::is_control, "?")
}
