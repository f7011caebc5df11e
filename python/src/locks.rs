//! `Mutex` and `RWLock`: what a program makes.

use pyo3::{
    prelude::*,
    types::{PyDict, PyString, PyTuple},
};

use crate::{guard::Guard, hold::Mode, primitive::Primitive, shared::Shared, timeout::Timeout};

/// A value that one task or thread at a time may use. First come, first served.
#[pyclass(frozen, subclass, extends = Primitive, module = "ironfence")]
pub(crate) struct Mutex;

/// A value that many may read at once, or one may change.
#[pyclass(frozen, subclass, extends = Primitive, module = "ironfence", name = "RWLock")]
pub(crate) struct RwLock;

impl Mutex {
    fn guard<'py>(slf: &Bound<'py, Self>, timeout: Timeout) -> PyResult<Bound<'py, Guard>> {
        Guard::new(slf.as_super().clone(), Mode::Lock, timeout)
    }
}

#[pymethods]
impl Mutex {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn py_new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Primitive::new(Shared::mutex())).add_subclass(Self)
    }

    #[pyo3(signature = (value, *, name = None, owners = true))]
    fn __init__(
        slf: &Bound<'_, Self>,
        value: Py<PyAny>,
        name: Option<String>,
        owners: bool,
    ) -> PyResult<()> {
        slf.as_super().get().set_up(value, name, owners, true)
    }

    /// A guard to enter or to await.
    #[pyo3(signature = (*, timeout = Timeout::NONE))]
    fn lock<'py>(slf: &Bound<'py, Self>, timeout: Timeout) -> PyResult<Bound<'py, Guard>> {
        Self::guard(slf, timeout)
    }

    /// A guard that has the lock, or nothing.
    fn try_lock<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, Guard>>> {
        Guard::holding(slf.as_super().clone(), Mode::Lock)
    }
}

#[pymethods]
impl RwLock {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn py_new(
        _args: &Bound<'_, PyTuple>,
        _kwargs: Option<&Bound<'_, PyDict>>,
    ) -> PyClassInitializer<Self> {
        PyClassInitializer::from(Primitive::new(Shared::rwlock())).add_subclass(Self)
    }

    #[pyo3(signature = (value, fast = false, *, name = None, owners = true))]
    fn __init__(
        slf: &Bound<'_, Self>,
        value: Py<PyAny>,
        fast: bool,
        name: Option<String>,
        owners: bool,
    ) -> PyResult<()> {
        slf.as_super().get().set_up(value, name, owners, fast)
    }

    /// A guard to enter or to await, for reading beside others.
    #[pyo3(signature = (*, timeout = Timeout::NONE))]
    fn read<'py>(slf: &Bound<'py, Self>, timeout: Timeout) -> PyResult<Bound<'py, Guard>> {
        Guard::new(slf.as_super().clone(), Mode::Read, timeout)
    }

    /// A guard to enter or to await, for changing the value.
    #[pyo3(signature = (*, timeout = Timeout::NONE))]
    fn write<'py>(slf: &Bound<'py, Self>, timeout: Timeout) -> PyResult<Bound<'py, Guard>> {
        Guard::new(slf.as_super().clone(), Mode::Write, timeout)
    }

    /// A guard to enter or to await, for reading beside others as the one who may upgrade.
    #[pyo3(signature = (*, timeout = Timeout::NONE))]
    fn upgradable_read<'py>(
        slf: &Bound<'py, Self>,
        timeout: Timeout,
    ) -> PyResult<Bound<'py, Guard>> {
        Guard::new(slf.as_super().clone(), Mode::Upgradable, timeout)
    }

    /// A guard that reads, or nothing.
    fn try_read<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, Guard>>> {
        Guard::holding(slf.as_super().clone(), Mode::Read)
    }

    /// A guard that writes, or nothing.
    fn try_write<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, Guard>>> {
        Guard::holding(slf.as_super().clone(), Mode::Write)
    }

    /// A guard that may upgrade, or nothing.
    fn try_upgradable_read<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, Guard>>> {
        Guard::holding(slf.as_super().clone(), Mode::Upgradable)
    }
}

/// The docs of what is in `locked` and its kin, for `help()`.
pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Primitive>()?;
    module.add_class::<Mutex>()?;
    module.add_class::<RwLock>()?;
    module.add("__doc__", PyString::new(module.py(), "The native half of `ironfence`."))
}
