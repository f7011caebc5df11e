//! The learned order, drawn: for Graphviz, and as a picture.

use alloc::{
    format,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::fmt::{self, Write as _};

use super::{
    graph::{GRAPH, Sort, Step},
    lock,
    row::at,
};

/// Which classes were taken while which were held. It displays as a line for each edge.
///
/// [`graph`](crate::check::graph) has an example.
#[derive(Clone, Debug)]
pub struct Graph {
    classes: Vec<String>,
    edges: Vec<Edge>,
}

#[derive(Clone, Debug)]
struct Edge {
    from: usize,
    to: usize,
    /// Where, and why it is allowed.
    about: String,
    is_allowed: bool,
    sort: Sort,
    /// Part of a circle.
    is_back: bool,
}

impl Graph {
    pub(crate) fn now() -> Self {
        let graph = lock(&GRAPH);
        let steps = graph.steps();
        let mut classes: Vec<_> =
            steps.iter().flat_map(|step| [step.from, step.to]).map(ToString::to_string).collect();
        classes.sort_unstable();
        classes.dedup();
        let number = |name: String| classes.binary_search(&name).unwrap_or_default();
        let edge = |step: &Step| {
            let reason = graph.reason(step.from, step.to);
            let mut about = format!("{}, then {}", at(step.seen.held_at), at(step.seen.asked_at));
            if let Some(reason) = reason {
                about += &format!(" (allowed: {reason})");
            }
            let (from, to) = (number(step.from.to_string()), number(step.to.to_string()));
            let (is_allowed, sort) = (reason.is_some(), step.seen.sort);
            Edge { from, to, about, is_allowed, sort, is_back: false }
        };
        let edges = steps.iter().map(edge).collect();
        let mut this = Self { classes, edges };
        for at in 0..this.edges.len() {
            let Edge { from, to, sort, .. } = this.edges[at];
            this.edges[at].is_back = this.leads(to, from, sort == Sort::Plain);
        }
        this
    }

    /// Only what is about classes whose name `keep` says yes to.
    ///
    /// ```
    /// let graph = ironfence::check::graph().only(|class| class.starts_with("Bank."));
    /// for (held, asked_for) in graph.edges() {
    ///     println!("{held} before {asked_for}");
    /// }
    /// ```
    #[must_use = "the graph itself stays as it is"]
    pub fn only(&self, keep: impl Fn(&str) -> bool) -> Self {
        let kept: Vec<_> = (0..self.classes.len()).filter(|&at| keep(&self.classes[at])).collect();
        let place = |class| kept.binary_search(&class).ok();
        let edges = self.edges.iter().filter_map(|edge| {
            let (from, to) = (place(edge.from)?, place(edge.to)?);
            Some(Edge { from, to, ..edge.clone() })
        });
        let classes = kept.iter().map(|&at| self.classes[at].clone()).collect();
        Self { edges: edges.collect(), classes }
    }

    /// The edges, each as the class that was held and the one that was asked for.
    ///
    /// [`only`](Graph::only) has an example.
    pub fn edges(&self) -> impl Iterator<Item = (&str, &str)> {
        self.edges.iter().map(|edge| (&*self.classes[edge.from], &*self.classes[edge.to]))
    }

    /// True if there is a circle, allowed edges left out.
    ///
    /// [`graph`](crate::check::graph) has an example.
    pub fn has_circle(&self) -> bool {
        self.edges.iter().any(|edge| edge.is_back)
    }

    /// True if edges lead from one to the other, a plain one among them unless one `was_plain`: groups that are
    /// taken by address, and steps forward in one value, close no circle alone.
    fn leads(&self, from: usize, to: usize, was_plain: bool) -> bool {
        let mut seen = vec![[false; 2]; self.classes.len()];
        let mut left = vec![(from, was_plain)];
        while let Some((class, has_plain)) = left.pop() {
            if class == to && has_plain {
                return true;
            }
            if !core::mem::replace(&mut seen[class][usize::from(has_plain)], true) {
                let next = self.edges.iter().filter(|edge| edge.from == class && !edge.is_allowed);
                left.extend(next.map(|it| (it.to, has_plain || it.sort == Sort::Plain)));
            }
        }
        false
    }

    /// Of a group, whose two edges are drawn as one.
    fn is_drawn(&self, edge: &Edge) -> bool {
        let is_together = |it: &Edge| it.sort == Sort::Together && !it.is_back;
        let is_back = |it: &Edge| (it.from, it.to) == (edge.to, edge.from) && is_together(it);
        edge.from < edge.to || !is_together(edge) || !self.edges.iter().any(is_back)
    }

    fn about(&self, edge: &Edge) -> &'static str {
        match (edge.is_allowed, edge.is_back, edge.sort) {
            (true, ..) => "allowed",
            (_, true, _) => "in a circle",
            (.., Sort::Together) => "together",
            _ => "",
        }
    }

    /// In Graphviz's language.
    ///
    /// [`graph`](crate::check::graph) has an example.
    pub fn to_dot(&self) -> String {
        let mut dot = String::from("digraph order {\n    rankdir = LR;\n    node [shape = box];\n");
        for class in &self.classes {
            _ = writeln!(dot, "    {class:?};");
        }
        for edge in self.edges.iter().filter(|edge| self.is_drawn(edge)) {
            let style = match (edge.is_allowed, edge.is_back, edge.sort) {
                (true, ..) => ", style = dashed",
                (_, true, _) => ", color = red",
                (.., Sort::Together) => ", style = dotted, dir = none",
                _ => "",
            };
            let (from, to) = (&self.classes[edge.from], &self.classes[edge.to]);
            _ = writeln!(dot, "    {from:?} -> {to:?} [tooltip = {:?}{style}];", edge.about);
        }
        dot + "}\n"
    }

    /// As a picture: what is taken first is on the left; circles are red, allowed edges dashed, locks
    /// that are taken together have a dotted line without a head. The places are in the titles, which a browser shows under the pointer.
    ///
    /// [`graph`](crate::check::graph) has an example.
    pub fn to_svg(&self) -> String {
        let columns = self.columns();
        let width = |class: usize| 24.0 + 7.3 * self.classes[class].chars().count() as f64;
        let (mut places, mut x, mut height) = (vec![(0.0, 0.0); self.classes.len()], 20.0, 0.0_f64);
        let most = columns.iter().map(Vec::len).max().unwrap_or(0) as f64;
        for column in &columns {
            let widest = column.iter().map(|&class| width(class)).fold(0.0, f64::max);
            let top = 20.0 + (most - column.len() as f64) * 30.0;
            for (row, &class) in column.iter().enumerate() {
                places[class] = (x, top + 60.0 * row as f64);
                height = height.max(places[class].1 + 60.0);
            }
            x += widest + 90.0;
        }
        let (full_width, height) = ((x - 70.0).max(40.0), height.max(40.0));
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{full_width:.0}\" height=\"{height:.0}\" \
             font-family=\"monospace\" font-size=\"12\">\n\
             <defs>{}{}</defs>\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n",
            arrow("a", "#456"),
            arrow("b", "#c22"),
        );
        for edge in self.edges.iter().filter(|edge| self.is_drawn(edge)) {
            let ((x1, y1), (x2, y2)) = (places[edge.from], places[edge.to]);
            let (x1, y1, y2) = (x1 + width(edge.from), y1 + 15.0, y2 + 15.0);
            let is_forth = x2 > x1;
            let bend = if is_forth { ((x2 - x1) / 2.0).max(30.0) } else { 60.0 };
            // Back to the left goes below, in a wider bend.
            let sag = if is_forth { 0.0 } else { 45.0 };
            let (color, head) =
                if edge.is_back && !edge.is_allowed { ("#c22", "b") } else { ("#456", "a") };
            let is_group = edge.sort == Sort::Together && !edge.is_back;
            let dash = match (edge.is_allowed, is_group) {
                (true, _) => " stroke-dasharray=\"5 4\"",
                (_, true) => " stroke-dasharray=\"1 4\"",
                _ => "",
            };
            let head =
                if is_group { String::new() } else { format!(" marker-end=\"url(#{head})\"") };
            _ = writeln!(
                svg,
                "<path d=\"M{x1:.0} {y1:.0} C{:.0} {:.0} {:.0} {:.0} {:.0} {y2:.0}\" fill=\"none\" \
                 stroke=\"{color}\"{head}{dash}><title>{}</title></path>",
                x1 + bend,
                y1 + sag,
                x2 - bend,
                y2 + sag,
                x2 - 2.0,
                escaped(&edge.about)
            );
        }
        for (class, name) in self.classes.iter().enumerate() {
            let (x, y) = places[class];
            _ = writeln!(
                svg,
                "<rect x=\"{x:.0}\" y=\"{y:.0}\" width=\"{:.0}\" height=\"30\" rx=\"4\" fill=\"#eef3f8\" \
                 stroke=\"#456\"/><text x=\"{:.0}\" y=\"{:.0}\">{}</text>",
                width(class),
                x + 12.0,
                y + 19.0,
                escaped(name)
            );
        }
        svg + "</svg>\n"
    }

    /// The classes by how many come before them at the most; a circle is broken where it is met.
    fn columns(&self) -> Vec<Vec<usize>> {
        let mut depths = vec![None; self.classes.len()];
        for class in 0..self.classes.len() {
            self.depth(class, &mut depths, &mut Vec::new());
        }
        let deepest = depths.iter().flatten().max().map_or(0, |deepest| deepest + 1);
        let mut columns = vec![Vec::new(); deepest];
        for (class, depth) in depths.iter().enumerate() {
            columns[depth.unwrap_or(0)].push(class);
        }
        columns
    }

    fn depth(&self, class: usize, depths: &mut [Option<usize>], path: &mut Vec<usize>) -> usize {
        if let Some(depth) = depths[class] {
            return depth;
        }
        path.push(class);
        let mut depth = 0;
        for edge in self.edges.iter().filter(|edge| edge.to == class) {
            if !path.contains(&edge.from) {
                depth = depth.max(self.depth(edge.from, depths, path) + 1);
            }
        }
        path.pop();
        depths[class] = Some(depth);
        depth
    }
}

