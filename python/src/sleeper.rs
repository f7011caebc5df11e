//! What wakes one who waits: a future of asyncio, an event of trio, or a thread.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake},
    thread::Thread,
};

use pyo3::{PyTraverseError, PyVisit, ffi, intern, prelude::*, sync::PyOnceLock};

use crate::{
    hold::{Hold, Wanted},
    host::{running_loop, thread_number, trio_token},
};

/// The waker of one wait, and the wait itself: a loop that is closed never polls it again, and then who
/// wakes it has to take it out of the queue.
///
/// Both are locked only for steps that call no Python.
#[derive(Debug, Default)]
pub(crate) struct Sleeper {
    state: Mutex<State>,
    wanted: Mutex<Option<Wanted>>,
}

#[derive(Debug, Default)]
struct State {
    is_woken: bool,
    target: Option<Target>,
}

/// What is told that there is something to poll for.
#[derive(Debug)]
pub(crate) enum Target {
    Thread(Thread),
    Asyncio { future: Py<PyAny>, running: Py<PyAny>, thread: u64 },
    Trio { event: Py<PyAny>, token: Py<PyAny>, thread: u64 },
}

impl Sleeper {
    pub(crate) fn new(wanted: Wanted) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), wanted: Mutex::new(Some(wanted)) })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wanted(&self) -> MutexGuard<'_, Option<Wanted>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Polls for the lock. Nothing is left to wait for if the loop of this wait was closed meanwhile.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Option<Poll<Hold>> {
        // Taken out meanwhile: a poll may call Python.
        let mut wanted = self.wanted().take()?;
        let answer = wanted.poll(context);
        if answer.is_pending() {
            *self.wanted() = Some(wanted);
        }
        Some(answer)
    }

    /// Ends the wait: leaves the queue, and passes on what it was woken for.
    pub(crate) fn leave(&self) {
        let wanted = self.wanted().take();
        let target = self.state().target.take();
        drop((wanted, target));
    }

    /// True if it was woken since the last time that this was asked.
    pub(crate) fn take_woken(&self) -> bool {
        std::mem::take(&mut self.state().is_woken)
    }

    /// Says whom to wake. Refused if it was woken already.
    pub(crate) fn aim(&self, target: Target) -> bool {
        let mut state = self.state();
        if std::mem::take(&mut state.is_woken) {
            drop(state);
            drop(target);
            return false;
        }
        let before = state.target.replace(target);
        drop(state);
        drop(before);
        true
    }

    /// The target is Python's: for the garbage collector, which comes by way of the only guard that has this.
    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(state) = self.state.try_lock() else { return Ok(()) };
        match &state.target {
            Some(Target::Asyncio { future, running, .. }) => {
                visit.call(future)?;
                visit.call(running)
            }
            Some(Target::Trio { event, token, .. }) => {
                visit.call(event)?;
                visit.call(token)
            }
            Some(Target::Thread(_)) | None => Ok(()),
        }
    }
}

impl Wake for Sleeper {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let target = {
            let mut state = self.state();
            state.is_woken = true;
            state.target.take()
        };
        match target {
            None => {}
            Some(Target::Thread(thread)) => thread.unpark(),
            // Nothing to tell any more when the interpreter has gone.
            Some(target) => {
                let is_alive = Python::try_attach(|py| keeping_the_error(py, || target.wake(py)));
                if is_alive == Some(false) {
                    self.leave();
                }
            }
        }
    }
}

impl Target {
    /// What a task of asyncio that waits gives to its loop, and the target.
    pub(crate) fn asyncio(py: Python<'_>) -> PyResult<(Bound<'_, PyAny>, Self)> {
        let running = running_loop(py)?.ok_or_else(|| {
            pyo3::exceptions::PyRuntimeError::new_err("no loop of asyncio runs in this thread")
        })?;
        let future = running.call_method0(intern!(py, "create_future"))?;
        future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
        let target = Self::Asyncio {
            future: future.clone().unbind(),
            running: running.unbind(),
            thread: thread_number(),
        };
        Ok((future, target))
    }

    /// The event that a task of trio waits for, and the target.
    pub(crate) fn trio<'py>(
        py: Python<'py>,
        helpers: &Bound<'py, PyModule>,
    ) -> PyResult<(Bound<'py, PyAny>, Self)> {
        let event = helpers.call_method0(intern!(py, "Event"))?;
        let token = trio_token(py)?.unbind();
        let target = Self::Trio { event: event.clone().unbind(), token, thread: thread_number() };
        Ok((event, target))
    }

    /// False if the loop that is to be told is closed.
    fn wake(self, py: Python<'_>) -> bool {
        match self {
            Self::Thread(thread) => {
                thread.unpark();
                true
            }
            Self::Asyncio { future, running, thread } => {
                let (future, running) = (future.bind(py), running.bind(py));
                // A future that was cancelled refuses too: of that its task knows.
                let told = match thread == thread_number() {
                    true => future.call_method1(intern!(py, "set_result"), (py.None(),)),
                    false => running
                        .call_method1(intern!(py, "call_soon_threadsafe"), (resolver(py), future)),
                };
                told.is_ok() || !is_closed(running)
            }
            Self::Trio { event, token, thread } => {
                let set = event.bind(py).getattr(intern!(py, "set"));
                let told = set.and_then(|set| {
                    let is_here = thread == thread_number()
                        && trio_token(py).is_ok_and(|here| here.is(token.bind(py)));
                    match is_here {
                        true => set.call0(),
                        false => token
                            .call_method1(py, intern!(py, "run_sync_soon"), (set,))
                            .map(|answer| answer.into_bound(py)),
                    }
                });
                told.is_ok()
            }
        }
    }
}

fn is_closed(running: &Bound<'_, PyAny>) -> bool {
    let closed = running.call_method0(intern!(running.py(), "is_closed"));
    closed.and_then(|closed| closed.is_truthy()).unwrap_or(true)
}

/// Ends a future that has not ended.
#[pyfunction]
fn resolve(future: &Bound<'_, PyAny>) -> PyResult<()> {
    let py = future.py();
    if !future.call_method0(intern!(py, "done"))?.is_truthy()? {
        future.call_method1(intern!(py, "set_result"), (py.None(),))?;
    }
    Ok(())
}

/// [`resolve`] as Python calls it.
fn resolver(py: Python<'_>) -> &Py<PyAny> {
    static RESOLVER: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    RESOLVER.get_or_init(py, || {
        let function = wrap_pyfunction!(resolve, py).expect("a function without a module");
        function.into_any().unbind()
    })
}

/// A lock may be released where an exception is on its way: when an object is thrown away, say.
#[allow(unsafe_code)]
pub(crate) fn keeping_the_error<R>(py: Python<'_>, call: impl FnOnce() -> R) -> R {
    // SAFETY: attached, as `py` says.
    let is_raising = !unsafe { ffi::PyErr_Occurred() }.is_null();
    let error = is_raising.then(|| PyErr::take(py)).flatten();
    let answer = call();
    if let Some(error) = error {
        error.restore(py);
    }
    answer
}
