//! What the pictures share: the frame, the styles and the words in it.
//!
//! The colours suit light and dark pages; where the viewer tells which it is, the text too.

use std::fmt::{Display, Write};

use super::json::Machine;

const STYLE: &str = "\
text { font: 12px system-ui, sans-serif; fill: #57606a }
.title { font-size: 15px; font-weight: 600; fill: #24292f }
.strong { fill: #24292f }
.ahead { fill: #2f9e77 } .behind { fill: #d9822b }
.axis { stroke: #8b949e } .grid { stroke: #8b949e; stroke-opacity: .3 }
@media (prefers-color-scheme: dark) {
  text { fill: #9da7b1 } .title, .strong { fill: #e6edf3 }
}";

/// A picture that is being drawn.
pub(super) struct Picture {
    svg: String,
    height: f64,
}

/// Where a text stands, seen from its place.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

impl Picture {
    pub(super) fn new(width: f64, height: f64, title: &str, below: &str) -> Self {
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
             aria-label=\"{title}\">\n<style>{STYLE}</style>\n\
             <text class=\"title\" x=\"16\" y=\"26\">{title}</text>\n\
             <text x=\"16\" y=\"44\">{below}</text>\n"
        );
        Self { svg, height }
    }

    /// An element as it is written.
    pub(super) fn add(&mut self, element: impl Display) {
        _ = writeln!(self.svg, "{element}");
    }

    pub(super) fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) {
        let ((x1, y1), (x2, y2)) = (from, to);
        self.add(format_args!(
            "<line class=\"{class}\" x1=\"{x1:.1}\" x2=\"{x2:.1}\" y1=\"{y1:.1}\" y2=\"{y2:.1}\"/>"
        ));
    }

    pub(super) fn text(&mut self, class: &str, anchor: Anchor, at: (f64, f64), text: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let (x, y) = at;
        let text = escaped(text);
        self.add(format_args!(
            "<text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text>"
        ));
    }

    /// The whole file, with the machine at its foot.
    pub(super) fn finish(mut self) -> String {
        let foot = (16.0, self.height - 14.0);
        self.text("", Anchor::Start, foot, &Machine::this().describe());
        self.svg + "</svg>\n"
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;")
}
