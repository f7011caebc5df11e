//! Looking again, for tasks of asyncio.
//!
//! Who queues while the lock is kept for another one looks again soon, since that one may never come (the core
//! says when). To run the task for each look would cost as much as a lock. So each loop makes a round once in
//! a while, as long as somebody wants one, and looks for all of them; a task runs when its look has found the lock.

use std::{
    cell::RefCell,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use pyo3::{intern, prelude::*};

use crate::{
    host::running_loop,
    sleeper::{Look, Sleeper},
};

/// Seconds from round to round. The core looks some 60 times before it passes over one that does not come.
const PAUSE: f64 = 0.001;

/// Those of one loop who want to look again.
#[derive(Debug, Default)]
struct List(Mutex<Waiting>);

#[derive(Debug, Default)]
struct Waiting {
    sleepers: Vec<Weak<Sleeper>>,
    /// The loop will not call again.
    has_ended: bool,
}

/// What the loop calls. The loop alone keeps it alive.
#[pyclass(frozen)]
struct Round {
    list: Arc<List>,
}

thread_local! {
    /// The list of the loop that ran here last, by that loop's address.
    static HERE: RefCell<Option<(usize, Weak<List>)>> = const { RefCell::new(None) };
}

impl List {
    fn open(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// False if nobody comes for it any more.
    fn add(&self, sleeper: &Arc<Sleeper>) -> bool {
        let mut waiting = self.open();
        if !waiting.has_ended {
            waiting.sleepers.push(Arc::downgrade(sleeper));
        }
        !waiting.has_ended
    }
}

/// Has this one looked for soon. Said by a task of the loop, which runs.
pub(crate) fn add(running: &Bound<'_, PyAny>, sleeper: &Arc<Sleeper>) -> PyResult<()> {
    let address = running.as_ptr() as usize;
    // The address is that of this very loop: while the list lives, so does the loop that has it.
    let known = HERE.with_borrow(|here| match here {
        Some((of, list)) if *of == address => list.upgrade(),
        _ => None,
    });
    if known.is_some_and(|list| list.add(sleeper)) {
        return Ok(());
    }
    let list = Arc::<List>::default();
    list.add(sleeper);
    HERE.set(Some((address, Arc::downgrade(&list))));
    call_later(running, Bound::new(running.py(), Round { list })?)
}

fn call_later(running: &Bound<'_, PyAny>, round: Bound<'_, Round>) -> PyResult<()> {
    running.call_method1(intern!(running.py(), "call_later"), (PAUSE, round)).map(drop)
}

#[pymethods]
impl Round {
    fn __call__(slf: &Bound<'_, Self>) -> PyResult<()> {
        let list = &slf.get().list;
        let sleepers = std::mem::take(&mut list.open().sleepers);
        let again = sleepers.into_iter().filter(|sleeper| {
            sleeper.upgrade().is_some_and(|sleeper| sleeper.look() == Look::Again)
        });
        let again: Vec<_> = again.collect();
        {
            let mut waiting = list.open();
            waiting.sleepers.extend(again);
            if waiting.sleepers.is_empty() {
                waiting.has_ended = true;
                return Ok(());
            }
        }
        match running_loop(slf.py())? {
            Some(running) => call_later(&running, slf.clone()),
            None => Ok(()), // not called by its loop
        }
    }
}
