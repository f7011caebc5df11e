//! Lints have nothing to say of generated code: not clippy's, and not the compiler's that are silent by default.
//!
//! Builds everything in `pass/` under clippy, with all the lints that people ask for, and looks which of them point
//! into what the derive wrote. The programs themselves may be as they like.

use std::{collections::BTreeSet, env, fmt::Write as _, fs, path::Path, process::Command};

use serde_json::Value;

const LINTS: [&str; 27] = [
    "clippy::all",
    "clippy::pedantic",
    "clippy::nursery",
    "clippy::restriction",
    "closure_returning_async_block",
    "elided_lifetimes_in_paths",
    "explicit_outlives_requirements",
    "impl_trait_redundant_captures",
    "keyword_idents",
    "let_underscore_drop",
    "macro_use_extern_crate",
    "meta_variable_misuse",
    "missing_copy_implementations",
    "missing_debug_implementations",
    "missing_docs",
    "non_ascii_idents",
    "redundant_imports",
    "redundant_lifetimes",
    "single_use_lifetimes",
    "trivial_casts",
    "unit_bindings",
    "unnameable_types",
    "unreachable_pub",
    "unsafe_code",
    "unused_lifetimes",
    "unused_qualifications",
    "unused_results",
];

/// What generated code does on purpose.
const ON_PURPOSE: [&str; 4] = [
    // `into_inner` and its kin are there without importing `Twin`.
    "clippy::same_name_method",
    // `risk(|risk| ..)` and `both(..)` take closures.
    "clippy::impl_trait_in_params",
    // The fields are as visible as the user's.
    "clippy::exhaustive_structs",
    "clippy::partial_pub_fields",
];

#[test]
#[ignore = "builds all of `pass` under clippy; the gate asks for it"]
fn lints_have_nothing_to_say_of_generated_code() {
    let ui_tests = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lints");
    fs::create_dir_all(&package).expect("a writable folder");
    fs::write(package.join("Cargo.toml"), manifest(ui_tests)).expect("a writable folder");
    let lock = ui_tests.with_file_name("Cargo.lock");
    fs::copy(lock, package.join("Cargo.lock")).expect("the workspace's versions");

    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["clippy", "--offline", "--keep-going", "--message-format=json", "--"])
        .args(LINTS.iter().flat_map(|lint| ["-W", lint]))
        .env("CARGO_TARGET_DIR", package.join("target"))
        .env("RUSTFLAGS", "--cap-lints warn") // one that is forbidden would hide the others
        .current_dir(&package)
        .output()
        .expect("cargo and clippy run where this was built");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let messages = String::from_utf8_lossy(&output.stdout);
    let messages: Vec<Value> = messages.lines().flat_map(serde_json::from_str).collect();

    let diagnostics = messages.iter().map(|message| &message["message"]);
    let (ours, theirs): (Vec<_>, Vec<_>) =
        diagnostics.filter(|diagnostic| diagnostic.is_object()).partition(|it| is_ours(it));
    assert!(theirs.len() > 100, "the lints are on");
    let ours: BTreeSet<_> = ours
        .into_iter()
        .filter(|diagnostic| !ON_PURPOSE.iter().any(|lint| diagnostic["code"]["code"] == *lint))
        .filter_map(|diagnostic| diagnostic["rendered"].as_str())
        .collect();
    let all = ours.into_iter().collect::<String>();
    assert!(all.is_empty(), "\n{all}");
}

/// A program of each file in `pass`.
fn manifest(ui_tests: &Path) -> String {
    let root = ui_tests.parent().expect("the workspace").display();
    let mut manifest = format!(
        "[package]\nname = \"lints\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
         ironfence = {{ path = \"{root}/ironfence\", features = [\"tokio\", \"async-lock\"] }}\n\
         tokio = {{ version = \"1\", features = [\"full\"] }}\n\
         async-lock = {{ version = \"3\", default-features = false }}\n"
    );
    for file in fs::read_dir(ui_tests.join("pass")).expect("there are some") {
        let path = file.expect("a file").path();
        let name = path.file_stem().expect("a name").to_string_lossy();
        _ = write!(manifest, "[[bin]]\nname = \"{name}\"\npath = \"{}\"\n", path.display());
    }
    manifest
}

/// Points to what the derive wrote.
fn is_ours(diagnostic: &Value) -> bool {
    let spans = diagnostic["spans"].as_array().into_iter().flatten();
    let mut primary = spans.filter(|span| span["is_primary"] == true);
    primary.any(|span| {
        // What the compiler makes of `async` has lost the derive, but not its place.
        let lines = span["text"].as_array().into_iter().flatten();
        let mut lines = lines.filter_map(|line| line["text"].as_str());
        lines.any(|line| line.contains("derive(") && line.contains("Guarded")) || is_expanded(span)
    })
}

fn is_expanded(span: &Value) -> bool {
    let expansion = &span["expansion"];
    let name = expansion["macro_decl_name"].as_str();
    name.is_some_and(|name| name.contains("Guarded") || is_expanded(&expansion["span"]))
}
