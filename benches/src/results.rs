//! What came of a run, line by line: medians, comparisons, verdicts.

use serde::Serialize;

use crate::{
    library::Library,
    rows::{Better, Kind, Measure},
    runner::Run,
    stats::Summary,
    targets::{Against, Claim, TARGETS},
};

/// One measure of one row.
#[derive(Serialize)]
pub(crate) struct Line {
    pub(crate) row: String,
    pub(crate) measure: &'static str,
    pub(crate) unit: &'static str,
    #[serde(skip)]
    pub(crate) better: Better,
    #[serde(skip)]
    pub(crate) kind: Kind,
    pub(crate) cells: Vec<Cell>,
    /// The rows compare with one library throughout.
    pub(crate) against_reference: Option<Comparison>,
    pub(crate) against_best_peer: Option<Comparison>,
    pub(crate) verdicts: Vec<Verdict>,
    pub(crate) left_out: Vec<(Library, String)>,
}

/// What one library gave.
#[derive(Serialize)]
pub(crate) struct Cell {
    pub(crate) library: Library,
    pub(crate) summary: Summary,
    pub(crate) samples: Vec<f64>,
}

/// Ours over theirs: below 1 we take less.
#[derive(Clone, Copy, Serialize)]
pub(crate) struct Comparison {
    pub(crate) with: Library,
    pub(crate) ratio: Summary,
}

/// A target, and what it met.
#[derive(Serialize)]
pub(crate) struct Verdict {
    pub(crate) target: String,
    pub(crate) actual: f64,
    pub(crate) met: bool,
}

/// The lines of all rows, in order.
pub(crate) fn lines(runs: &[Run]) -> Vec<Line> {
    let mut lines: Vec<Line> = runs.iter().flat_map(lines_of).collect();
    for index in 0..lines.len() {
        lines[index].verdicts = verdicts(&lines[index], &lines);
    }
    lines
}

fn lines_of(run: &Run) -> impl Iterator<Item = Line> + '_ {
    let of_measure = |(index, measure)| line(run, index, measure);
    run.row.measures.iter().enumerate().map(of_measure)
}

fn line(run: &Run, index: usize, measure: &Measure) -> Line {
    let cells = run.samples.iter().filter_map(|(library, samples)| {
        Some(Cell {
            library: *library,
            summary: Summary::of(samples[index].iter().copied())?,
            samples: samples[index].clone(),
        })
    });
    let mut line = Line {
        row: run.row.id.clone(),
        measure: measure.name,
        unit: measure.unit,
        better: measure.better,
        kind: run.row.kind,
        cells: cells.collect(),
        against_reference: None,
        against_best_peer: None,
        verdicts: Vec::new(),
        left_out: run.row.left_out.clone(),
    };
    if let Kind::Time(reference) | Kind::Speed(reference) = line.kind {
        line.against_reference = line.compare(reference);
    }
    line.against_best_peer = line.best(Library::is_peer).and_then(|best| line.compare(best));
    line
}

impl Line {
    pub(crate) fn cell(&self, library: Library) -> Option<&Cell> {
        self.cells.iter().find(|cell| cell.library == library)
    }

    /// The best of some, by the median.
    fn best(&self, among: impl Fn(Library) -> bool) -> Option<Library> {
        let candidates = self.cells.iter().filter(|cell| among(cell.library));
        let by_median = |a: &&Cell, b: &&Cell| a.summary.median.total_cmp(&b.summary.median);
        let best = match self.better {
            Better::Less => candidates.min_by(by_median),
            Better::More => candidates.max_by(by_median),
        };
        best.map(|cell| cell.library)
    }

    fn compare(&self, with: Library) -> Option<Comparison> {
        let ours = self.cell(Library::Ironfence)?;
        let theirs = self.cell(with)?;
        let ratio = Summary::of_ratios(&ours.samples, &theirs.samples)?;
        Some(Comparison { with, ratio })
    }
}

fn verdicts(line: &Line, all: &[Line]) -> Vec<Verdict> {
    TARGETS
        .iter()
        .filter(|target| target.row.include(&line.row) && target.measure == line.measure)
        .filter_map(|target| verdict(target.claim, line, all))
        .collect()
}

/// None if the run lacks what the target compares with.
fn verdict(claim: Claim, line: &Line, all: &[Line]) -> Option<Verdict> {
    let ours = line.cell(Library::Ironfence)?;
    let ratio = |against| match against {
        Against::Library(library) => Some(line.compare(library)?.ratio),
        Against::BestPeer => Some(line.compare(line.best(Library::is_peer)?)?.ratio),
        Against::BestFairPeer => Some(line.compare(line.best(Library::is_fair_peer)?)?.ratio),
        Against::Ours(row) => {
            let other = all.iter().find(|other| other.row == row)?;
            let theirs = other.cell(Library::Ironfence)?;
            Summary::of_ratios(&ours.samples, &theirs.samples)
        }
    };
    let (actual, met) = match claim {
        Claim::Time(limit, against) => {
            let time = ratio(against)?.median;
            (time, time <= limit)
        }
        Claim::Speed(limit, against) => {
            let speed = 1.0 / ratio(against)?.median;
            (speed, speed >= limit)
        }
        Claim::Share(limit, against) => {
            let share = ratio(against)?.median;
            (share, share >= limit)
        }
        Claim::AtMost(limit) => (ours.summary.median, ours.summary.median <= limit),
        Claim::AtLeast(limit) => (ours.summary.median, ours.summary.median >= limit),
    };
    Some(Verdict { target: claim.to_string(), actual, met })
}
