//! An awaitable that has ended, and what is thrown into one.

use pyo3::{intern, prelude::*, sync::PyOnceLock};

use crate::stop::stop_of;

/// What `__aexit__` returns: an awaitable that has ended.
#[pyclass(frozen, module = "ironfence")]
pub(crate) struct Done;

#[pymethods]
impl Done {
    fn __await__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__(&self) -> Option<Py<PyAny>> {
        None
    }

    fn send(&self, py: Python<'_>, _value: &Bound<'_, PyAny>) -> PyResult<()> {
        Err(stop_of(py, py.None().into_bound(py)))
    }

    #[pyo3(signature = (kind, value = None, traceback = None))]
    fn throw(
        &self,
        kind: Bound<'_, PyAny>,
        value: Option<Bound<'_, PyAny>>,
        traceback: Option<Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        Err(thrown(kind, value, traceback)?)
    }

    fn close(&self) {}
}

/// One for all.
pub(crate) fn done(py: Python<'_>) -> PyResult<Py<Done>> {
    static DONE: PyOnceLock<Py<Done>> = PyOnceLock::new();
    DONE.get_or_try_init(py, || Py::new(py, Done)).map(|done| done.clone_ref(py))
}

/// What `throw` was called with, as an exception.
pub(crate) fn thrown(
    kind: Bound<'_, PyAny>,
    value: Option<Bound<'_, PyAny>>,
    traceback: Option<Bound<'_, PyAny>>,
) -> PyResult<PyErr> {
    let py = kind.py();
    let value = value.filter(|value| !value.is_none());
    let error = match (kind.is_instance_of::<pyo3::exceptions::PyBaseException>(), value) {
        (true, _) => kind,
        (false, None) => kind.call0()?,
        (false, Some(value)) if value.is_instance(&kind)? => value,
        (false, Some(value)) => kind.call1((value,))?,
    };
    if let Some(traceback) = traceback.filter(|traceback| !traceback.is_none()) {
        error.call_method1(intern!(py, "with_traceback"), (traceback,))?;
    }
    Ok(PyErr::from_value(error))
}
