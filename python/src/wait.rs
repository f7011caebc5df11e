//! One wait for a lock: from when it is queued until it ends, one way or the other.
#![allow(unsafe_code)]

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyStopIteration, PyTimeoutError},
    intern,
    prelude::*,
};

use crate::{
    book::Key,
    circle::{self, Want},
    hold::{Hold, Mode, Wanted},
    host::{Host, Owner, Runner, running_loop},
    lookout,
    shared::Shared,
    sleeper::{Sleeper, Target, keeping_the_error},
    timeout::Timeout,
};

/// A thread that waits looks for signals (Ctrl-C) as often as this.
const SLICE: Duration = Duration::from_millis(50);

/// What a guard waits for, and how.
pub(crate) struct Wish {
    pub(crate) lock: Arc<Shared>,
    pub(crate) wanted: Wanted,
    pub(crate) mode: Mode,
    pub(crate) upgrades: Option<Key>,
    /// Names the wait in the book.
    pub(crate) guard: usize,
    pub(crate) timeout: Timeout,
}

/// A guard that waits.
#[derive(Debug)]
pub(crate) struct Wait {
    shared: Arc<Shared>,
    sleeper: Arc<Sleeper>,
    waker: Waker,
    host: Host,
    /// Alive as long as it stands in the book.
    owner: Owner,
    pub(crate) upgrades: Option<Key>,
    /// Names the wait in the book.
    guard: usize,
    timeout: Timeout,
    /// It stands in the book, and among those who may wait in a circle.
    is_written_down: bool,
    /// Of one with a time-out.
    is_expired: Option<Arc<AtomicBool>>,
    /// What ends the wait in time: a handle of asyncio's loop, or trio's deadline.
    timer: Option<Py<PyAny>>,
}

/// Ends a wait of asyncio in time.
#[pyclass(frozen)]
struct Alarm {
    sleeper: Arc<Sleeper>,
    is_expired: Arc<AtomicBool>,
}

#[pymethods]
impl Alarm {
    fn __call__(&self) {
        // ORDERING: Relaxed, read by the same thread, which the waker brings there.
        self.is_expired.store(true, Ordering::Relaxed);
        Waker::from(self.sleeper.clone()).wake();
    }
}

