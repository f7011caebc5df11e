//! What wakes one who waits: a future of asyncio, an event of trio, or a thread.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Wake, Waker},
    thread::Thread,
};

use pyo3::{PyTraverseError, PyVisit, ffi, intern, prelude::*, sync::PyOnceLock};

use crate::{
    hold::{Hold, Wanted},
    host::{thread_number, trio_token},
};

/// The waker of one wait, and the wait itself: a loop that is closed never polls it again, and then who
/// wakes it has to take it out of the queue.
///
/// Locked only for steps that call no Python.
#[derive(Debug, Default)]
pub(crate) struct Sleeper(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What is waited for. Nothing while it is polled, and after the end.
    wanted: Option<Wanted>,
    /// What a look has found, until it is asked for.
    found: Option<Hold>,
    has_ended: bool,
    /// The thread that polls it.
    polled_by: Option<u64>,
    is_woken: bool,
    /// It was woken by its own poll: it wants to look again soon.
    looks_again: bool,
    target: Option<Target>,
}

/// What comes of a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It wants to look again soon.
    Again,
    /// It sleeps, has the lock, or waits no more.
    Enough,
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
        Arc::new(Self(Mutex::new(State { wanted: Some(wanted), ..State::default() })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Polls for the lock. Nothing is left to wait for if the loop of this wait was closed meanwhile.
    pub(crate) fn poll(&self, context: &mut Context<'_>) -> Option<Poll<Hold>> {
        // Taken out meanwhile: a poll may call Python.
        let mut wanted = {
            let mut state = self.state();
            if let Some(hold) = state.found.take() {
                return Some(Poll::Ready(hold));
            }
            let wanted = state.wanted.take()?;
            state.polled_by = Some(thread_number());
            wanted
        };
        let answer = wanted.poll(context);
        let mut state = self.state();
        state.polled_by = None;
        if answer.is_pending() && !state.has_ended {
            state.wanted = Some(wanted);
            return Some(answer);
        }
        drop(state);
        drop(wanted);
        Some(answer)
    }

    /// Polls without the task, which is woken if it has the lock.
    pub(crate) fn look(self: &Arc<Self>) -> Look {
        {
            // One that was called takes the lock when its task runs, and not before: its loop may be stopped first.
            let state = self.state();
            if state.is_woken || state.found.is_some() {
                return Look::Enough;
            }
        }
        let waker = Waker::from(self.clone());
        let Some(Poll::Ready(hold)) = self.poll(&mut Context::from_waker(&waker)) else {
            return match self.take_looks_again() {
                true => Look::Again,
                false => Look::Enough,
            };
        };
        let mut state = self.state();
        if state.has_ended {
            drop(state);
            drop(hold);
        } else {
            state.found = Some(hold);
            drop(state);
            self.wake_by_ref();
        }
        Look::Enough
    }

    /// Ends the wait: leaves the queue, and passes on what it was woken for.
    pub(crate) fn leave(&self) {
        let mut state = self.state();
        state.has_ended = true;
        let all = (state.wanted.take(), state.found.take(), state.target.take());
        drop(state);
        drop(all);
    }

    /// True if it was woken since the last time that this was asked.
    pub(crate) fn take_woken(&self) -> bool {
        let mut state = self.state();
        std::mem::take(&mut state.is_woken) | std::mem::take(&mut state.looks_again)
    }

    /// True if it wants to look again, and nobody else has woken it.
    pub(crate) fn take_looks_again(&self) -> bool {
        std::mem::take(&mut self.state().looks_again)
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
        let Ok(state) = self.0.try_lock() else { return Ok(()) };
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
            if state.polled_by.is_some_and(|thread| thread == thread_number()) {
                state.looks_again = true;
                return;
            }
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
    pub(crate) fn asyncio<'py>(running: &Bound<'py, PyAny>) -> PyResult<(Bound<'py, PyAny>, Self)> {
        let py = running.py();
        let future = running.call_method0(intern!(py, "create_future"))?;
        future.setattr(intern!(py, "_asyncio_future_blocking"), true)?;
        let target = Self::Asyncio {
            future: future.clone().unbind(),
            running: running.clone().unbind(),
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
