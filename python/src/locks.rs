//! `Primitive`, `Mutex` and `RWLock`: what a program makes.

use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyDict, PyString, PyTuple, PyType},
};

use crate::{
    guard::Guard,
    hold::{Core, Mode},
    host::OwnerId,
    shared::Shared,
    stop::Stop,
    timeout::Timeout,
};

/// What both locks are: a value, and beside it the lock that guards it.
#[pyclass(frozen, subclass, weakref, dict, module = "ironfence")]
pub(crate) struct Primitive {
    pub(crate) shared: Arc<Shared>,
    /// Nothing before `__init__`, and after the garbage collector has cleared it.
    value: StdMutex<Option<Py<PyAny>>>,
    /// The end of an `await` that has the value.
    pub(crate) stop: Stop,
}

/// A value that one task or thread at a time may use. First come, first served.
#[pyclass(frozen, subclass, extends = Primitive, module = "ironfence")]
pub(crate) struct Mutex;

/// A value that many may read at once, or one may change.
#[pyclass(frozen, subclass, extends = Primitive, module = "ironfence", name = "RWLock")]
pub(crate) struct RwLock;

impl Primitive {
    fn new(shared: Arc<Shared>) -> Self {
        Self { shared, value: StdMutex::new(None), stop: Stop::default() }
    }

    fn set_up(
        &self,
        value: Py<PyAny>,
        name: Option<String>,
        knows_owners: bool,
        is_fast: bool,
    ) -> PyResult<()> {
        let mut place = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        if place.is_some() {
            drop(place);
            let kind = self.shared.kind();
            return Err(PyRuntimeError::new_err(format!(
                "a {kind} is made once: set `.value` of a guard to change what it guards"
            )));
        }
        *place = Some(value);
        drop(place);
        self.shared.set_up(name, knows_owners, is_fast);
        Ok(())
    }

    /// What is guarded. For who has the lock.
    #[inline]
    pub(crate) fn value(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner);
        match &*value {
            Some(value) => Ok(value.clone_ref(py)),
            None => Err(self.has_no_value()),
        }
    }

    #[cold]
    fn has_no_value(&self) -> PyErr {
        let kind = self.shared.kind();
        PyRuntimeError::new_err(format!(
            "this {kind} has no value: a class that inherits from {kind} and has an `__init__` has to \
             call `super().__init__(value)`"
        ))
    }

    /// Changes what is guarded. For who has the lock alone.
    pub(crate) fn set_value(&self, value: Py<PyAny>) {
        let before = self.value.lock().unwrap_or_else(PoisonError::into_inner).replace(value);
        self.stop.forget();
        drop(before);
    }
}

#[pymethods]
impl Primitive {
    #[new]
    #[pyo3(signature = (*_args, **_kwargs))]
    fn py_new(_args: &Bound<'_, PyTuple>, _kwargs: Option<&Bound<'_, PyDict>>) -> Self {
        Self::new(Shared::mutex())
    }

    #[pyo3(signature = (value))]
    fn __init__(&self, value: Py<PyAny>) -> PyResult<()> {
        self.set_up(value, None, true, true)
    }

    #[classmethod]
    fn __class_getitem__(
        class: &Bound<'_, PyType>,
        item: &Bound<'_, PyAny>,
    ) -> PyResult<Py<PyAny>> {
        let py = class.py();
        let alias = py.import(intern!(py, "types"))?.getattr(intern!(py, "GenericAlias"))?;
        Ok(alias.call1((class, item))?.unbind())
    }

    /// Names a lock of a class by its place.
    fn __set_name__(&self, class: &Bound<'_, PyType>, name: &str) -> PyResult<()> {
        let name = format!("{}.{name}", class.name()?.to_string_lossy());
        self.shared.book.with(|pages| _ = pages.name.get_or_insert_with(|| name.into()));
        Ok(())
    }

    /// True if somebody has it.
    #[getter]
    fn locked(&self) -> bool {
        self.shared.book.with(|pages| pages.is_held())
    }

    /// What reports call it.
    #[getter]
    fn name(&self) -> String {
        self.shared.name()
    }

    #[setter]
    fn set_name(&self, name: String) {
        self.shared.book.with(|pages| pages.name = Some(name.into()));
    }

    /// Those who have it.
    #[getter]
    fn holders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let parties: Vec<_> = self.shared.book.with(|pages| {
            pages.entries().map(|entry| party(py, entry.owner, entry.mode())).collect()
        });
        parties_of(py, parties)
    }

    /// Those who wait for it, in their order.
    #[getter]
    fn waiting<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let parties: Vec<_> = self.shared.book.with(|pages| {
            pages.waiters().map(|waiter| party(py, waiter.owner, waiter.mode)).collect()
        });
        parties_of(py, parties)
    }

    #[getter]
    fn _number(&self) -> u64 {
        self.shared.number()
    }

    /// Makes it a field of a guarded object, in the order of declaration.
    fn _settle(&self, name: String) -> PyResult<()> {
        if !self.shared.settle() {
            return Err(PyValueError::new_err(format!(
                "{name} can't be {}: a lock is a field of one object",
                self.shared.name()
            )));
        }
        self.shared.book.with(|pages| _ = pages.name.get_or_insert_with(|| name.into()));
        Ok(())
    }

    fn __repr__(slf: &Bound<'_, Self>) -> PyResult<String> {
        let shared = &slf.get().shared;
        let (class, name) = (slf.get_type().name()?, shared.name());
        let seen = shared.book.with(|pages| (pages.is_held(), pages.waiters().count()));
        let state = match seen {
            (false, _) => "unlocked".into(),
            (true, 0) => "locked".into(),
            (true, waiting) => format!("locked, {waiting} waiting"),
        };
        Ok(format!("<{class} {name:?}: {state}>"))
    }

    fn __reduce__(&self) -> PyResult<Py<PyAny>> {
        let kind = self.shared.kind();
        Err(PyTypeError::new_err(format!(
            "a {kind} can't be pickled or copied, since nobody could say who has the copy: pickle or copy \
             the value, `with lock.{}() as value: ..`, and make a new {kind} of it",
            match self.shared.core {
                Core::Mutex(_) => "lock",
                Core::RwLock(_) => "read",
            }
        )))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        if let Ok(value) = self.value.try_lock() {
            visit.call(&*value)?;
        }
        self.stop.traverse(&visit)
    }

    fn __clear__(&self) {
        let value = self.value.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.stop.forget();
        drop(value);
    }
}

/// A task or the ident of a thread, and how it has or wants a lock.
type Party = (Option<Py<PyAny>>, Option<u64>, &'static str);

/// One of those in a book that is open.
#[allow(unsafe_code)]
fn party(py: Python<'_>, owner: OwnerId, mode: Mode) -> Party {
    // SAFETY: it stands in the book, and that is open.
    (unsafe { owner.task(py) }, owner.thread_ident(), mode.name())
}

fn parties_of(py: Python<'_>, parties: Vec<Party>) -> PyResult<Bound<'_, PyTuple>> {
    let make = py.import(intern!(py, "ironfence._report"))?.getattr(intern!(py, "party"))?;
    let parties = parties.into_iter().map(|party| make.call1(party));
    PyTuple::new(py, parties.collect::<PyResult<Vec<_>>>()?)
}

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
