//! Everything, for programs.

use std::{fs, io, path::Path, process::Command, thread::available_parallelism};

use serde::Serialize;

use crate::{library::Library, options::Options, results::Line};

#[derive(Serialize)]
struct Report<'a> {
    machine: Machine,
    settings: Settings,
    libraries: Vec<About>,
    lines: &'a [Line],
}

/// Where it was measured.
#[derive(Serialize)]
pub(crate) struct Machine {
    processor: String,
    cores: usize,
    system: String,
    compiler: String,
}

#[derive(Serialize)]
struct Settings {
    rounds: usize,
    sample_ms: u128,
    /// The load average of the last minute, before.
    load_before: Option<f64>,
}

#[derive(Serialize)]
struct About {
    name: Library,
    version: Option<&'static str>,
    makes_threads_wait: bool,
}

/// Writes the file.
///
/// # Errors
/// If it can't be written.
pub(crate) fn write(
    path: &Path,
    lines: &[Line],
    options: &Options,
    load_before: Option<f64>,
) -> io::Result<()> {
    let report = report(lines, options, load_before);
    fs::write(path, serde_json::to_string_pretty(&report)? + "\n")
}

/// Writes the file without the samples.
///
/// # Errors
/// If it can't be written.
pub(crate) fn write_summary(
    path: &Path,
    lines: &[Line],
    options: &Options,
    load_before: Option<f64>,
) -> io::Result<()> {
    let mut report = serde_json::to_value(report(lines, options, load_before))?;
    let lines = report["lines"].as_array_mut().into_iter().flatten();
    let cells = lines.filter_map(|line| line["cells"].as_array_mut()).flatten();
    for cell in cells.filter_map(|cell| cell.as_object_mut()) {
        cell.remove("samples");
    }
    fs::write(path, serde_json::to_string_pretty(&report)? + "\n")
}

fn report<'a>(lines: &'a [Line], options: &Options, load_before: Option<f64>) -> Report<'a> {
    let about =
        |name: Library| About { name, version: name.version(), makes_threads_wait: name.is_sync() };
    Report {
        machine: Machine::this(),
        settings: Settings {
            rounds: options.rounds(),
            sample_ms: options.sample().as_millis(),
            load_before,
        },
        libraries: Library::ALL.map(about).into(),
        lines,
    }
}

/// How many programs wanted a core in the last minute, on the average, where the system says.
pub(crate) fn load() -> Option<f64> {
    let text = fs::read_to_string("/proc/loadavg").ok()?;
    text.split_whitespace().next()?.parse().ok()
}

impl Machine {
    pub(crate) fn this() -> Self {
        let processors = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let processor = processors
            .lines()
            .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
            .map_or("unknown", |(_, name)| name);
        Self {
            processor: processor.to_owned(),
            cores: available_parallelism().map_or(0, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            compiler: compiler().unwrap_or_else(|| "unknown".into()),
        }
    }

    /// As a line of text.
    pub(crate) fn describe(&self) -> String {
        let Self { processor, cores, system, compiler } = self;
        format!("{processor}, {cores} cores, {system}, {compiler}")
    }
}

fn compiler() -> Option<String> {
    let output = Command::new("rustc").arg("--version").output().ok()?;
    let text = String::from_utf8(output.stdout).ok()?;
    Some(text.trim().to_owned())
}
