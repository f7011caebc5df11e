//! The examples as programs: what they print, and how they exit.
//!
//! Cargo builds the examples before it runs this, unless it was told `--test` alone.

use std::{
    env::{consts::EXE_SUFFIX, current_exe},
    io::Read,
    process::{Command, Stdio},
};

use super::tree::Tree;

/// A program of this package. Tests are in `target/<profile>/deps`, examples beside that.
pub(crate) fn example(name: &str) -> Command {
    let test = current_exe().unwrap();
    let profile = test.ancestors().nth(2).unwrap();
    let program = profile.join("examples").join(format!("{name}{EXE_SUFFIX}"));
    assert!(
        program.exists(),
        "{} is not there; `cargo build --examples` makes it",
        program.display()
    );
    Command::new(program)
}

/// Exit code, stdout and stderr.
pub(crate) fn run(command: &mut Command) -> (Option<i32>, String, String) {
    let output = command.output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap().replace("\r\n", "\n");
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn seed_mutex_prints_what_the_python_program_prints() {
    let (code, out, err) = run(&mut example("seed_mutex"));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(
        out,
        "reading state..\nState is: {}\nmodifying state..\nreading state..\nState modified!\n\
         State is: {'key': 'example'}\n"
    );
}

#[test]
fn seed_rwlock_prints_what_the_python_program_prints() {
    let (code, out, err) = run(&mut example("seed_rwlock"));
    assert_eq!((code, err.as_str()), (Some(0), ""));
    assert_eq!(out, "[]\n['example']\n");
}

#[test]
fn a_missing_directory_is_one_line_and_exit_code_2() {
    let tree = Tree::new("missing");
    let (code, out, err) = run(example("index").arg(tree.root().join("not-there")));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(err.lines().count(), 1, "one line on stderr: {err}");
    assert!(err.contains("no such directory") && err.contains("not-there"));
}

#[test]
fn a_file_for_a_directory_is_one_line_and_exit_code_2() {
    let tree = Tree::new("file-for-directory");
    let (code, out, err) = run(example("index").arg(tree.file("file", "words")));
    assert_eq!((code, out.as_str()), (Some(2), ""));
    assert_eq!(err.lines().count(), 1, "one line on stderr: {err}");
}

#[test]
fn the_index_of_a_tree_is_verified() {
    let tree = Tree::new("verified");
    tree.file("a/one.txt", "one two two");
    tree.file("two.txt", "Two");
    let (code, out, err) = run(example("index").arg(tree.root()).args(["--query", "TWO"]));
    assert_eq!(code, Some(0), "{err}");
    assert!(out.contains("`two`: 3 times in 2 files\n"), "{out}");
    let last = out.lines().last();
    let verified = "verified: concurrent index equals the sequential one";
    assert_eq!(last, Some(verified));
    assert!(err.contains("indexing: 2 of 2 files"), "plain lines without a terminal: {err}");
}

#[test]
fn a_query_of_two_words_is_refused() {
    let (code, _, err) = run(example("index").args(["--query", "two words"]));
    assert_eq!(code, Some(2));
    assert!(err.contains("a query is one word"), "{err}");
}

#[test]
fn nobody_needs_to_listen_to_the_end() {
    let tree = Tree::new("closed-pipe");
    tree.file("file", "words");
    let mut command = example("index");
    command.arg(tree.root());
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let mut err = String::new();
    child.stderr.take().unwrap().read_to_string(&mut err).unwrap();
    assert!(child.wait().unwrap().success(), "{err}");
    assert!(!err.contains("panicked"), "{err}");
}
