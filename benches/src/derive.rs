//! What the derive costs the compiler: `cargo check` of a struct with and without it.
//!
//! How many lines it writes is looked at in `ironfence-macros/src/growth.rs`, which may call it.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, Instant},
};

const FIELDS: [usize; 3] = [5, 20, 50];
/// Of so many the fastest counts: whatever else runs only makes it slower.
const ROUNDS: usize = 7;

const MANIFEST: &str = r#"[package]
name = "derive-cost"
version = "0.0.0"
edition = "2024"

[workspace]

[dependencies]
ironfence = { path = "IRONFENCE" }
"#;

/// What is done with a derived struct: a set of two, a set of all, and a session.
const USES: &str = "
pub async fn two(state: &StateGuarded) -> usize {
    let held = state.locks().lock_f1().write_f0().await;
    held.f0.len() + held.f1.len()
}
pub async fn all(state: &StateGuarded) {
    drop(state.locks().lock_all().await);
}
pub async fn one_by_one(state: &StateGuarded) {
    let (first, session) = state.session().read_f0().await;
    let (second, _) = session.lock_f1().await;
    drop((first, second));
}
";

/// The program of a struct with so many fields.
fn program(fields: usize, is_derived: bool) -> String {
    let mut text = String::new();
    let derive = if is_derived { "#[derive(ironfence::Guarded)]\n" } else { "" };
    _ = writeln!(text, "{derive}pub struct State {{");
    for field in 0..fields {
        if is_derived {
            _ = writeln!(text, "    #[guarded({})]", ["rwlock", "mutex"][field % 2]);
        }
        _ = writeln!(text, "    pub f{field}: Vec<u64>,");
    }
    text.push_str("}\n");
    if is_derived {
        text.push_str(USES);
    }
    text
}

/// Measures, and returns the table.
pub(crate) fn run() -> Result<String, String> {
    let benches = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = benches.join("../target/derive-cost");
    let library = benches.join("../ironfence");
    let library = library.to_str().ok_or("the path of the library is no text")?;
    write(&folder.join("Cargo.toml"), &MANIFEST.replace("IRONFENCE", library))?;
    let mut table = String::from("fields | struct, ms | with the derive, ms | more, ms\n");
    for fields in FIELDS {
        let [plain, derived] = [false, true].map(|is_derived| check(&folder, fields, is_derived));
        let (plain, derived) = (plain?.as_millis(), derived?.as_millis());
        let more = derived.saturating_sub(plain);
        _ = writeln!(table, "{fields:>6} | {plain:>10} | {derived:>19} | {more:>8}");
    }
    Ok(table)
}

/// How long `cargo check` takes for the program alone.
fn check(folder: &PathBuf, fields: usize, is_derived: bool) -> Result<Duration, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut best = Duration::MAX;
    // The first round builds the library too, so it never is the best.
    for round in 0..=ROUNDS {
        let program = format!("{}// {round}\n", program(fields, is_derived));
        write(&folder.join("src/lib.rs"), &program)?;
        let start = Instant::now();
        let status = Command::new(&cargo)
            .args(["check", "--quiet", "--offline"])
            .current_dir(folder)
            .status()
            .map_err(|error| format!("{cargo:?}: {error}"))?;
        if !status.success() {
            return Err(format!("`cargo check` of {fields} fields: {status}"));
        }
        best = best.min(start.elapsed());
    }
    Ok(best)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().ok_or("no folder")?;
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(path, text))
        .map_err(|error| format!("{path:?}: {error}"))
}
