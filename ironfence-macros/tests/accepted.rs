//! What the derive accepts compiles, under lints that forbid `unsafe`, and without a warning.
//!
//! Structs at random, in one crate that `cargo check` looks at: 30 of them, always the same, or as many as
//! `DERIVE_STRUCTS` says.

mod grammar;

use std::{env, fmt::Write as _, fs, path::Path, process::Command};

use grammar::{Random, random_module};

/// How many structs one crate has at most.
const A_CRATE: usize = 300;

const HEAD: &str = "
#![forbid(unsafe_code)]
#![deny(warnings)]
#![allow(dead_code, nonstandard_style, private_interfaces, unused_braces)]

/// Where the library is, too.
pub use ironfence as fence;

#[derive(Clone)]
#[repr(align(64))]
pub struct Aligned;

const LEN: usize = 1;

// Here syn has not got its feature `full`.
#[derive(fence::Guarded, Clone)]
pub struct Lengths {
    #[guarded(mutex)]
    pub one: [u8; { LEN + 1 }],
    pub many: Vec<[[u8; { LEN }]; { 2 * LEN }]>,
}
";

#[test]
fn what_is_accepted_compiles_and_needs_no_unsafe_code() {
    let count = env::var("DERIVE_STRUCTS").map_or(30, |count| count.parse().expect("a number"));
    let mut random = Random::new(9);
    let (mut done, mut text) = (0, String::new());
    while done < count {
        text.clear();
        text.push_str(HEAD);
        let end = count.min(done + A_CRATE);
        while done < end {
            let module = random_module(&mut random, done);
            _ = writeln!(text, "pub mod outer_{done} {{\n{module}}}");
            done += 2;
        }
        check(&text);
    }
}

/// Has a crate of this text checked.
fn check(text: &str) {
    let ours = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("accepted");
    fs::create_dir_all(folder.join("src")).expect("a folder for the crate");
    let library = ours.parent().expect("the workspace").join("ironfence");
    let manifest = format!(
        "[package]\nname = \"accepted\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies]\nironfence = {{ path = {library:?} }}\n"
    );
    // The same versions as here, which are there already.
    let lock = library.with_file_name("Cargo.lock");
    fs::copy(lock, folder.join("Cargo.lock")).expect("the workspace has a lock file");
    fs::write(folder.join("Cargo.toml"), manifest).expect("a manifest");
    fs::write(folder.join("src/lib.rs"), text).expect("a source file");
    let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args(["check", "--quiet", "--offline"])
        .current_dir(&folder)
        .env("CARGO_TARGET_DIR", folder.join("target"))
        // Sanitizers and models are for the library's own tests.
        .env_remove("RUSTFLAGS")
        .env_remove("CARGO_ENCODED_RUSTFLAGS")
        .output()
        .expect("`cargo check` runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "in {}: {said}", folder.join("src/lib.rs").display());
}
