//! The comparison finds what it is there to find.

use std::path::Path;

use super::{
    index::{
        postings::{Batch, Postings},
        shared::{Index, Progress},
        verify::compare,
        walk::walk,
    },
    tree::Tree,
};

/// A tree, its index as if built by tasks, and the same built by a loop.
fn equal_indexes(test: &str) -> (Tree, Index, Batch) {
    let tree = Tree::new(test);
    tree.file("a", "one two two three");
    tree.file("b", "two three");
    tree.file("c", [0xff]);
    let found = walk(tree.root()).unwrap();
    let mut rebuilt = Batch::default();
    let mut index = Index::new(tree.root().to_owned(), Vec::new());
    for path in &found.files {
        rebuilt.read(tree.root(), path, 1000);
    }
    for path in found.files.iter().rev() {
        let mut batch = Batch::default();
        batch.read(tree.root(), path, 1000);
        index.postings.absorb(batch.postings);
        index.skipped.extend(batch.skipped);
    }
    index.progress = counted(&index.postings);
    (tree, index, rebuilt)
}

fn counted(postings: &Postings) -> Progress {
    Progress {
        files: postings.files.len() as u64,
        bytes: postings.bytes,
        words: postings.words,
        queries: 0,
    }
}

fn difference(index: &Index, rebuilt: &Batch) -> String {
    compare(index, rebuilt).expect_err("they differ")
}

#[test]
fn the_order_of_files_makes_no_difference() {
    let (_tree, index, rebuilt) = equal_indexes("order");
    assert_eq!(&*index.postings.files[0].path, Path::new("b"));
    assert_eq!(&*rebuilt.postings.files[0].path, Path::new("a"));
    assert_eq!(compare(&index, &rebuilt), Ok(vec![]));
}

#[test]
fn a_lost_file_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("lost-file");
    index.skipped.clear();
    assert!(difference(&index, &rebuilt).contains("does not know c"));
}

#[test]
fn a_file_that_came_twice_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("twice");
    index.skipped.extend_from_within(..);
    assert!(difference(&index, &rebuilt).contains("c is there twice"));
}

#[test]
fn a_lost_update_of_a_counter_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("counter");
    index.progress.words -= 1;
    assert!(difference(&index, &rebuilt).contains("were counted as"));
}

#[test]
fn a_lost_posting_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("posting");
    index.postings.lists.get_mut("three").unwrap().pop();
    index.progress.words -= 1;
    assert!(difference(&index, &rebuilt).contains("the files of `three` differ"));
}

#[test]
fn a_lost_word_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("word");
    index.postings.lists.remove("one").unwrap();
    index.progress.words -= 1;
    assert!(difference(&index, &rebuilt).contains("does not know `one`"));
}

#[test]
fn a_posting_of_an_unknown_file_is_found() {
    let (_tree, mut index, rebuilt) = equal_indexes("unknown");
    index.postings.lists.get_mut("one").unwrap()[0].file = 99;
    assert!(difference(&index, &rebuilt).contains("a file that is not known"));
}

#[test]
fn a_file_skipped_by_one_alone_is_found() {
    let (tree, index, mut rebuilt) = equal_indexes("skipped");
    rebuilt.skipped.clear();
    let c = tree.root().join("c");
    let stamp = index.skipped[0].stamp.unwrap();
    assert_eq!(c.metadata().unwrap().len(), stamp.bytes);
    rebuilt.postings.add(Path::new("c"), stamp, "");
    assert!(difference(&index, &rebuilt).contains("skipped (not UTF-8) first and indexed then"));
}
