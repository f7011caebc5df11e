//! How an `await` ends with a value.
//!
//! From Python 3.12 on an end with a value is a `StopIteration` that the interpreter catches at once. Making
//! one costs more than a lock, so each lock keeps the one that has its value, for as long as nobody else has it.
#![allow(unsafe_code)]

use std::sync::{Mutex, PoisonError};

use pyo3::{PyTraverseError, PyVisit, exceptions::PyStopIteration, ffi, prelude::*};

/// The kept one.
#[derive(Debug, Default)]
pub(crate) struct Stop(Mutex<Option<Py<PyAny>>>);

impl Stop {
    /// Raises the end of an `await` that gives `value`. The value has to be the same as the last time, unless
    /// [`Stop::forget`] was called in between.
    #[inline]
    pub(crate) fn raise(&self, py: Python<'_>, value: Py<PyAny>) {
        let kept = {
            let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.as_ref().filter(|stop| is_fresh(py, stop)).map(|stop| stop.clone_ref(py))
        };
        match kept {
            Some(stop) => set(py, stop),
            None => self.raise_new(py, value),
        }
    }

    #[cold]
    fn raise_new(&self, py: Python<'_>, value: Py<PyAny>) {
        // As an argument: a tuple or an exception must not be taken apart.
        match py.get_type::<PyStopIteration>().call1((value,)) {
            Ok(stop) => {
                let stop = stop.unbind();
                let kept =
                    cfg!(not(any(Py_LIMITED_API, Py_GIL_DISABLED))).then(|| stop.clone_ref(py));
                let mut place = self.0.lock().unwrap_or_else(PoisonError::into_inner);
                let before = std::mem::replace(&mut *place, kept);
                drop(place);
                drop(before);
                set(py, stop);
            }
            Err(error) => error.restore(py),
        }
    }

    pub(crate) fn forget(&self) {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(kept);
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self.0.try_lock() {
            Ok(kept) => visit.call(&*kept),
            Err(_) => Ok(()),
        }
    }
}

/// An end of an `await` that is not kept.
pub(crate) fn stop_of(py: Python<'_>, value: Bound<'_, PyAny>) -> PyErr {
    match py.get_type::<PyStopIteration>().call1((value,)) {
        Ok(stop) => PyErr::from_value(stop),
        Err(error) => error,
    }
}

/// Nobody else has it, and it carries nothing of a former use.
#[cfg(not(any(Py_LIMITED_API, Py_GIL_DISABLED)))]
#[inline]
fn is_fresh(_py: Python<'_>, stop: &Py<PyAny>) -> bool {
    let raw: *mut ffi::PyObject = stop.as_ptr();
    // SAFETY: attached, and `stop` was made as a `StopIteration`, which begins as every exception does; the
    // interpreter's lock keeps all others from it.
    unsafe {
        let fields = raw.cast::<ffi::PyBaseExceptionObject>();
        ffi::Py_REFCNT(raw) == 1
            && (*fields).traceback.is_null()
            && (*fields).context.is_null()
            && (*fields).cause.is_null()
    }
}

#[cfg(any(Py_LIMITED_API, Py_GIL_DISABLED))]
fn is_fresh(_py: Python<'_>, _stop: &Py<PyAny>) -> bool {
    false
}

/// Makes it the current exception, as it is.
#[inline]
fn set(_py: Python<'_>, stop: Py<PyAny>) {
    // SAFETY: attached. The exception is ours, and given away. `restore` takes its class with it.
    unsafe {
        #[cfg(Py_3_12)]
        ffi::PyErr_SetRaisedException(stop.into_ptr());
        #[cfg(not(Py_3_12))]
        {
            let class = ffi::Py_TYPE(stop.as_ptr()).cast::<ffi::PyObject>();
            ffi::Py_INCREF(class);
            ffi::PyErr_Restore(class, stop.into_ptr(), std::ptr::null_mut());
        }
    }
}
