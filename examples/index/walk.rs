//! What there is to index: the files under a directory, found before the first is read.
//!
//! Three kinds of entries are not in the list of files but in that of the skipped: `.git`;
//! directories that a `CACHEDIR.TAG` marks as reproducible (cargo's `target`, whatever it is
//! called; a rule by name would miss `crates/target-lexicon`); and all that is neither a directory
//! nor a regular file. Symbolic links are not followed, so no file comes twice.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
};

use walkdir::{DirEntry, WalkDir};

use super::read::{Reason, Skipped};

/// The files under a directory, by their path from there, and what is not to be read.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) skipped: Vec<Skipped>,
}

/// Walks the tree under `root`.
///
/// # Errors
/// If `root` itself is not a directory that can be listed. What cannot be read further down is
/// skipped.
pub(crate) fn walk(root: &Path) -> Result<Found, String> {
    match fs::metadata(root) {
        Ok(metadata) if metadata.is_dir() => {}
        Ok(_) => return Err(format!("{}: not a directory", root.display())),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            return Err(format!("{}: no such directory", root.display()));
        }
        Err(error) => return Err(format!("{}: {error}", root.display())),
    }
    let mut found = Found::default();
    let mut entries = WalkDir::new(root).sort_by_file_name().into_iter();
    while let Some(entry) = entries.next() {
        match entry {
            Ok(entry) => match reason_to_skip(&entry) {
                Some(reason) => {
                    if entry.file_type().is_dir() {
                        entries.skip_current_dir();
                    }
                    found.skip(root, entry.path(), reason);
                }
                None if entry.file_type().is_file() => {
                    found.files.push(below(root, entry.path()));
                }
                None => {}
            },
            Err(error) => {
                let message =
                    error.io_error().map_or_else(|| error.to_string(), ToString::to_string);
                if error.depth() == 0 {
                    return Err(format!("{}: {message}", root.display()));
                }
                let path = error.path().unwrap_or(root);
                found.skip(root, path, Reason::Unreadable(message));
            }
        }
    }
    // A directory that breaks off in the middle may say so more than once.
    found.skipped.sort_by(|one, other| one.path.cmp(&other.path));
    found.skipped.dedup_by(|one, other| one.path == other.path);
    Ok(found)
}

impl Found {
    fn skip(&mut self, root: &Path, path: &Path, reason: Reason) {
        self.skipped.push(Skipped { path: below(root, path), reason, stamp: None });
    }
}

fn reason_to_skip(entry: &DirEntry) -> Option<Reason> {
    let kind = entry.file_type();
    if entry.depth() == 0 || kind.is_file() {
        None // The root is what was asked for, whatever it is called.
    } else if !kind.is_dir() {
        Some(Reason::NotRegular)
    } else if entry.file_name() == ".git" {
        Some(Reason::VersionControl)
    } else if entry.path().join("CACHEDIR.TAG").is_file() {
        Some(Reason::BuildOutput)
    } else {
        None
    }
}

fn below(root: &Path, path: &Path) -> PathBuf {
    path.strip_prefix(root).unwrap_or(path).to_owned()
}
