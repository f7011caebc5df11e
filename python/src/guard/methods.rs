//! What Python calls on a `Guard`.

use pyo3::{
    PyTraverseError, PyVisit,
    exceptions::{PyRuntimeError, PyTypeError},
    intern,
    prelude::*,
};

use super::{Guard, Phase, Step, was_used};
use crate::{
    done::{Done, done, thrown},
    hold::Mode,
    host::Owner,
    primitive::Primitive,
    stop::stop_of,
    wait::ended,
};

#[pymethods]
impl Guard {
    fn __aenter__<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, Self>> {
        slf.get().begin()?;
        Ok(slf)
    }

    #[pyo3(signature = (_kind = None, _value = None, _traceback = None, /))]
    fn __aexit__(
        &self,
        py: Python<'_>,
        _kind: Option<&Bound<'_, PyAny>>,
        _value: Option<&Bound<'_, PyAny>>,
        _traceback: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<Py<Done>> {
        self.let_go()?;
        done(py)
    }

    fn __await__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __iter__(slf: Bound<'_, Self>) -> Bound<'_, Self> {
        slf
    }

    fn __next__<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let (guard, py) = (slf.get(), slf.py());
        match guard.step(py, None)? {
            Step::Yield(yielded) => Ok(Some(yielded)),
            Step::Has => match Self::result(slf)? {
                (value, true) => {
                    guard.primitive().stop.raise(py, value);
                    Ok(None)
                }
                (itself, false) => Err(stop_of(py, itself.into_bound(py))),
            },
        }
    }

    /// One step of the `await`.
    fn send<'py>(slf: &Bound<'py, Self>, value: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
        match slf.get().step(slf.py(), Some(value))? {
            Step::Yield(yielded) => Ok(yielded),
            Step::Has => Err(stop_of(slf.py(), Self::result(slf)?.0.into_bound(slf.py()))),
        }
    }

