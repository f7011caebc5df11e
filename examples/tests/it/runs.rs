//! The index of a tree that has one of each trouble.

use clap::Parser;

use super::{
    index::{
        arguments::Arguments,
        build::{Plan, build_concurrently, build_sequentially},
        read::{Reason, read_text},
        run,
        verify::compare,
        walk::walk,
    },
    tree::Tree,
};

/// What `index` prints on stdout with these arguments; the root comes first.
fn printed(tree: &Tree, more: &[&str]) -> String {
    let root = tree.root().to_str().unwrap();
    let arguments = ["index", root].into_iter().chain(more.iter().copied());
    let mut out = Vec::new();
    run(&Arguments::parse_from(arguments), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// The figure in a row of the table.
fn figure<'a>(printed: &'a str, name: &str) -> &'a str {
    let row = printed.lines().find_map(|line| line.strip_prefix(name));
    row.unwrap_or_else(|| panic!("no row `{name}` in {printed}")).trim()
}

#[test]
fn what_cannot_be_indexed_is_listed_and_the_rest_is_indexed() {
    let tree = Tree::new("troubles");
    tree.file("empty", "");
    tree.file("plain", "the lock the guard");
    tree.file("sub/other", "THE end.");
    tree.file("latin1", b"caf\xe9");
    tree.file("large", "word ".repeat(100));
    tree.file(".git/config", "hidden");
    tree.file("out/CACHEDIR.TAG", "hidden");
    tree.file("target-of-the-talk/notes", "guard");
    tree.file(".gitignore", "/out");
    let printed = printed(&tree, &["--max-size", "400", "--query", "the"]);

    for listed in [
        "  latin1: not UTF-8\n",
        "  large: larger than the limit\n",
        "  .git: version control, not entered\n",
        "  out: build output, not entered\n",
    ] {
        assert!(printed.contains(listed), "{listed} is not in {printed}");
    }
    assert_eq!(figure(&printed, "files"), "5");
    assert_eq!(figure(&printed, "bytes"), "35");
    assert_eq!(figure(&printed, "distinct words"), "5");
    assert_eq!(figure(&printed, "postings"), "7");
    assert_eq!(figure(&printed, "   1. the"), "3");
    assert!(printed.contains("`the`: 3 times in 2 files\n         2  plain\n"));
    assert!(printed.ends_with("verified: concurrent index equals the sequential one\n"));
}

#[test]
fn an_empty_directory_has_an_empty_index() {
    let printed = printed(&Tree::new("empty"), &["--tasks", "1", "--readers", "1"]);
    assert_eq!(figure(&printed, "files"), "0");
    assert_ne!(figure(&printed, "queries answered meanwhile"), "0");
    assert!(printed.ends_with("verified: concurrent index equals the sequential one\n"));
}

#[test]
fn only_the_first_of_many_skipped_are_listed_unless_all_are_wanted() {
    let tree = Tree::new("many-skipped");
    for number in 0..50 {
        tree.file(&format!("file-{number}"), [0xff]);
    }
    let is_listed = |line: &&str| line.ends_with(": not UTF-8");
    let some = printed(&tree, &[]);
    assert_eq!(some.lines().filter(is_listed).count(), 40);
    assert!(some.contains("skipped: 50 not UTF-8\n") && some.contains("  and 10 more;"));
    let all = printed(&tree, &["--list-skipped"]);
    assert_eq!(all.lines().filter(is_listed).count(), 50);
}

#[test]
fn a_file_that_cannot_be_read_says_why() {
    let tree = Tree::new("unreadable");
    let gone = read_text(tree.root(), "gone".as_ref(), 1).unwrap_err();
    assert!(matches!(gone.reason, Reason::Unreadable(_)) && gone.stamp.is_none());
}

#[cfg(unix)]
#[test]
fn what_may_not_be_read_and_what_is_no_file_is_listed() {
    use std::{fs, os::unix::fs::PermissionsExt};

    let tree = Tree::new("unix");
    tree.file("file", "word");
    std::os::unix::fs::symlink("file", tree.root().join("link")).unwrap();
    std::os::unix::net::UnixListener::bind(tree.root().join("socket")).unwrap();
    let secret = tree.file("secret", "word");
    fs::set_permissions(&secret, fs::Permissions::from_mode(0o000)).unwrap();
    let is_secret = fs::read(&secret).is_err(); // root may read all

    let printed = printed(&tree, &[]);
    assert!(printed.contains("  link: not a regular file\n"), "{printed}");
    assert!(printed.contains("  socket: not a regular file\n"), "{printed}");
    assert_eq!(printed.contains("  secret: unreadable: "), is_secret);
    assert_eq!(figure(&printed, "files"), if is_secret { "1" } else { "2" });
}

#[test]
fn a_file_that_changes_between_the_builds_is_told_and_left_out() {
    let tree = Tree::new("changes");
    for number in 0..100 {
        tree.file(&format!("file-{number}"), format!("word {number}"));
    }
    let found = walk(tree.root()).unwrap();
    let plan = Plan {
        root: tree.root().to_owned(),
        max_bytes: 1000,
        tasks: 8,
        readers: 2,
        questions: vec!["word".into()],
    };
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (index, _) = runtime.block_on(build_concurrently(&plan, &found));
    tree.file("file-7", "quite another length");
    tree.file("file-8", [0xff; 50]);
    std::fs::remove_file(tree.root().join("file-9")).unwrap();
    let rebuilt = build_sequentially(&plan, &found);
    let changed: Vec<_> = ["file-7", "file-8", "file-9"].map(std::path::Path::new).into();
    assert_eq!(compare(&index, &rebuilt), Ok(changed));
}
