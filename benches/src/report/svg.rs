//! The picture: a bar for each row, how many times as fast as the best peer ironfence is.
//!
//! The scale is logarithmic, so twice as fast is as far to the right as half as fast is to the
//! left.

use std::{fs, io, path::Path};

use super::picture::{Anchor, Picture};
use crate::{
    results::{Comparison, Line},
    rows::Kind,
};

const ROW: f64 = 20.0;
const TOP: f64 = 64.0;
const BOTTOM: f64 = 40.0;
const WIDTH: f64 = 900.0;
/// Where 1 lies.
const AXIS: f64 = 490.0;
/// How far twice as fast reaches.
const OCTAVE: f64 = 60.0;
/// Bars end here; their number says how long they would be.
const MOST_OCTAVES: i32 = 3;

/// Writes the file.
///
/// # Errors
/// If it can't be written.
pub(crate) fn write(path: &Path, lines: &[Line]) -> io::Result<()> {
    fs::write(path, picture(lines))
}

/// A row that can be drawn: how many times as fast as whom.
struct Bar<'a> {
    line: &'a Line,
    best: Comparison,
    speed: f64,
}

fn picture(lines: &[Line]) -> String {
    let bars: Vec<Bar<'_>> = lines.iter().filter_map(Bar::of).collect();
    let height = TOP + ROW * bars.len() as f64 + BOTTOM;
    let mut picture = Picture::new(
        WIDTH,
        height,
        "How many times as fast as the best peer",
        "The best of six async libraries, row by row. To the right: ironfence is faster.",
    );
    for octave in -MOST_OCTAVES..=MOST_OCTAVES {
        let x = AXIS + OCTAVE * f64::from(octave);
        let label = match octave {
            0.. => format!("{}", 1 << octave),
            _ => format!("1/{}", 1 << -octave),
        };
        let class = if octave == 0 { "axis" } else { "grid" };
        picture.line(class, (x, TOP), (x, height - BOTTOM));
        picture.text("", Anchor::Middle, (x, TOP - 6.0), &label);
    }
    for (nth, bar) in bars.iter().enumerate() {
        bar.draw(&mut picture, TOP + ROW * nth as f64);
    }
    picture.finish()
}

impl<'a> Bar<'a> {
    fn of(line: &'a Line) -> Option<Self> {
        let best = line.against_best_peer?;
        let speed = 1.0 / best.ratio.median;
        // Of the waits the best is often had by starving others: they are for the table.
        let is_time = line.kind != Kind::Exact && line.measure.is_empty();
        (is_time && speed.is_finite() && speed > 0.0).then_some(Self { line, best, speed })
    }

    fn draw(&self, picture: &mut Picture, y: f64) {
        let most = f64::from(MOST_OCTAVES);
        let octaves = self.speed.log2().clamp(-most, most);
        let length = (octaves * OCTAVE).abs();
        let (class, x, label_x) = if octaves >= 0.0 {
            ("ahead", AXIS, AXIS + length + 6.0)
        } else {
            ("behind", AXIS - length, AXIS + 6.0)
        };
        let middle = y + ROW * 0.7;
        let row = (AXIS - most * OCTAVE - 12.0, middle);
        picture.text("strong", Anchor::End, row, &self.line.title());
        picture.add(format_args!(
            "<rect class=\"{class}\" x=\"{x:.1}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\" rx=\"2\"/>",
            y + 3.0,
            ROW - 6.0
        ));
        let label = format!("{:.2} x {}", self.speed, self.best.with);
        picture.text("", Anchor::Start, (label_x, middle), &label);
    }
}
