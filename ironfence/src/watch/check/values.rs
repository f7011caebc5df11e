//! What a value is called: which event it is, of all that have an `Event.seats`.
//!
//! A lock has the number of its value's name, and a name is kept as long as a lock has it.

use alloc::sync::Arc;
use core::sync::atomic::{AtomicU32, Ordering};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
};

use super::lock;
use crate::watch::class::Identity;

struct Name {
    text: Arc<str>,
    /// How many locks have it.
    locks: usize,
}

static NAMES: LazyLock<Mutex<HashMap<u32, Name>>> = LazyLock::new(Mutex::default);

/// A number for a name that locks are about to get.
pub(crate) fn number() -> u32 {
    static LAST: AtomicU32 = AtomicU32::new(0);
    // After four billions it begins anew, but never with 0, which stands for none.
    LAST.fetch_add(1, Ordering::Relaxed).wrapping_add(1).max(1)
}

/// The lock is of a value of this name.
pub(crate) fn name(mark: &Identity, number: u32, text: &Arc<str>) {
    let new = || Name { text: text.clone(), locks: 0 };
    lock(&NAMES).entry(number).or_insert_with(new).locks += 1;
    let_go(mark.is_of_value(number));
}

/// The lock is of no value that has a name.
pub(crate) fn forget(mark: &Identity) {
    let_go(mark.is_of_value(0));
}

/// One lock less has this name.
fn let_go(number: u32) {
    if number == 0 {
        return;
    }
    let mut names = lock(&NAMES);
    if let Some(name) = names.get_mut(&number) {
        name.locks -= 1;
        if name.locks == 0 {
            names.remove(&number);
        }
    }
}

/// What the value is called, as long as it is there.
pub(crate) fn name_of(number: u32) -> Option<Arc<str>> {
    if number == 0 {
        return None;
    }
    lock(&NAMES).get(&number).map(|name| name.text.clone())
}
