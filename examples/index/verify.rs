//! Compares the index that many tasks built with the one that a loop built.
//!
//! A file may change between the two readings, and no lock is to blame for that. Such files are
//! left out of both sides, and told. But they have to show it: what looks the same from outside
//! (length, time of change) must have come to the same end in both.

use std::{collections::HashMap, path::Path};

use super::{
    postings::{Batch, FileId, Posting, Postings, occurrences},
    read::{Reason, Skipped, Stamp},
    shared::Index,
};

/// Compares, and says which files changed in between.
///
/// # Errors
/// The first difference that was found.
pub(crate) fn compare<'a>(index: &'a Index, rebuilt: &'a Batch) -> Result<Vec<&'a Path>, String> {
    counters_agree(index)?;
    let mut theirs = fates(&rebuilt.postings, &rebuilt.skipped)?;
    let mut pairs = Pairs::new(&index.postings, &rebuilt.postings);
    let mut changed = Vec::new();
    for (path, ours) in fates(&index.postings, &index.skipped)? {
        let Some(theirs) = theirs.remove(path) else {
            return Err(format!("only the concurrent index knows {}", path.display()));
        };
        match (ours.end, theirs.end) {
            _ if has_changed(&ours, &theirs) => changed.push(path),
            (Ok(our_file), Ok(their_file)) => pairs.join(our_file, their_file),
            (Err(our_reason), Err(their_reason)) if our_reason == their_reason => {}
            (our_end, their_end) => {
                let (ours, theirs) = (told(our_end), told(their_end));
                let path = path.display();
                return Err(format!("{path} was {ours} first and {theirs} then"));
            }
        }
    }
    if let Some(path) = theirs.keys().next() {
        return Err(format!("the concurrent index does not know {}", path.display()));
    }
    pairs.compare_lists(&index.postings, &rebuilt.postings)?;
    changed.sort_unstable();
    Ok(changed)
}

/// The counters of the index are what its postings add up to.
fn counters_agree(index: &Index) -> Result<(), String> {
    let (postings, progress) = (&index.postings, &index.progress);
    let counted = (progress.files, progress.bytes, progress.words);
    let bytes = postings.files.iter().map(|file| file.stamp.bytes).sum();
    let words = postings.lists.values().map(|list| occurrences(list)).sum();
    let found = (postings.files.len() as u64, bytes, words);
    match counted == found {
        true => Ok(()),
        false => {
            Err(format!("(files, bytes, words) were counted as {counted:?}, and are {found:?}"))
        }
    }
}

/// What became of a path.
struct Fate<'a> {
    stamp: Option<Stamp>,
    end: Result<FileId, &'a Reason>,
}

/// What became of each path; each must be there once.
fn fates<'a>(
    postings: &'a Postings,
    skipped: &'a [Skipped],
) -> Result<HashMap<&'a Path, Fate<'a>>, String> {
    let indexed = postings.files.iter().zip(0..).map(|(file, id)| {
        let (stamp, end) = (Some(file.stamp), Ok(id));
        (&*file.path, Fate { stamp, end })
    });
    let skipped = skipped.iter().map(|skipped| {
        let (stamp, end) = (skipped.stamp, Err(&skipped.reason));
        (&*skipped.path, Fate { stamp, end })
    });
    let mut fates = HashMap::new();
    for (path, fate) in indexed.chain(skipped) {
        if fates.insert(path, fate).is_some() {
            return Err(format!("{} is there twice", path.display()));
        }
    }
    Ok(fates)
}

fn has_changed(one: &Fate<'_>, other: &Fate<'_>) -> bool {
    let was_seen_changing = |fate: &Fate<'_>| fate.end == Err(&Reason::Changed);
    one.stamp != other.stamp || was_seen_changing(one) || was_seen_changing(other)
}

fn told(end: Result<FileId, &Reason>) -> String {
    end.map_or_else(|reason| format!("skipped ({reason})"), |_| "indexed".into())
}

/// Which file of the one index is which of the other; those that changed have no partner.
struct Pairs {
    theirs_of_ours: Vec<Option<FileId>>,
    is_joined: Vec<bool>,
}

impl Pairs {
    fn new(ours: &Postings, theirs: &Postings) -> Self {
        Self {
            theirs_of_ours: vec![None; ours.files.len()],
            is_joined: vec![false; theirs.files.len()],
        }
    }

    fn join(&mut self, our_file: FileId, their_file: FileId) {
        self.theirs_of_ours[our_file as usize] = Some(their_file);
        self.is_joined[their_file as usize] = true;
    }

    /// Every word has the same files, each as often.
    fn compare_lists(&self, ours: &Postings, theirs: &Postings) -> Result<(), String> {
        for (word, list) in &ours.lists {
            let mut list = self.translate(word, list)?;
            list.sort_unstable();
            if !self.joined(theirs.of(word)).eq(list) {
                return Err(format!("the files of `{word}` differ"));
            }
        }
        let only_theirs = theirs.lists.iter().find(|(word, list)| {
            !ours.lists.contains_key(*word) && self.joined(list).next().is_some()
        });
        match only_theirs {
            Some((word, _)) => Err(format!("the concurrent index does not know `{word}`")),
            None => Ok(()),
        }
    }

    /// Our postings with their file numbers.
    fn translate(&self, word: &str, list: &[Posting]) -> Result<Vec<Posting>, String> {
        let mut translated = Vec::with_capacity(list.len());
        for &Posting { file, times } in list {
            match self.theirs_of_ours.get(file as usize) {
                Some(Some(file)) => translated.push(Posting { file: *file, times }),
                Some(None) => {}
                None => return Err(format!("`{word}` is in a file that is not known")),
            }
        }
        Ok(translated)
    }

    /// Those of their postings that have a partner.
    fn joined(&self, list: &[Posting]) -> impl Iterator<Item = Posting> {
        let is_joined = |posting: &Posting| self.is_joined[posting.file as usize];
        list.iter().copied().filter(is_joined)
    }
}
