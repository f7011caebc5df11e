//! The native half of the Python package `ironfence`.
//!
//! A file imports from groups above its own only; `tests/test_layers.py` checks that.

// What changes, and who
mod cell;
mod host;
mod number;

// The core's locks without their types
mod hold;

// What is known of one
mod book;

mod shared;

// Waiting
mod circle;
mod sleeper;
mod stop;
mod timeout;

mod lookout;

mod wait;

// What Python sees
mod done;
mod primitive;
mod slots;

mod guard;

mod locks;

/// The native half of `ironfence`.
#[pyo3::pymodule(gil_used = false)]
fn _native(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
    guard::add_to(module)?;
    locks::add_to(module)
}