/// What a task that waits does next.
#[derive(Debug)]
pub(crate) enum Next<'py> {
    /// It gives this to its loop.
    Yield(Bound<'py, PyAny>),
    /// It goes on with this coroutine, and then polls again.
    Enter(Bound<'py, PyAny>),
}

impl Wait {
    /// Queues, or has it at once. The runner is asked for if it is not known.
    pub(crate) fn begin(
        py: Python<'_>,
        wish: Wish,
        runner: Option<Runner<'_>>,
    ) -> PyResult<Result<(Hold, Owner), Box<Self>>> {
        let Wish { lock: shared, wanted, mode, upgrades, guard, timeout } = wish;
        let runner = runner.map_or_else(|| Runner::now(py), Ok)?;
        let host = runner.host;
        let owner = Owner::of(shared.knows_owners().then_some(runner));
        let sleeper = Sleeper::new(wanted);
        let mut wait = Box::new(Self {
            waker: Waker::from(sleeper.clone()),
            sleeper,
            host,
            owner,
            upgrades,
            guard,
            timeout,
            is_expired: None,
            timer: None,
            is_written_down: false,
            shared,
        });
        if let Some(Poll::Ready(hold)) = wait.poll() {
            return Ok(Ok((hold, std::mem::take(&mut wait.owner))));
        }
        let owner = wait.owner.id;
        // SAFETY: `wait` keeps the owner until `end`, which its `drop` calls too.
        wait.shared.book.with(|pages| unsafe { pages.wait(owner, mode, guard) });
        wait.is_written_down = true;
        circle::begin(owner, Want { lock: wait.shared.clone(), mode, upgrades });
        match circle::look(py, owner) {
            Ok(()) => Ok(Err(wait)),
            Err(error) => {
                wait.end(py);
                Err(error)
            }
        }
    }

    /// Nothing if its place in the queue was taken from it: its loop was closed then.
    pub(crate) fn poll(&self) -> Option<Poll<Hold>> {
        self.sleeper.poll(&mut Context::from_waker(&self.waker))
    }

    /// True if it is too late, and nothing came.
    pub(crate) fn is_expired(&self) -> bool {
        // ORDERING: Relaxed, see `Alarm`.
        self.is_expired.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))
    }

    /// Said by a coroutine of trio that has ended.
    pub(crate) fn slept(&mut self, is_expired: bool) {
        if is_expired {
            self.is_expired = Some(Arc::new(AtomicBool::new(true)));
        }
    }

    pub(crate) fn too_late(&self) -> PyErr {
        let (name, seconds) = (self.shared.name(), self.timeout.seconds());
        PyTimeoutError::new_err(format!(
            "{name} was not to be had within {} s",
            seconds.unwrap_or(0.0)
        ))
    }

    /// Goes to sleep.
    pub(crate) fn sleep<'py>(&mut self, py: Python<'py>) -> PyResult<Next<'py>> {
        match self.host {
            Host::Asyncio => {
                let looks_again = self.sleeper.take_looks_again();
                if self.sleeper.take_woken() {
                    return Ok(Next::Yield(py.None().into_bound(py)));
                }
                let Some(running) = running_loop(py)? else { return Err(no_loop()) };
                self.set_alarm(&running)?;
                if looks_again {
                    lookout::add(&running, &self.sleeper)?;
                }
                let (future, target) = Target::asyncio(&running)?;
                Ok(Next::Yield(match self.sleeper.aim(target) {
                    true => future,
                    false => py.None().into_bound(py),
                }))
            }
            Host::Trio => {
                let helpers = py.import(intern!(py, "ironfence._trio"))?;
                if self.timer.is_none() {
                    let deadline = helpers.call_method1("deadline", (self.timeout.seconds(),))?;
                    self.timer = Some(deadline.unbind());
                }
                let (event, target) = Target::trio(py, &helpers)?;
                let is_asleep = !self.sleeper.take_woken() && self.sleeper.aim(target);
                Ok(Next::Enter(match is_asleep {
                    true => helpers.call_method1("sleep", (event, &self.timer))?,
                    false => helpers.call_method0("turn")?,
                }))
            }
            Host::Thread | Host::LoopAlone => Err(PyRuntimeError::new_err(
                "no task of asyncio or trio runs here, so nothing can be awaited: in a thread without a loop \
                 say `with` in place of `async with`, or `.wait()` in place of `await`",
            )),
        }
    }

    fn set_alarm(&mut self, running: &Bound<'_, PyAny>) -> PyResult<()> {
        let (Some(seconds), None) = (self.timeout.seconds(), &self.timer) else { return Ok(()) };
        let py = running.py();
        let is_expired = Arc::<AtomicBool>::default();
        self.is_expired = Some(is_expired.clone());
        let alarm = Alarm { sleeper: self.sleeper.clone(), is_expired };
        let timer =
            running.call_method1(intern!(py, "call_later"), (seconds, Py::new(py, alarm)?))?;
        self.timer = Some(timer.unbind());
        Ok(())
    }

    /// Waits with the thread. The interpreter is free meanwhile, and signals are looked for.
    pub(crate) fn block(&self, py: Python<'_>) -> PyResult<Hold> {
        // What is too far away to be counted never comes.
        let deadline = self.timeout.duration().and_then(|time| Instant::now().checked_add(time));
        loop {
            if let Some(Poll::Ready(hold)) = self.poll() {
                return Ok(hold);
            }
            if self.sleeper.take_looks_again()
                || !self.sleeper.aim(Target::Thread(thread::current()))
            {
                py.detach(thread::yield_now);
                py.check_signals()?;
                continue;
            }
            while !self.sleeper.take_woken() {
                let left = deadline.map(|time| time.saturating_duration_since(Instant::now()));
                if left == Some(Duration::ZERO) {
                    return Err(self.too_late());
                }
                py.detach(|| thread::park_timeout(left.map_or(SLICE, |left| left.min(SLICE))));
                py.check_signals()?;
            }
        }
    }

    /// Leaves the queue, if it is in there yet. Returns who has waited.
    pub(crate) fn end(&mut self, py: Python<'_>) -> Owner {
        self.forget();
        if let (Some(timer), Host::Asyncio) = (self.timer.take(), self.host) {
            // A timer of a loop that was closed meanwhile has no answer that matters.
            keeping_the_error(py, || drop(timer.call_method0(py, intern!(py, "cancel"))));
        }
        self.sleeper.leave();
        std::mem::take(&mut self.owner)
    }

    /// Takes it out of what is written of those who wait.
    fn forget(&mut self) {
        if std::mem::take(&mut self.is_written_down) {
            circle::end(self.owner.id);
            self.shared.book.with(|pages| pages.end_wait(self.guard));
        }
    }

    pub(crate) fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.timer)?;
        visit.call(&self.owner.task)?;
        self.sleeper.traverse(visit)
    }
}

impl Drop for Wait {
    fn drop(&mut self) {
        self.forget();
    }
}

#[cold]
fn no_loop() -> PyErr {
    PyRuntimeError::new_err("no loop of asyncio runs in this thread")
}

/// Goes on in a coroutine of trio. `None` if it has ended, with what it has returned.
pub(crate) fn go_on<'py>(
    coroutine: &Bound<'py, PyAny>,
    sent: Option<Bound<'py, PyAny>>,
) -> PyResult<Result<Bound<'py, PyAny>, bool>> {
    let py = coroutine.py();
    let sent = sent.unwrap_or_else(|| py.None().into_bound(py));
    ended(py, coroutine.call_method1(intern!(py, "send"), (sent,)))
}

/// What a step of a coroutine has yielded, or the truth of what it has returned in the end.
pub(crate) fn ended<'py>(
    py: Python<'py>,
    step: PyResult<Bound<'py, PyAny>>,
) -> PyResult<Result<Bound<'py, PyAny>, bool>> {
    match step {
        Ok(yielded) => Ok(Ok(yielded)),
        Err(error) if error.is_instance_of::<PyStopIteration>(py) => {
            let returned = error.value(py).getattr(intern!(py, "value"))?;
            Ok(Err(returned.is_truthy()?))
        }
        Err(error) => Err(error),
    }
}
