//! Slots that PyO3 fills with more than they need.
//!
//! Each `async with` asks twice for the iterator of an awaitable that is its own iterator, and once for the end of one
//! that has ended. PyO3's wrappers around these three cost a sixth of the whole. In a wheel for all
//! versions (`abi3`) they stay, since types are opaque there.
#![allow(unsafe_code)]
#![cfg(not(Py_LIMITED_API))]

use pyo3::{ffi, prelude::*, types::PyType};

/// An awaitable, and an iterator, that is its own iterator.
pub(crate) fn is_its_own_iterator(class: &Bound<'_, PyType>) {
    let raw = class.as_type_ptr();
    // SAFETY: attached. A class of PyO3's lies on the heap, so it has `tp_as_async`, and nobody uses it before the
    // module is there. `itself` is what both slots ask for.
    unsafe {
        (*raw).tp_iter = Some(itself);
        (*(*raw).tp_as_async).am_await = Some(itself);
        ffi::PyType_Modified(raw);
    }
}

/// An iterator that has ended.
pub(crate) fn has_ended(class: &Bound<'_, PyType>) {
    let raw = class.as_type_ptr();
    // SAFETY: as above; `ended` is what the slot asks for.
    unsafe {
        (*raw).tp_iternext = Some(ended);
        ffi::PyType_Modified(raw);
    }
}

unsafe extern "C" fn itself(object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    // SAFETY: the interpreter calls it with an object that is alive, and takes a new reference to it.
    unsafe { ffi::Py_INCREF(object) };
    object
}

unsafe extern "C" fn ended(_object: *mut ffi::PyObject) -> *mut ffi::PyObject {
    std::ptr::null_mut() // without an exception: the end, with None
}
