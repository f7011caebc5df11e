//! What is counted of a class, a part for each thread that used it.
//!
//! Only the thread that has a part writes to it, so counting is a load and a store on a cache line of its own, and
//! no thread waits for another. A part is never freed: when its thread ends, the next thread that needs one takes it
//! over with all that is in it. So there are as many as threads were alive at once, and no count is ever lost.

use alloc::{boxed::Box, vec::Vec};
use core::sync::atomic::AtomicU64;
use std::{
    cell::RefCell,
    collections::HashMap,
    sync::{LazyLock, Mutex},
    thread_local,
};

use super::histogram::Histogram;
use crate::watch::class::{Class, lock};

/// One thread's part of a class. On cache lines of its own.
#[derive(Debug)]
#[repr(align(128))]
pub(crate) struct Counts {
    pub(crate) exclusive: AtomicU64,
    pub(crate) shared: AtomicU64,
    pub(crate) upgradable: AtomicU64,
    /// Of all these, how many had to wait.
    pub(crate) waited: AtomicU64,
    pub(crate) given_up: AtomicU64,
    /// Acquisitions before somebody who waited.
    pub(crate) passes: AtomicU64,
    pub(crate) wait: Histogram,
    pub(crate) hold: Histogram,
}

/// All parts of all classes that were ever used.
#[derive(Default)]
struct All {
    of: HashMap<u32, Parts>,
}

struct Parts {
    class: &'static Class,
    all: Vec<&'static Counts>,
    /// Those whose threads have ended.
    free: Vec<&'static Counts>,
}

static ALL: LazyLock<Mutex<All>> = LazyLock::new(Mutex::default);

thread_local! {
    static MINE: RefCell<Mine> = const { RefCell::new(Mine(Vec::new())) };
}

/// The thread's parts, by the numbers of their classes.
struct Mine(Vec<Option<&'static Counts>>);

impl Drop for Mine {
    fn drop(&mut self) {
        let mut all = lock(&ALL);
        for (number, counts) in self.0.drain(..).enumerate() {
            if let (Some(counts), Some(parts)) = (counts, all.of.get_mut(&(number as u32))) {
                parts.free.push(counts);
            }
        }
    }
}

impl Counts {
    const fn new() -> Self {
        Self {
            exclusive: AtomicU64::new(0),
            shared: AtomicU64::new(0),
            upgradable: AtomicU64::new(0),
            waited: AtomicU64::new(0),
            given_up: AtomicU64::new(0),
            passes: AtomicU64::new(0),
            wait: Histogram::new(),
            hold: Histogram::new(),
        }
    }
}

/// A part of the class that nobody else has.
#[cold]
fn take(class: &'static Class) -> &'static Counts {
    let mut all = lock(&ALL);
    let parts = all.of.entry(class.number);
    let parts = parts.or_insert_with(|| Parts { class, all: Vec::new(), free: Vec::new() });
    parts.free.pop().unwrap_or_else(|| {
        let counts: &'static Counts = Box::leak(Box::new(Counts::new()));
        parts.all.push(counts);
        counts
    })
}

/// Works on this thread's part of the class.
#[inline]
pub(crate) fn with(class: &'static Class, work: impl FnOnce(&Counts)) {
    let mine = MINE.try_with(|mine| {
        // A recorder or a subscriber that locks is called with nothing borrowed; so it is free here.
        let mine = mine.try_borrow().ok()?;
        mine.0.get(class.number as usize).copied().flatten()
    });
    match mine {
        Ok(Some(counts)) => work(counts),
        Ok(None) => work_on_new(class, work),
        Err(_) => work_at_the_end(class, work),
    }
}

#[cold]
fn work_on_new(class: &'static Class, work: impl FnOnce(&Counts)) {
    let counts = take(class);
    work(counts);
    _ = MINE.try_with(|mine| {
        let mut mine = mine.borrow_mut();
        let at = class.number as usize;
        if mine.0.len() <= at {
            mine.0.resize(at + 1, None);
        }
        mine.0[at] = Some(counts);
    });
}

/// The thread ends, and has given its parts back.
#[cold]
fn work_at_the_end(class: &'static Class, work: impl FnOnce(&Counts)) {
    let counts = take(class);
    work(counts);
    if let Some(parts) = lock(&ALL).of.get_mut(&class.number) {
        parts.free.push(counts);
    }
}

/// Shows each class with all its parts.
pub(crate) fn each(mut show: impl FnMut(&'static Class, &[&'static Counts])) {
    for parts in lock(&ALL).of.values() {
        show(parts.class, &parts.all);
    }
}
