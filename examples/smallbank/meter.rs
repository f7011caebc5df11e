//! Shows on stderr how far the work is: a bar on a terminal, a line now and then elsewhere.

use std::{
    io::{IsTerminal, Write, stderr},
    time::{Duration, Instant},
};

use indicatif::{HumanCount, ProgressBar, ProgressStyle};

/// A progress display over some seconds of work.
#[derive(Debug)]
pub(crate) struct Meter {
    total: Duration,
    done: Duration,
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
    pub(crate) fn start(total: Duration) -> Self {
        let display = match stderr().is_terminal() {
            true => Display::Bar(bar(total)),
            false => Display::Lines { last: Instant::now() },
        };
        Self { total, done: Duration::ZERO, display }
    }

    /// Shows what works, that it does so since `lasted`, and how many transactions there are.
    pub(crate) fn show(&mut self, name: &str, lasted: Duration, transactions: u64) {
        let done = self.done + lasted;
        match &mut self.display {
            Display::Bar(bar) => {
                bar.set_message(format!("{name}: {} transactions", HumanCount(transactions)));
                bar.set_position(milliseconds(done));
            }
            Display::Lines { last } if last.elapsed() >= PAUSE => {
                *last = Instant::now();
                // Nobody may be listening, and that is no reason to stop.
                let _ = writeln!(
                    stderr(),
                    "{name}: {} transactions, {:.0} of {:.0} s",
                    HumanCount(transactions),
                    done.as_secs_f64(),
                    self.total.as_secs_f64(),
                );
            }
            Display::Lines { .. } => {}
        }
    }

    /// So much of it is over.
    pub(crate) fn add(&mut self, lasted: Duration) {
        self.done += lasted;
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        if let Display::Bar(bar) = &self.display {
            bar.finish_and_clear();
        }
    }
}

fn milliseconds(duration: Duration) -> u64 {
    duration.as_millis().try_into().unwrap_or(u64::MAX)
}

fn bar(total: Duration) -> ProgressBar {
    let style = ProgressStyle::with_template("[{wide_bar}] {msg}, {eta} left")
        .expect("the template is well-formed")
        .progress_chars("=> ");
    ProgressBar::new(milliseconds(total)).with_style(style)
}
