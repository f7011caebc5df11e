//! Deadlocks: a task that waits for itself, and tasks that wait for each other.
//!
//! Looked for when somebody queues, and never before. Who waits for whom is known from the books of the
//! locks; a guard whose owner is not known, or was disowned, blames nobody.

use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use pyo3::{intern, prelude::*, types::PyList};

use crate::{book::Key, hold::Mode, host::OwnerId, number::ByNumber, shared::Shared};

/// What somebody waits for.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub(crate) lock: Arc<Shared>,
    pub(crate) mode: Mode,
    pub(crate) upgrades: Option<Key>,
}

/// Who waits now. It has no reference to anything of Python's: a guard that waits keeps its task alive.
static WAITS: LazyLock<Mutex<ByNumber<OwnerId, Want>>> = LazyLock::new(Mutex::default);

fn waits() -> MutexGuard<'static, ByNumber<OwnerId, Want>> {
    WAITS.lock().unwrap_or_else(PoisonError::into_inner)
}

pub(crate) fn begin(owner: OwnerId, want: Want) {
    if owner != OwnerId::NOBODY {
        let before = waits().insert(owner, want);
        drop(before);
    }
}

pub(crate) fn end(owner: OwnerId) {
    if owner != OwnerId::NOBODY {
        let before = waits().remove(&owner);
        drop(before);
    }
}

/// The circle that `me` waits in, beginning with it; each one waits for what the next one has, or is to have.
fn find(me: OwnerId) -> Option<Vec<(OwnerId, Want)>> {
    let mut seen = ByNumber::<OwnerId, ()>::default();
    let mut path: Vec<(OwnerId, Want, Vec<OwnerId>)> = Vec::new();
    let step = |id: OwnerId| {
        let waits = waits();
        let want = waits.get(&id)?.clone();
        // Of thousands who read, those who wait for nothing block nobody for ever.
        let matters = |blocker: &OwnerId| *blocker == me || waits.contains_key(blocker);
        let blockers = want
            .lock
            .book
            .with(|pages| pages.blockers(id, want.mode, want.upgrades).filter(matters).collect());
        Some((id, want, blockers))
    };
    path.push(step(me)?);
    while let Some((.., blockers)) = path.last_mut() {
        match blockers.pop() {
            Some(next) if next == me => {
                return Some(path.into_iter().map(|(id, want, _)| (id, want)).collect());
            }
            Some(next) if seen.contains_key(&next) => {}
            Some(next) => {
                if let Some(more) = step(next) {
                    seen.insert(next, ());
                    path.push(more);
                }
            }
            None => drop(path.pop()),
        }
    }
    None
}

/// Says so if the one who has just queued waits for itself. An error if the program wants one.
pub(crate) fn look(py: Python<'_>, me: OwnerId) -> PyResult<()> {
    if me == OwnerId::NOBODY {
        return Ok(());
    }
    let Some(circle) = find(me) else { return Ok(()) };
    let parties = PyList::empty(py);
    for (place, (id, want)) in circle.iter().enumerate() {
        let (_, before) = &circle[(place + circle.len() - 1) % circle.len()];
        let has = before.lock.book.with(|pages| pages.mode_of(*id));
        parties.append((
            task_of(py, *id, want),
            id.thread_ident(),
            before.lock.name(),
            has.map(Mode::name),
            want.lock.name(),
            want.mode.name(),
        ))?;
    }
    let report = py.import(intern!(py, "ironfence._report"))?;
    report.call_method1(intern!(py, "deadlock"), (parties,))?;
    Ok(())
}

/// The task that waits so, if it does so still.
#[allow(unsafe_code)]
fn task_of(py: Python<'_>, id: OwnerId, want: &Want) -> Option<Py<PyAny>> {
    want.lock.book.with(|pages| {
        let waiter = pages.waiters().find(|waiter| waiter.owner == id)?;
        // SAFETY: it stands in the book, and that is open.
        unsafe { waiter.owner.task(py) }
    })
}
