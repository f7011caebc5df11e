//! The loop that runs in this thread, before Python 3.12.
//!
//! There `asyncio._get_running_loop` asks the system for the process's number each time, which takes as long as half a
//! lock. The answer lies in the thread's dictionary, in an object that has the loop. These versions
//! get no changes any more, so the object stays what it is; and it is looked at only if it has been seen to agree with
//! the function. (A fork in the middle of a task is not noticed here: the child goes on as that task.)
#![allow(unsafe_code)]
#![cfg(not(any(Py_3_12, Py_LIMITED_API)))]

use std::{
    ffi::CStr,
    sync::atomic::{AtomicPtr, Ordering},
};

use pyo3::{ffi, intern, prelude::*};

/// `PyRunningLoopHolder` of `_asynciomodule.c`, as far as it matters.
#[repr(C)]
struct Holder {
    head: ffi::PyObject,
    running: *mut ffi::PyObject,
}

/// The class of the holders, from when one has been seen to agree. It is static.
static CLASS: AtomicPtr<ffi::PyTypeObject> = AtomicPtr::new(std::ptr::null_mut());

/// This thread's holder. Borrowed from the thread's dictionary.
fn here(py: Python<'_>) -> Option<*mut ffi::PyObject> {
    let key = intern!(py, "__asyncio_running_event_loop__");
    // SAFETY: attached. Both answers are borrowed, and null if there is none; a lookup of a string in a
    // dictionary of strings raises nothing.
    let holder = unsafe {
        let dict = ffi::PyThreadState_GetDict();
        if dict.is_null() {
            return None;
        }
        ffi::PyDict_GetItem(dict, key.as_ptr())
    };
    (!holder.is_null()).then_some(holder)
}

/// The loop that runs in this thread, if that can be said.
#[inline]
pub(super) fn running_loop(py: Python<'_>) -> Option<Bound<'_, PyAny>> {
    let holder = here(py)?;
    // SAFETY: attached. The class says that it is a `Holder`, whose loop is there as long as it is: nobody takes it
    // out of the dictionary before this has a reference, since no Python runs in between.
    unsafe {
        // ORDERING: Relaxed, an address to compare with.
        if ffi::Py_TYPE(holder) != CLASS.load(Ordering::Relaxed) {
            return None;
        }
        let running = (*holder.cast::<Holder>()).running;
        let is_there = !running.is_null() && running != ffi::Py_None();
        is_there.then(|| Bound::from_borrowed_ptr(py, running))
    }
}

/// Told what runs, by the function: from now on the holder is believed, if it is what it is thought to be.
pub(super) fn is_known(py: Python<'_>, running: &Bound<'_, PyAny>) {
    // ORDERING: Relaxed, as above.
    if !CLASS.load(Ordering::Relaxed).is_null() {
        return;
    }
    let Some(holder) = here(py) else { return };
    // SAFETY: attached, and the holder is an object. It is read as a `Holder` only if its class has that name and is
    // as large.
    unsafe {
        let class = ffi::Py_TYPE(holder);
        let is_large = (*class).tp_basicsize >= size_of::<Holder>() as ffi::Py_ssize_t;
        if is_large
            && CStr::from_ptr((*class).tp_name) == c"_RunningLoopHolder"
            && (*holder.cast::<Holder>()).running == running.as_ptr()
        {
            CLASS.store(class, Ordering::Relaxed);
        }
    }
}
