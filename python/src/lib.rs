//! The native half of the Python package `ironfence`. Imports go downwards in this list only.

// What changes, and who
mod cell;
mod host;

// The core's locks without their types, and what is known of one
mod book;
mod hold;
mod shared;

// Waiting
mod circle;
mod sleeper;
mod stop;
mod timeout;
mod wait;

// What Python sees
mod done;
mod guard;
mod locks;
mod slots;

/// The native half of `ironfence`.
#[pyo3::pymodule(gil_used = false)]
fn _native(module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
    guard::add_to(module)?;
    locks::add_to(module)
}
