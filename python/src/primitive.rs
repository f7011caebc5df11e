//! `Primitive`: what both locks are, without the ways to take them.

use std::sync::{Arc, Mutex as StdMutex, PoisonError};

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyTypeError, PyValueError},
    intern,
    prelude::*,
    types::{PyDict, PyTuple, PyType},
};

use crate::{
    hold::{Core, Mode},
    host::OwnerId,
    shared::Shared,
    stop::Stop,
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

impl Primitive {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self { shared, value: StdMutex::new(None), stop: Stop::default() }
    }

    pub(crate) fn set_up(
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
        self.shared.name_if_new(name);
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
        self.shared.book.with(|pages| pages.set_name(name));
    }

    /// Those who have it.
    #[getter]
    fn holders<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        let parties: Vec<_> = self.shared.book.with(|pages| {
            pages.holders().into_iter().map(|entry| party(py, entry.owner, entry.mode())).collect()
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
        self.shared.name_if_new(name);
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
