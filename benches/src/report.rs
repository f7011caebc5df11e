//! The results, as people and programs want them.

pub(crate) mod json;
pub(crate) mod pages;
mod picture;
pub(crate) mod scaling;
pub(crate) mod svg;
pub(crate) mod table;

/// Three digits that count.
fn number(value: f64) -> String {
    match value.abs() {
        _ if value.fract() == 0.0 && value.abs() < 1e6 => format!("{value:.0}"),
        below if below < 10.0 => format!("{value:.2}"),
        below if below < 100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}
