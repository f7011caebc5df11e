//! `Guard`: the context manager, the awaitable, its iterator and the hold in one object.
#![allow(unsafe_code)]

mod changing;
mod methods;
mod waiting;

use pyo3::{exceptions::PyRuntimeError, intern, prelude::*};

use crate::{
    book::{Again, Key},
    cell::{Turn, Turnstile},
    hold::{Hold, Mode},
    host::{Host, Owner, OwnerId, Runner},
    primitive::Primitive,
    timeout::Timeout,
    wait::Wait,
};

/// A way to a lock, and then the hold. It is used once.
#[pyclass(frozen, weakref, module = "ironfence")]
pub(crate) struct Guard {
    lock: Py<Primitive>,
    wish: Mode,
    timeout: Timeout,
    state: Turnstile<State>,
}

#[derive(Debug)]
struct State {
    phase: Phase,
    mode: Mode,
    /// `async with` and `with` give the value, `await` the guard.
    gives_value: bool,
    is_entered: bool,
    key: Option<Key>,
    /// Who has it by `key`: alive as long as it stands in the book.
    task: Option<Py<PyAny>>,
    wait: Option<Box<Wait>>,
    /// What a task of trio goes on in before the lock is asked again.
    coroutine: Option<Py<PyAny>>,
}

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Fresh,
    /// It gives the loop a turn before it takes the lock.
    GivesTurn,
    /// `upgrade()` was called, and is to be awaited.
    Upgrading,
    Waiting,
    Held,
    Ended,
}

/// What a step of the awaitable comes to.
enum Step<'py> {
    Yield(Bound<'py, PyAny>),
    Has,
}