/// A line for each edge: what is held, what is taken then, where, and whether it is part of a circle.
impl fmt::Display for Graph {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.edges.is_empty() {
            return f.write_str("ironfence: no lock was taken while another one was held");
        }
        let circle = if self.has_circle() { ", with a circle" } else { "" };
        write!(f, "ironfence: the order of {} locks{circle}", self.classes.len())?;
        for edge in self.edges.iter().filter(|edge| self.is_drawn(edge)) {
            let (from, to) = (&self.classes[edge.from], &self.classes[edge.to]);
            let then = if self.about(edge) == "together" { "and" } else { "then" };
            write!(f, "\n  `{from}` {then} `{to}`: {}", edge.about)?;
            match self.about(edge) {
                "" => {}
                about => write!(f, " ({about})")?,
            }
        }
        Ok(())
    }
}

#[cfg(feature = "serde")]
impl serde::Serialize for Graph {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct as _;

        #[derive(serde::Serialize)]
        struct Row<'a> {
            from: &'a str,
            to: &'a str,
            places: &'a str,
            is_allowed: bool,
            is_together: bool,
            is_in_circle: bool,
        }
        let rows = self.edges.iter().map(|edge| Row {
            from: &self.classes[edge.from],
            to: &self.classes[edge.to],
            places: &edge.about,
            is_allowed: edge.is_allowed,
            is_together: edge.sort == Sort::Together,
            is_in_circle: edge.is_back,
        });
        let mut graph = serializer.serialize_struct("Graph", 3)?;
        graph.serialize_field("classes", &self.classes)?;
        graph.serialize_field("edges", &rows.collect::<Vec<_>>())?;
        graph.serialize_field("has_circle", &self.has_circle())?;
        graph.end()
    }
}

fn arrow(id: &str, color: &str) -> String {
    format!(
        "<marker id=\"{id}\" viewBox=\"0 0 8 8\" refX=\"7\" refY=\"4\" markerWidth=\"8\" \
         markerHeight=\"8\" orient=\"auto\"><path d=\"M0 0 L8 4 L0 8 z\" fill=\"{color}\"/></marker>"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
