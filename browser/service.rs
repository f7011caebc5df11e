//! The example `service`, built with its statistics, and driven by clients while it is looked at.

use std::{
    env::{consts::EXE_SUFFIX, current_exe},
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

/// One that runs; it ends when this is dropped.
pub(crate) struct Service {
    program: Child,
    base: String,
}

/// Where it was built. Another package has it, so cargo does not build it before this test.
fn built() -> &'static Path {
    static BUILT: OnceLock<PathBuf> = OnceLock::new();
    BUILT.get_or_init(|| {
        let test = current_exe().unwrap();
        let profile = test.ancestors().nth(2).unwrap();
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet", "-p", "ironfence-examples", "--example", "service"]);
        cargo.args(["--features", "stats,check", "--target-dir"]).arg(profile.parent().unwrap());
        if !cfg!(debug_assertions) {
            cargo.arg("--release");
        }
        let status = cargo.current_dir(env!("CARGO_MANIFEST_DIR")).status().unwrap();
        assert!(status.success(), "the service is built");
        profile.join("examples").join(format!("service{EXE_SUFFIX}"))
    })
}

impl Service {
    /// Driven by so many clients for so long.
    pub(crate) fn driven(clients: u32, seconds: u32) -> Self {
        let mut program = Command::new(built())
            .args(["--drive", &clients.to_string(), "--seconds", &seconds.to_string()])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let base = line.trim().strip_prefix("listening on ").expect("it says where").to_owned();
        Self { program, base }
    }

    /// The page that is looked at.
    pub(crate) fn locks(&self) -> String {
        format!("{}/locks", self.base)
    }

    /// As if its machine had failed.
    pub(crate) fn kill(&mut self) {
        _ = self.program.kill();
        _ = self.program.wait();
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
    }
}