impl Guard {
    #[inline]
    pub(crate) fn new(
        lock: Bound<'_, Primitive>,
        wish: Mode,
        timeout: Timeout,
    ) -> PyResult<Bound<'_, Self>> {
        let state = State {
            phase: Phase::Fresh,
            mode: wish,
            gives_value: false,
            is_entered: false,
            key: None,
            task: None,
            wait: None,
            coroutine: None,
        };
        let py = lock.py();
        let guard = Self { lock: lock.unbind(), wish, timeout, state: Turnstile::new(state) };
        Bound::new(py, guard)
    }

    /// One that has the lock, if that needs no waiting.
    pub(crate) fn holding(
        lock: Bound<'_, Primitive>,
        wish: Mode,
    ) -> PyResult<Option<Bound<'_, Self>>> {
        let py = lock.py();
        let slf = Self::new(lock, wish, Timeout::NONE)?;
        let guard = slf.get();
        let mut state = guard.turn()?;
        let has = guard.try_take(&mut state, &mut guard.runner(py)?)?;
        drop(state);
        Ok(has.then_some(slf))
    }

    fn primitive(&self) -> &Primitive {
        self.lock.get()
    }

    /// The state, which somebody else may be working with.
    #[inline]
    fn turn(&self) -> PyResult<Turn<'_, State>> {
        self.state.enter().ok_or_else(is_busy)
    }

    /// Names this guard among those that wait.
    fn address(&self) -> usize {
        std::ptr::from_ref(self) as usize
    }

    /// Who takes the lock, if that is to be known.
    #[inline]
    fn runner<'py>(&self, py: Python<'py>) -> PyResult<Option<Runner<'py>>> {
        self.primitive().shared.knows_owners().then(|| Runner::now(py)).transpose()
    }

    /// Takes the lock if that needs no waiting, for the runner, who is taken then too.
    #[inline]
    fn try_take(&self, state: &mut State, runner: &mut Option<Runner<'_>>) -> PyResult<bool> {
        let shared = &self.primitive().shared;
        let id = runner.as_ref().map_or(OwnerId::NOBODY, Runner::id);
        let again = shared.book.with(|pages| pages.again(id, self.wish));
        match again {
            Again::Yes(key) => {
                // The guard that made the entry may go before this one.
                let owner = Owner::of(runner.take());
                (state.key, state.task, state.phase) = (Some(key), owner.task, Phase::Held);
            }
            Again::Never => {
                state.phase = Phase::Ended;
                return Err(PyRuntimeError::new_err("Cannot upgrade RWLock from read to write"));
            }
            Again::New => match shared.core.try_take(self.wish) {
                Some(hold) => self.write_down(state, Owner::of(runner.take()), hold),
                None => return Ok(false),
            },
        }
        Ok(true)
    }

    /// Has the lock from now on.
    #[inline]
    fn write_down(&self, state: &mut State, owner: Owner, hold: Hold) {
        let id = owner.id;
        state.task = owner.task;
        // SAFETY: the state keeps the task until `let_go` or `lost` has taken it out of the book, which the
        // guard's `drop` sees to, or until `give` has written down another one.
        let key =
            self.primitive().shared.book.with(|pages| unsafe { pages.add(id, self.wish, hold) });
        state.key = Some(key);
        state.phase = Phase::Held;
    }

    /// Would it have the lock at once? Then the loop has a turn before.
    fn gives_turn(&self, py: Python<'_>, runner: &Option<Runner<'_>>) -> PyResult<Option<Host>> {
        let shared = &self.primitive().shared;
        if shared.is_fast() {
            return Ok(None);
        }
        let id = runner.as_ref().map_or(OwnerId::NOBODY, Runner::id);
        if !shared.book.with(|pages| pages.looks_free(id, self.wish)) {
            return Ok(None);
        }
        let host = match runner {
            Some(runner) => runner.host,
            None => Runner::now(py)?.host,
        };
        Ok(matches!(host, Host::Asyncio | Host::Trio).then_some(host))
    }

    /// One step of the awaitable.
    #[inline]
    fn step<'py>(&self, py: Python<'py>, sent: Option<Bound<'py, PyAny>>) -> PyResult<Step<'py>> {
        let mut state = self.turn()?;
        if state.phase == Phase::Fresh {
            let mut runner = self.runner(py)?;
            if let Some(host) = self.gives_turn(py, &runner)? {
                state.phase = Phase::GivesTurn;
                if host == Host::Asyncio {
                    return Ok(Step::Yield(py.None().into_bound(py)));
                }
                let helpers = py.import(intern!(py, "ironfence._trio"))?;
                return self.enter(py, &mut state, helpers.call_method0("turn")?);
            }
            return match self.try_take(&mut state, &mut runner)? {
                true => Ok(Step::Has),
                false => self.wait(py, &mut state, runner),
            };
        }
        self.step_slow(py, &mut state, sent)
    }

    /// Lets the lock go, and says whether it had it.
    #[inline]
    fn let_go(&self) -> PyResult<bool> {
        let (key, mode, task) = {
            let mut state = self.turn()?;
            if !matches!(state.phase, Phase::Held | Phase::Upgrading) {
                return Ok(false);
            }
            state.phase = Phase::Ended;
            (state.key.take(), state.mode, state.task.take())
        };
        if let Some(key) = key {
            self.primitive().shared.book.leave(key, mode);
        }
        drop(task); // not before it is out of the book
        Ok(true)
    }

    /// Marks it as entered by `with` or `async with`.
    #[inline]
    fn begin(&self) -> PyResult<()> {
        let mut state = self.turn()?;
        if state.is_entered || !matches!(state.phase, Phase::Fresh | Phase::Held | Phase::Upgrading)
        {
            return Err(was_used());
        }
        state.is_entered = true;
        state.gives_value = true;
        Ok(())
    }

    /// The key and the mode, of one that has its lock.
    fn held_as(&self) -> PyResult<(Key, Mode)> {
        let state = self.turn()?;
        match (state.phase, state.key) {
            (Phase::Held | Phase::Upgrading, Some(key)) => Ok((key, state.mode)),
            _ => Err(PyRuntimeError::new_err(
                "this guard does not have its lock: enter it or await it first, and use it before it is \
                 released",
            )),
        }
    }

    /// Ends the step that has the lock: with the value, or with the guard.
    fn result<'py>(slf: &Bound<'py, Self>) -> PyResult<(Py<PyAny>, bool)> {
        let guard = slf.get();
        let mut state = guard.turn()?;
        let gives_value = state.gives_value;
        state.gives_value = false;
        drop(state);
        Ok(match gives_value {
            true => (guard.primitive().value(slf.py())?, true),
            false => (slf.clone().into_any().unbind(), false),
        })
    }
}

#[cold]
fn is_busy() -> PyErr {
    PyRuntimeError::new_err("this guard is being used by another thread, or by what it calls")
}

#[cold]
fn was_used() -> PyErr {
    PyRuntimeError::new_err(
        "a guard is used once: call `lock()`, `read()` or `write()` for each `async with`",
    )
}

impl Drop for Guard {
    fn drop(&mut self) {
        let state = self.state.get_mut();
        if state.phase == Phase::Ended || state.phase == Phase::Fresh {
            return;
        }
        // Nothing to do when the interpreter has gone.
        _ = Python::try_attach(|py| {
            if let Some(mut state) = self.state.enter() {
                self.end_wait(py, &mut state);
            }
            _ = self.let_go();
        });
    }
}

pub(crate) fn add_to(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Guard>()?;
    #[cfg(not(Py_LIMITED_API))]
    {
        let py = module.py();
        crate::slots::is_its_own_iterator(&py.get_type::<Guard>());
        crate::slots::is_its_own_iterator(&py.get_type::<crate::done::Done>());
        crate::slots::has_ended(&py.get_type::<crate::done::Done>());
    }
    Ok(())
}
