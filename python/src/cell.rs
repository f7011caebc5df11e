//! Where what changes is kept: nobody ever waits for one of these while attached to the interpreter.
#![allow(unsafe_code)]

use std::{
    cell::UnsafeCell,
    ops::{Deref, DerefMut},
    sync::atomic::{AtomicBool, Ordering},
};

/// What one thread at a time works with. Who comes meanwhile is refused, never made to wait: so it may be
/// kept while Python is called, which may come back to it, or let another thread run.
#[derive(Debug)]
pub(crate) struct Turnstile<T> {
    is_busy: AtomicBool,
    value: UnsafeCell<T>,
}

/// The turn of one thread. It ends when this is dropped.
pub(crate) struct Turn<'a, T>(&'a Turnstile<T>);

// SAFETY: `&Turnstile` gives `&mut T` to one thread at a time, hence `T: Send`; never to two at once, hence
// no `T: Sync`.
unsafe impl<T: Send> Sync for Turnstile<T> {}

impl<T> Turnstile<T> {
    pub(crate) fn new(value: T) -> Self {
        Self { is_busy: AtomicBool::new(false), value: UnsafeCell::new(value) }
    }

    /// The value, unless somebody works with it.
    #[inline]
    pub(crate) fn enter(&self) -> Option<Turn<'_, T>> {
        // ORDERING: Acquire, with the Release of the turn before.
        (!self.is_busy.swap(true, Ordering::Acquire)).then(|| Turn(self))
    }

    /// The value of one that nobody else can reach.
    pub(crate) fn get_mut(&mut self) -> &mut T {
        self.value.get_mut()
    }
}

impl<T> Deref for Turn<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `is_busy` was false and is true now, by us: so there is no other turn, and `get_mut` needs
        // `&mut`. Nobody else reaches the value.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Turn<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: as in `deref`, and the turn is borrowed for as long as what is returned.
        unsafe { &mut *self.0.value.get() }
    }
}

impl<T> Drop for Turn<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // ORDERING: Release, with the Acquire of the next turn.
        self.0.is_busy.store(false, Ordering::Release);
    }
}
