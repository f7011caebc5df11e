//! How long one waits at the most.

use pyo3::{
    exceptions::{PyTypeError, PyValueError},
    prelude::*,
};
use std::time::Duration;

/// How long one waits at the most, in seconds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timeout(f64);

impl Timeout {
    pub(crate) const NONE: Self = Self(f64::INFINITY);

    pub(crate) fn seconds(self) -> Option<f64> {
        (self.0 < f64::INFINITY).then_some(self.0)
    }

    pub(crate) fn duration(self) -> Option<Duration> {
        Duration::try_from_secs_f64(self.0).ok()
    }

    pub(crate) fn is_zero(self) -> bool {
        self.0 <= 0.0
    }
}

impl<'py> FromPyObject<'_, 'py> for Timeout {
    type Error = PyErr;

    fn extract(value: Borrowed<'_, 'py, PyAny>) -> PyResult<Self> {
        if value.is_none() {
            return Ok(Self::NONE);
        }
        match value.extract::<f64>() {
            Ok(seconds) if seconds >= 0.0 => Ok(Self(seconds)),
            Ok(seconds) => Err(PyValueError::new_err(format!(
                "`timeout` is a number of seconds, 0 or more, or None; not {seconds}"
            ))),
            Err(_) => Err(PyTypeError::new_err("`timeout` is a number of seconds, or None")),
        }
    }
}
