//! The index that all tasks share: a plain struct, and its guarded twin by `#[derive(Guarded)]`.
//!
//! Who needs several locks takes them in declaration order: `postings`, `skipped`, and then those of
//! `progress`. So nobody waits in a circle.

use std::path::PathBuf;

use ironfence::Guarded;

use super::{
    postings::{Batch, Posting, Postings, occurrences},
    read::Skipped,
};

/// A full-text index of a directory tree.
#[derive(Debug, Guarded)]
pub(crate) struct Index {
    /// Read all the time, written a batch at a time.
    #[guarded(rwlock)]
    pub(crate) postings: Postings,
    #[guarded(mutex)]
    pub(crate) skipped: Vec<Skipped>,
    #[guarded(nested)]
    pub(crate) progress: Progress,
    /// Where the tree is; the paths of files are from here.
    pub(crate) root: PathBuf,
}

/// How far the work has come. No number here ever falls.
#[derive(Clone, Debug, Default, PartialEq, Eq, Guarded)]
pub(crate) struct Progress {
    #[guarded(rwlock)]
    pub(crate) files: u64,
    #[guarded(rwlock)]
    pub(crate) bytes: u64,
    #[guarded(rwlock)]
    pub(crate) words: u64,
    /// How often somebody asked for a word and was answered.
    #[guarded(mutex)]
    pub(crate) queries: u64,
}

/// What a query found.
#[derive(Clone, Debug, Default)]
pub(crate) struct Answer {
    /// How many files have the word.
    pub(crate) files: usize,
    /// How often they have it together.
    pub(crate) times: u64,
    /// How far the index was: one consistent picture, of the moment of the answer.
    pub(crate) progress: Progress,
}

impl Index {
    /// An index without files.
    pub(crate) fn new(root: PathBuf, skipped: Vec<Skipped>) -> Self {
        Self { postings: Postings::default(), skipped, progress: Progress::default(), root }
    }
}

impl IndexGuarded {
    /// Adds a batch. Queries see all of it or nothing, in the postings and in the counters.
    pub(crate) async fn merge(&self, batch: Batch) {
        let mut postings = self.postings.write().await;
        self.skipped.lock().await.extend(batch.skipped);
        postings.absorb(batch.postings);
        *self.progress.files.write().await = postings.files.len() as u64;
        *self.progress.bytes.write().await = postings.bytes;
        *self.progress.words.write().await = postings.words;
    }

    /// Looks a word up, and asserts what must hold whenever somebody looks.
    pub(crate) async fn query(&self, word: &str) -> Answer {
        let answer = {
            let postings = self.postings.read().await;
            // While the postings are held nobody merges, so the counters cannot be ahead or behind.
            let progress = self.progress.snapshot().await;
            assert_eq!(
                (progress.files, progress.bytes, progress.words),
                (postings.files.len() as u64, postings.bytes, postings.words),
                "the counters and the postings are of the same moment"
            );
            let list = postings.of(word);
            assert!(
                list.iter().all(|&posting| postings.file(posting).is_some()),
                "a posting's file is known"
            );
            assert!(list.windows(2).all(is_ascending), "a list names each file once, in order");
            Answer { files: list.len(), times: occurrences(list), progress }
        };
        *self.progress.queries.lock().await += 1;
        answer
    }
}

impl Answer {
    /// Asserts that nothing of `earlier`, an answer about the same word, was lost since.
    pub(crate) fn assert_not_before(&self, earlier: &Self) {
        let (now, then) = (&self.progress, &earlier.progress);
        assert!(
            now.files >= then.files
                && now.bytes >= then.bytes
                && now.words >= then.words
                && now.queries >= then.queries,
            "the counters ran backwards, from {then:?} to {now:?}"
        );
        assert!(
            self.files >= earlier.files && self.times >= earlier.times,
            "files are only ever added to a list"
        );
    }
}

fn is_ascending(pair: &[Posting]) -> bool {
    pair[0].file < pair[1].file
}
