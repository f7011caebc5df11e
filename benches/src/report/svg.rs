//! The picture: a bar for each row, how many times as fast as the best peer ironfence is.
//!
//! The scale is logarithmic, so twice as fast is as far to the right as half as fast is to the
//! left. The colours suit light and dark pages; where the viewer tells which it is, the text too.

use std::{fmt::Write, fs, io, path::Path};

use super::json::Machine;
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

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 15px; font-weight: 600; fill: #24292f }
.row { text-anchor: end; fill: #24292f }
.ahead { fill: #2f9e77 } .behind { fill: #d9822b }
.axis { stroke: #8b949e } .grid { stroke: #8b949e; stroke-opacity: .3 }
@media (prefers-color-scheme: dark) {
  text { fill: #9da7b1 } .title, .row { fill: #e6edf3 }
}";

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
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" \
         aria-label=\"ironfence against the best peer of each row\">\n<style>{STYLE}</style>\n\
         <text class=\"title\" x=\"16\" y=\"26\">How many times as fast as the best peer</text>\n\
         <text x=\"16\" y=\"44\">The best of six async libraries, row by row. To the right: \
         ironfence is faster.</text>\n"
    );
    let end = height - BOTTOM;
    for octave in -MOST_OCTAVES..=MOST_OCTAVES {
        let x = AXIS + OCTAVE * f64::from(octave);
        let class = if octave == 0 { "axis" } else { "grid" };
        let label = match octave {
            0.. => format!("{}", 1 << octave),
            _ => format!("1/{}", 1 << -octave),
        };
        _ = writeln!(
            svg,
            "<line class=\"{class}\" x1=\"{x}\" x2=\"{x}\" y1=\"{TOP}\" y2=\"{end}\"/>\
             <text x=\"{x}\" y=\"{}\" text-anchor=\"middle\">{label}</text>",
            TOP - 6.0
        );
    }
    for (nth, bar) in bars.iter().enumerate() {
        bar.draw(&mut svg, TOP + ROW * nth as f64);
    }
    let machine = escaped(&Machine::this().describe());
    _ = writeln!(svg, "<text x=\"16\" y=\"{}\">{machine}</text>\n</svg>", height - 14.0);
    svg
}

impl<'a> Bar<'a> {
    fn of(line: &'a Line) -> Option<Self> {
        let best = line.against_best_peer?;
        let speed = 1.0 / best.ratio.median;
        // Of the waits the best is often had by starving others: they are for the table.
        let is_time = line.kind != Kind::Exact && line.measure.is_empty();
        (is_time && speed.is_finite() && speed > 0.0).then_some(Self { line, best, speed })
    }

    fn draw(&self, svg: &mut String, y: f64) {
        let most = f64::from(MOST_OCTAVES);
        let octaves = self.speed.log2().clamp(-most, most);
        let length = (octaves * OCTAVE).abs();
        let (class, x, label_x) = if octaves >= 0.0 {
            ("ahead", AXIS, AXIS + length + 6.0)
        } else {
            ("behind", AXIS - length, AXIS + 6.0)
        };
        let middle = y + ROW * 0.7;
        _ = writeln!(
            svg,
            "<text class=\"row\" x=\"{}\" y=\"{middle}\">{}</text>\
             <rect class=\"{class}\" x=\"{x:.1}\" y=\"{}\" width=\"{length:.1}\" height=\"{}\" \
             rx=\"2\"/><text x=\"{label_x:.1}\" y=\"{middle}\">{:.2} x \
             {}</text>",
            AXIS - most * OCTAVE - 12.0,
            escaped(&self.line.title()),
            y + 3.0,
            ROW - 6.0,
            self.speed,
            self.best.with,
        );
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
