//! The picture of the rows in which one rwlock is read from more and more threads: a line for each library.

use std::{fs, io, path::Path};

use super::{
    number,
    picture::{Anchor, Picture},
};
use crate::{library::Library, results::Line, rows::scaling::threads_of};

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 460.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 640.0;
const TOP: f64 = 70.0;
const BOTTOM: f64 = 390.0;
/// How far the names at the lines' ends are apart, at least.
const NAME: f64 = 16.0;

/// Of a library: how many million reads a second, from how many threads.
struct Curve {
    library: Library,
    points: Vec<(usize, f64)>,
}

/// Writes the file.
///
/// # Errors
/// If it can't be written, or none of the rows was measured.
pub(crate) fn write(path: &Path, lines: &[Line]) -> io::Result<()> {
    let nothing = || io::Error::other("there is nothing to draw: ask for `--rows 'reads scale'`");
    fs::write(path, picture(lines).ok_or_else(nothing)?)
}

fn picture(lines: &[Line]) -> Option<String> {
    let mut curves: Vec<_> = Library::ALL.iter().filter_map(|of| Curve::of(*of, lines)).collect();
    curves.sort_by(|a, b| b.last().1.total_cmp(&a.last().1));
    let most_threads = curves.iter().map(|curve| curve.last().0).max()?;
    let all_reads = curves.iter().flat_map(|curve| &curve.points).map(|(_, reads)| *reads);
    let step = round_step(all_reads.fold(0.0, f64::max) / 5.0);
    let scale = Scale { most_threads, most_reads: 6.0 * step };

    let mut picture = Picture::new(
        WIDTH,
        HEIGHT,
        "Reads of one rwlock, from one thread and from more",
        "Million reads a second, all threads together. Higher is better.",
    );
    for nth in 0..=6 {
        let reads = step * f64::from(nth);
        let y = scale.y(reads);
        picture.line(if nth == 0 { "axis" } else { "grid" }, (LEFT, y), (RIGHT, y));
        picture.text("", Anchor::End, (LEFT - 8.0, y + 4.0), &number(reads));
    }
    for (threads, _) in curves.first().into_iter().flat_map(|curve| &curve.points) {
        let name = if *threads == 1 { "1 thread".into() } else { format!("{threads} threads") };
        picture.text("", Anchor::Middle, (scale.x(*threads), BOTTOM + 18.0), &name);
    }
    let mut last_name = f64::NEG_INFINITY;
    for curve in &curves {
        curve.draw(&mut picture, &scale, &mut last_name);
    }
    Some(picture.finish())
}

struct Scale {
    most_threads: usize,
    most_reads: f64,
}

impl Scale {
    fn x(&self, threads: usize) -> f64 {
        let steps = (self.most_threads - 1).max(1) as f64;
        LEFT + 30.0 + (threads - 1) as f64 / steps * (RIGHT - LEFT - 60.0)
    }

    fn y(&self, reads: f64) -> f64 {
        BOTTOM - reads / self.most_reads * (BOTTOM - TOP)
    }
}

/// The next one of 1, 2 and 5, times a power of ten.
fn round_step(least: f64) -> f64 {
    let power = 10_f64.powf(least.log10().floor());
    let of_power = [1.0, 2.0, 5.0].into_iter().find(|step| step * power >= least);
    of_power.unwrap_or(10.0) * power
}

impl Curve {
    fn of(library: Library, lines: &[Line]) -> Option<Self> {
        let point = |line: &Line| {
            let nanos = line.cell(library)?.summary.median;
            Some((threads_of(&line.row)?, 1000.0 / nanos))
        };
        let points: Vec<_> = lines.iter().filter_map(point).collect();
        (!points.is_empty()).then_some(Self { library, points })
    }

    fn last(&self) -> (usize, f64) {
        *self.points.last().expect("a curve has a point")
    }

    fn draw(&self, picture: &mut Picture, scale: &Scale, last_name: &mut f64) {
        let (colour, width) = style(self.library);
        let at = |(threads, reads): &(usize, f64)| (scale.x(*threads), scale.y(*reads));
        let places: Vec<_> = self.points.iter().map(at).collect();
        let path: Vec<_> = places.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect();
        picture.add(format_args!(
            "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"{width}\"/>",
            path.join(" ")
        ));
        for (x, y) in &places {
            picture.add(format_args!(
                "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"{}\" fill=\"{colour}\"/>",
                width + 1.0
            ));
        }
        let (x, y) = at(&self.last());
        *last_name = y.max(*last_name + NAME);
        let name = (RIGHT + 14.0, *last_name + 4.0);
        picture.add(format_args!(
            "<line x1=\"{:.1}\" y1=\"{y:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" \
             stroke-opacity=\".5\"/>",
            x + 6.0,
            RIGHT + 10.0,
            *last_name
        ));
        let class = if self.library == Library::Ironfence { "strong" } else { "" };
        let text = format!("{}  {}", self.library, number(self.last().1));
        picture.text(class, Anchor::Start, name, &text);
    }
}

/// The colour and the width of a line. Neighbours differ in brightness too.
fn style(library: Library) -> (&'static str, f64) {
    match library {
        Library::Ironfence => ("#2f9e77", 3.0),
        Library::ArcSwap => ("#d9822b", 1.5),
        Library::ParkingLot => ("#3b7dd8", 1.5),
        Library::Std => ("#8a63d2", 1.5),
        Library::Tokio => ("#c94f6d", 1.5),
        _ => ("#8b949e", 1.5),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_round_and_large_enough() {
        for (least, step) in [(0.9, 1.0), (1.0, 1.0), (1.1, 2.0), (43.0, 50.0), (51.0, 100.0)] {
            assert!((round_step(least) - step).abs() < 1e-9, "{least}: {}", round_step(least));
        }
    }
}