    /// Ends the wait with an exception: a task was cancelled.
    #[pyo3(signature = (kind, value = None, traceback = None))]
    fn throw<'py>(
        slf: &Bound<'py, Self>,
        kind: Bound<'py, PyAny>,
        value: Option<Bound<'py, PyAny>>,
        traceback: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let (guard, py) = (slf.get(), slf.py());
        let mut state = guard.turn()?;
        if let Some(coroutine) = state.coroutine.as_ref().map(|it| it.clone_ref(py)) {
            let step =
                coroutine.bind(py).call_method1(intern!(py, "throw"), (kind, value, traceback));
            let step = ended(py, step);
            if let Some(yielded) = guard.went_on(py, &mut state, step)? {
                return Ok(yielded);
            }
            drop(state);
            return Self::send(slf, py.None().into_bound(py));
        }
        guard.end_wait(py, &mut state);
        drop(state);
        Err(thrown(kind, value, traceback)?)
    }

    /// Ends the wait.
    fn close(&self, py: Python<'_>) -> PyResult<()> {
        let mut state = self.turn()?;
        self.end_wait(py, &mut state);
        Ok(())
    }

    fn __enter__(slf: &Bound<'_, Self>) -> PyResult<Py<PyAny>> {
        let guard = slf.get();
        guard.begin()?;
        guard.block(slf.py())?;
        guard.turn()?.gives_value = false;
        guard.primitive().value(slf.py())
    }

    #[pyo3(signature = (_kind = None, _value = None, _traceback = None, /))]
    fn __exit__(
        &self,
        _kind: Option<&Bound<'_, PyAny>>,
        _value: Option<&Bound<'_, PyAny>>,
        _traceback: Option<&Bound<'_, PyAny>>,
    ) -> PyResult<()> {
        self.let_go()?;
        Ok(())
    }

    /// As `await`, for a thread without a loop.
    #[pyo3(name = "wait")]
    fn wait_in_thread(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        slf.get().block(slf.py())?;
        Ok(slf)
    }

    /// Lets the lock go. Once is enough.
    fn release(&self) -> PyResult<()> {
        match self.let_go()? {
            true => Ok(()),
            false => self.held_as().map(drop),
        }
    }

    /// True while it has its lock.
    #[getter]
    fn held(&self) -> PyResult<bool> {
        let state = self.turn()?;
        Ok(matches!(state.phase, Phase::Held | Phase::Upgrading))
    }

    /// `lock`, `read`, `write` or `upgradable_read`.
    #[getter]
    fn mode(&self) -> PyResult<&'static str> {
        Ok(self.turn()?.mode.name())
    }

    /// What is guarded.
    #[getter]
    fn value(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        self.held_as()?;
        self.primitive().value(py)
    }

    #[setter]
    fn set_value(&self, value: Py<PyAny>) -> PyResult<()> {
        let (_, mode) = self.held_as()?;
        if !mode.is_exclusive() {
            return Err(PyRuntimeError::new_err(
                "a guard that reads can't set the value: take `write()`, or `upgrade()` it",
            ));
        }
        self.primitive().set_value(value);
        Ok(())
    }

    /// To be awaited: the right to write, when the other readers have left.
    fn upgrade(slf: Bound<'_, Self>) -> PyResult<Bound<'_, Self>> {
        let mut state = slf.get().turn()?;
        match (state.phase, state.mode) {
            (Phase::Held, Mode::Upgradable) => state.phase = Phase::Upgrading,
            (Phase::Upgrading, _) => {}
            (Phase::Held, _) => {
                return Err(PyRuntimeError::new_err(
                    "only a guard from `upgradable_read()` can be upgraded",
                ));
            }
            _ => {
                drop(state);
                slf.get().held_as()?;
                return Err(was_used());
            }
        }
        drop(state);
        Ok(slf)
    }

    /// Turns a guard that writes into one that reads. Nobody writes in between.
    fn downgrade(&self) -> PyResult<()> {
        self.lower(Mode::Read)
    }

    /// Turns a guard that writes into one that reads and may upgrade. Nobody writes in between.
    fn downgrade_to_upgradable(&self) -> PyResult<()> {
        self.lower(Mode::Upgradable)
    }

    /// From now on nobody in particular has the lock: said before the guard is handed to another task.
    fn disown(&self) -> PyResult<()> {
        self.give(Owner::NOBODY)
    }

    /// From now on the task that calls this has the lock.
    fn adopt(&self, py: Python<'_>) -> PyResult<()> {
        self.give(Owner::of(self.runner(py)?))
    }

    /// A decorator, for functions that are to run with the lock.
    fn __call__<'py>(
        slf: &Bound<'py, Self>,
        function: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let helpers = slf.py().import(intern!(slf.py(), "ironfence._decorate"))?;
        helpers.call_method1("decorate", (slf, function))
    }

    /// One more of the same kind.
    fn _again<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, Self>> {
        Self::new(self.lock.bind(py).clone(), self.wish, self.timeout)
    }

    #[getter]
    fn _number(&self) -> u64 {
        self.primitive().shared.number()
    }

    #[getter]
    fn lock(&self, py: Python<'_>) -> Py<Primitive> {
        self.lock.clone_ref(py)
    }

    fn __repr__(&self) -> PyResult<String> {
        let state = self.turn()?;
        let what = match state.phase {
            Phase::Fresh | Phase::GivesTurn => "new",
            Phase::Waiting => "waiting",
            Phase::Held | Phase::Upgrading => "held",
            Phase::Ended => "released",
        };
        let name = self.primitive().shared.name();
        Ok(format!("<Guard of {name:?}: {}, {what}>", state.mode.name()))
    }

    fn __reduce__(&self) -> PyResult<Py<PyAny>> {
        Err(PyTypeError::new_err("a Guard can't be pickled or copied: it is the right to one lock"))
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.lock)?;
        // One that is being worked with is not garbage.
        let Some(state) = self.state.enter() else { return Ok(()) };
        visit.call(&state.coroutine)?;
        visit.call(&state.task)?;
        match &state.wait {
            Some(wait) => wait.traverse(&visit),
            None => Ok(()),
        }
    }

    fn __clear__(&self, py: Python<'_>) {
        if let Ok(mut state) = self.turn() {
            self.end_wait(py, &mut state);
        }
        _ = self.let_go();
    }
}
