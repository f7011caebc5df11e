//! Shows on stderr how far the work is: a bar on a terminal, a line now and then elsewhere.

use std::{
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

use indicatif::{DecimalBytes, HumanCount, ProgressBar, ProgressStyle};

/// A progress display of one piece of work.
#[derive(Debug)]
pub(crate) struct Meter {
    what: &'static str,
    total: u64,
    started: Instant,
    display: Display,
}

#[derive(Debug)]
enum Display {
    Bar(ProgressBar),
    Lines { last: Instant },
}

/// How often there is a line.
const PAUSE: Duration = Duration::from_secs(1);

impl Meter {
    /// Starts to show work on `total` files.
    pub(crate) fn start(what: &'static str, total: usize) -> Self {
        let total = total as u64;
        let started = Instant::now();
        let display = match stderr().is_terminal() {
            true => Display::Bar(bar(what, total)),
            false => Display::Lines { last: started },
        };
        Self { what, total, started, display }
    }

    /// Shows that so many files, and so many bytes of text, are done.
    pub(crate) fn show(&mut self, files: u64, bytes: u64) {
        match &mut self.display {
            Display::Bar(bar) => {
                bar.set_message(DecimalBytes(bytes).to_string());
                bar.set_position(files);
            }
            Display::Lines { last } if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                self.line(files, bytes);
            }
            Display::Lines { .. } => {}
        }
    }

    /// Shows that all is done, and how long it took.
    pub(crate) fn finish(self, bytes: u64) -> Duration {
        let took = self.started.elapsed();
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
        self.line(self.total, bytes);
        took
    }

    fn line(&self, files: u64, bytes: u64) {
        // Nobody may be listening, and that is no reason to stop.
        let _ = writeln!(
            stderr(),
            "{}: {} of {} files, {}, {:.1} s",
            self.what,
            HumanCount(files),
            HumanCount(self.total),
            DecimalBytes(bytes),
            self.started.elapsed().as_secs_f64(),
        );
    }
}

fn bar(what: &'static str, total: u64) -> ProgressBar {
    let style = ProgressStyle::with_template(
        "{prefix} [{wide_bar}] {human_pos} of {human_len} files, {msg}, {eta} left",
    )
    .expect("the template is well-formed")
    .progress_chars("=> ");
    ProgressBar::new(total).with_style(style).with_prefix(what)
}
