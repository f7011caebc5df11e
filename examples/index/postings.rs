//! The index proper, without a lock in sight: which words are in which files, and how often.

use std::{collections::HashMap, path::Path};

use super::{
    read::{Skipped, Stamp, read_text},
    words::words,
};

/// A file's place in [`Postings::files`].
pub(crate) type FileId = u32;

/// Words, and the files they are in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Postings {
    pub(crate) files: Vec<IndexedFile>,
    /// Each list is in ascending order of files, each file once.
    pub(crate) lists: HashMap<Box<str>, Vec<Posting>>,
    /// How many bytes the files have together.
    pub(crate) bytes: u64,
    /// How many words they have together, repeated ones too.
    pub(crate) words: u64,
}

/// A file that was read.
#[derive(Clone, Debug)]
pub(crate) struct IndexedFile {
    pub(crate) path: Box<Path>,
    pub(crate) stamp: Stamp,
}

/// That a word is in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Posting {
    pub(crate) file: FileId,
    /// Never 0. A `u32` counts enough, as files of 4 GiB and more are not read.
    pub(crate) times: u32,
}

/// What came of reading some files.
#[derive(Debug, Default)]
pub(crate) struct Batch {
    pub(crate) postings: Postings,
    pub(crate) skipped: Vec<Skipped>,
}

impl Batch {
    /// Reads one more file.
    pub(crate) fn read(&mut self, root: &Path, path: &Path, max_bytes: u64) {
        match read_text(root, path, max_bytes) {
            Ok((stamp, text)) => self.postings.add(path, stamp, &text),
            Err(skipped) => self.skipped.push(skipped),
        }
    }
}

impl Postings {
    /// Adds a file.
    pub(crate) fn add(&mut self, path: &Path, stamp: Stamp, text: &str) {
        let file = self.next_id();
        for word in words(text) {
            self.words += 1;
            // `entry` would want every word owned, and most are here already.
            match self.lists.get_mut(&*word) {
                Some(list) => match list.last_mut() {
                    Some(last) if last.file == file => last.times += 1,
                    _ => list.push(Posting { file, times: 1 }),
                },
                None => {
                    let list = vec![Posting { file, times: 1 }];
                    self.lists.insert(word.into(), list);
                }
            }
        }
        self.files.push(IndexedFile { path: path.into(), stamp });
        self.bytes += stamp.bytes;
    }

    /// Adds what another index holds; its files get new numbers.
    pub(crate) fn absorb(&mut self, other: Self) {
        let first = self.next_id();
        self.files.extend(other.files);
        for (word, list) in other.lists {
            let renumbered =
                list.into_iter().map(|posting| Posting { file: first + posting.file, ..posting });
            self.lists.entry(word).or_default().extend(renumbered);
        }
        self.bytes += other.bytes;
        self.words += other.words;
    }

    /// Where `word` is.
    pub(crate) fn of(&self, word: &str) -> &[Posting] {
        self.lists.get(word).map_or(&[], Vec::as_slice)
    }

    /// The file that a posting speaks of, which is always known.
    pub(crate) fn file(&self, posting: Posting) -> Option<&IndexedFile> {
        self.files.get(posting.file as usize)
    }

    fn next_id(&self) -> FileId {
        FileId::try_from(self.files.len()).expect("an index holds fewer than 2^32 files")
    }
}

/// How often the word of a list is anywhere.
pub(crate) fn occurrences(list: &[Posting]) -> u64 {
    list.iter().map(|posting| u64::from(posting.times)).sum()
}
