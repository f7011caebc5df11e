//! What must not compile, and what it says then; and what must compile.
//!
//! One mistake a file in `fail/`, named after the mistake; its first line states the rule. The
//! `.stderr` beside it is written by `TRYBUILD=overwrite cargo test -p ironfence-ui-tests`, never
//! by hand, on the compiler named here: messages of the compiler change with every release.
//! `pass/` holds the shapes at the edge that must stay accepted, on every compiler.

use std::{env, io::Write as _, process::Command};

/// The stable compiler that wrote the `.stderr` files.
const BLESSED_ON: &str = "rustc 1.95.";

#[test]
fn what_must_not_compile_says_why() {
    if built_specially() {
        return skipped("the flags of this build are not for users' programs");
    }
    let rustc = rustc_version();
    if !rustc.starts_with(BLESSED_ON) || rustc.contains("nightly") || rustc.contains("beta") {
        return skipped(&format!("messages are compared on {BLESSED_ON}x only, this is {rustc}"));
    }
    trybuild::TestCases::new().compile_fail("fail/*.rs");
}

#[test]
fn what_must_compile_does() {
    if built_specially() {
        return skipped("the flags of this build are not for users' programs");
    }
    trybuild::TestCases::new().pass("pass/*.rs");
}

/// Sanitizers want the whole program built for them, which trybuild's inner one is not.
fn built_specially() -> bool {
    ["RUSTFLAGS", "CARGO_ENCODED_RUSTFLAGS"]
        .into_iter()
        .filter_map(env::var_os)
        .any(|flags| flags.to_string_lossy().contains("sanitizer"))
}

/// What the compiler that trybuild will run calls itself.
fn rustc_version() -> String {
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .arg("--version")
        .output()
        .expect("`rustc --version` runs where the tests were built");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

/// Says so even though the test passes: the test harness swallows only what `print!` writes.
fn skipped(why: &str) {
    _ = writeln!(std::io::stderr(), "ui test skipped: {why}");
}
