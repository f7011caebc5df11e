//! Runs the rows, all libraries in every round.

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    bench::Bench,
    library::Library,
    options::Options,
    rows::{Kind, Row, instructions, is_asked_for},
};

/// What one row gave.
pub(crate) struct Run {
    pub(crate) row: Row,
    /// For each library that could: for each measure, a value a round.
    pub(crate) samples: Vec<(Library, Vec<Vec<f64>>)>,
}

/// The rows that the options ask for, with the libraries that they ask for.
pub(crate) fn choose(rows: Vec<Row>, options: &Options) -> Vec<Row> {
    let wanted = |row: &Row| {
        is_asked_for(&row.id, options.rows.as_deref())
            && match instructions::is_one(&row.id) {
                true => !options.quick || options.instructions || options.rows.is_some(),
                false if row.is_slow && options.quick => options.rows.is_some(),
                false => !options.instructions,
            }
    };
    rows.into_iter()
        .filter(wanted)
        .map(|mut row| {
            row.entries.retain(|(library, _)| options.asks_for(*library));
            row.left_out.retain(|(library, _)| options.asks_for(*library));
            row
        })
        .collect()
}

/// Measures the rows.
pub(crate) fn run(rows: Vec<Row>, options: &Options) -> Vec<Run> {
    let mut bench = Bench::new(options.sample(), options.seconds());
    let mut runs: Vec<Run> = rows.into_iter().map(Run::new).collect();
    let progress = bar(&runs, options);
    // The first round warms up: caches, branch predictors, the workers, and our calibration.
    for round in 0..=options.rounds().max(options.slow_rounds()) {
        for run in &mut runs {
            if !run.row.takes_part(round, options) {
                continue;
            }
            progress.set_message(run.row.id.clone());
            run.sample_all(&mut bench, round, &progress);
        }
    }
    progress.finish_and_clear();
    runs
}

fn bar(runs: &[Run], options: &Options) -> ProgressBar {
    let rounds = |row: &Row| {
        let all = 0..=options.rounds().max(options.slow_rounds());
        all.filter(|round| row.takes_part(*round, options)).count()
    };
    let samples = runs.iter().map(|run| run.row.entries.len() * rounds(&run.row));
    let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %, {eta:>4} left, {msg:40}")
        .expect("the template is right");
    ProgressBar::new(samples.sum::<usize>() as u64).with_style(style)
}

impl Row {
    /// Whether it is sampled in this round, of which 0 is the one that warms up.
    fn takes_part(&self, round: usize, options: &Options) -> bool {
        match self.kind {
            Kind::Exact => round == 0,
            _ if self.is_slow => (1..=options.slow_rounds()).contains(&round),
            _ => round <= options.rounds(),
        }
    }
}

impl Run {
    fn new(row: Row) -> Self {
        let none = vec![Vec::new(); row.measures.len()];
        let samples = row.entries.iter().map(|(library, _)| (*library, none.clone()));
        Self { samples: samples.collect(), row }
    }

    /// One sample of each library. Each round begins with another one, so that none always comes
    /// after the same.
    fn sample_all(&mut self, bench: &mut Bench, round: usize, progress: &ProgressBar) {
        let count = self.row.entries.len();
        let mut failed = Vec::new();
        for nth in 0..count {
            let index = (nth + round) % count;
            let (library, sampler) = &mut self.row.entries[index];
            match sampler(bench) {
                Ok(_) if round == 0 && self.row.kind != Kind::Exact => {}
                Ok(values) => {
                    let samples = &mut self.samples[index].1;
                    for (samples, value) in samples.iter_mut().zip(values) {
                        samples.push(value);
                    }
                }
                Err(reason) => failed.push((*library, reason)),
            }
            progress.inc(1);
        }
        // What fails once is not tried again: its rounds would not match the others'.
        for (library, reason) in failed {
            self.row.entries.retain(|entry| entry.0 != library);
            self.samples.retain(|samples| samples.0 != library);
            self.row.left_out.push((library, reason));
        }
    }
}
