//! Waiting with a guard: queueing, sleeping, going on, ending; for tasks and for threads.

use std::task::Poll;

use pyo3::{
    exceptions::{PyRuntimeError, PyTimeoutError},
    intern,
    prelude::*,
};

use super::{Guard, Phase, State, Step, was_used};
use crate::{
    book::Key,
    hold::{Hold, Mode},
    host::{Host, Runner},
    sleeper::keeping_the_error,
    timeout::Timeout,
    wait::{Next, Wait, Wish, go_on},
};

impl Guard {
    #[cold]
    pub(super) fn step_slow<'py>(
        &self,
        py: Python<'py>,
        state: &mut State,
        sent: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Step<'py>> {
        if let Some(coroutine) = &state.coroutine {
            let step = go_on(&coroutine.clone_ref(py).into_bound(py), sent);
            if let Some(yielded) = self.went_on(py, state, step)? {
                return Ok(Step::Yield(yielded));
            }
        }
        match state.phase {
            Phase::Fresh | Phase::GivesTurn => {
                let mut runner = self.runner(py)?;
                match self.try_take(state, &mut runner)? {
                    true => Ok(Step::Has),
                    false => self.wait(py, state, runner),
                }
            }
            Phase::Upgrading => self.wait_for_upgrade(py, state),
            Phase::Waiting => self.look_again(py, state),
            Phase::Held if state.gives_value => Ok(Step::Has),
            Phase::Held => Err(PyRuntimeError::new_err(
                "this guard has its lock already: enter it, `with guard as value: ..`, or release it",
            )),
            Phase::Ended => Err(was_used()),
        }
    }

    /// Queues for the lock.
    #[cold]
    pub(super) fn wait<'py>(
        &self,
        py: Python<'py>,
        state: &mut State,
        runner: Option<Runner<'py>>,
    ) -> PyResult<Step<'py>> {
        match self.queue(py, state, runner)? {
            true => Ok(Step::Has),
            false => self.sleep(py, state),
        }
    }

    /// Queues for the lock. True if it was to be had at once.
    fn queue(
        &self,
        py: Python<'_>,
        state: &mut State,
        runner: Option<Runner<'_>>,
    ) -> PyResult<bool> {
        let shared = &self.primitive().shared;
        if self.timeout.is_zero() {
            state.phase = Phase::Ended;
            return Err(PyTimeoutError::new_err(format!(
                "{} was not to be had at once",
                shared.name()
            )));
        }
        state.phase = Phase::Ended; // unless what follows ends well
        let wish = Wish {
            lock: shared.clone(),
            wanted: shared.core.take(self.wish),
            mode: self.wish,
            upgrades: None,
            guard: self.address(),
            timeout: self.timeout,
        };
        match Wait::begin(py, wish, runner)? {
            Ok((hold, owner)) => {
                self.write_down(state, owner, hold);
                Ok(true)
            }
            Err(wait) => {
                state.wait = Some(wait);
                state.phase = Phase::Waiting;
                Ok(false)
            }
        }
    }

    fn wait_for_upgrade<'py>(&self, py: Python<'py>, state: &mut State) -> PyResult<Step<'py>> {
        match self.queue_for_upgrade(py, state)? {
            true => Ok(Step::Has),
            false => self.sleep(py, state),
        }
    }

    fn queue_for_upgrade(&self, py: Python<'_>, state: &mut State) -> PyResult<bool> {
        let shared = &self.primitive().shared;
        let key = state.key.ok_or_else(was_used)?;
        let taken = shared.book.with(|pages| match pages.may_write(key) {
            true => {
                _ = pages.upgraded(key, None);
                Ok(None)
            }
            false => pages.take_for_upgrade(key).map(Some),
        });
        let Some(hold) = taken.map_err(PyRuntimeError::new_err)? else {
            (state.mode, state.phase) = (Mode::Write, Phase::Held);
            return Ok(true);
        };
        let wanted = hold.upgrade().expect("an upgradable guard has an upgradable hold");
        let wish = Wish {
            lock: shared.clone(),
            wanted,
            mode: Mode::Write,
            upgrades: Some(key),
            guard: self.address(),
            timeout: Timeout::NONE,
        };
        match Wait::begin(py, wish, None) {
            Ok(Ok((hold, _))) => {
                self.upgraded(state, key, hold);
                Ok(true)
            }
            Ok(Err(wait)) => {
                state.wait = Some(wait);
                state.phase = Phase::Waiting;
                Ok(false)
            }
            Err(error) => {
                self.lost(state, key);
                Err(error)
            }
        }
    }

    fn upgraded(&self, state: &mut State, key: Key, hold: Hold) {
        let unwanted = self.primitive().shared.book.with(|pages| pages.upgraded(key, Some(hold)));
        drop(unwanted);
        (state.mode, state.phase) = (Mode::Write, Phase::Held);
    }

    /// An upgrade that did not come about has given up what it had.
    fn lost(&self, state: &mut State, key: Key) {
        state.key = None;
        state.phase = Phase::Ended;
        let hold = self.primitive().shared.book.with(|pages| pages.remove(key));
        drop((hold, state.task.take()));
    }

    /// Polls for the lock.
    fn look_again<'py>(&self, py: Python<'py>, state: &mut State) -> PyResult<Step<'py>> {
        let wait = state.wait.as_ref().expect("one who waits has a wait");
        match wait.poll() {
            Some(Poll::Ready(hold)) => {
                self.has(py, state, hold);
                Ok(Step::Has)
            }
            Some(Poll::Pending) if wait.is_expired() => {
                let error = wait.too_late();
                self.end_wait(py, state);
                Err(error)
            }
            Some(Poll::Pending) => self.sleep(py, state),
            // Its loop was closed, so that it lost its place, and runs again all the same.
            None => {
                self.end_wait(py, state);
                let runner = self.runner(py)?;
                self.wait(py, state, runner)
            }
        }
    }

    /// A wait has ended well.
    fn has(&self, py: Python<'_>, state: &mut State, hold: Hold) {
        let Some(mut wait) = state.wait.take() else { return };
        let owner = wait.end(py);
        match wait.upgrades {
            Some(key) => self.upgraded(state, key, hold),
            None => self.write_down(state, owner, hold),
        }
    }

    /// A wait ends without the lock.
    pub(super) fn end_wait(&self, py: Python<'_>, state: &mut State) {
        if let Some(coroutine) = state.coroutine.take() {
            keeping_the_error(py, || drop(coroutine.call_method0(py, intern!(py, "close"))));
        }
        if let Some(mut wait) = state.wait.take() {
            let owner = wait.end(py);
            if let Some(key) = wait.upgrades {
                self.lost(state, key);
            }
            drop(owner);
        }
        if matches!(state.phase, Phase::Fresh | Phase::GivesTurn | Phase::Waiting) {
            state.phase = Phase::Ended;
        }
    }

    fn sleep<'py>(&self, py: Python<'py>, state: &mut State) -> PyResult<Step<'py>> {
        let wait = state.wait.as_mut().expect("one who waits has a wait");
        match wait.sleep(py) {
            Ok(Next::Yield(yielded)) => Ok(Step::Yield(yielded)),
            Ok(Next::Enter(coroutine)) => self.enter(py, state, coroutine),
            Err(error) => {
                self.end_wait(py, state);
                Err(error)
            }
        }
    }

    /// Begins a coroutine of trio.
    pub(super) fn enter<'py>(
        &self,
        py: Python<'py>,
        state: &mut State,
        coroutine: Bound<'py, PyAny>,
    ) -> PyResult<Step<'py>> {
        state.coroutine = Some(coroutine.clone().unbind());
        let step = go_on(&coroutine, None);
        match self.went_on(py, state, step)? {
            Some(yielded) => Ok(Step::Yield(yielded)),
            None => self.step_slow(py, state, None),
        }
    }

    /// A coroutine of trio has made a step. Nothing if it has ended.
    pub(super) fn went_on<'py>(
        &self,
        py: Python<'py>,
        state: &mut State,
        step: PyResult<Result<Bound<'py, PyAny>, bool>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match step {
            Ok(Ok(yielded)) => Ok(Some(yielded)),
            Ok(Err(returned)) => {
                state.coroutine = None;
                if let Some(wait) = &mut state.wait {
                    wait.slept(returned);
                }
                Ok(None)
            }
            Err(error) => {
                state.coroutine = None;
                self.end_wait(py, state);
                Err(error)
            }
        }
    }

    /// Has the lock, waiting with the thread if need be.
    pub(super) fn block(&self, py: Python<'_>) -> PyResult<()> {
        let mut state = self.turn()?;
        let mut runner = None;
        match state.phase {
            Phase::Held => return Ok(()),
            Phase::Ended | Phase::Waiting | Phase::GivesTurn => return Err(was_used()),
            Phase::Fresh => {
                runner = self.runner(py)?;
                if self.try_take(&mut state, &mut runner)? {
                    return Ok(());
                }
            }
            Phase::Upgrading => {}
        }
        let waits = state.phase != Phase::Upgrading
            || !self.primitive().shared.book.with(|pages| pages.is_alone());
        if waits && Runner::now(py)?.host != Host::Thread {
            return Err(PyRuntimeError::new_err(format!(
                "{} is taken, and to wait for it here would stop the loop that runs in this thread: say \
                 `async with` or `await`",
                self.primitive().shared.name()
            )));
        }
        let has = match state.phase {
            Phase::Upgrading => self.queue_for_upgrade(py, &mut state)?,
            _ => self.queue(py, &mut state, runner)?,
        };
        if !has {
            let wait = state.wait.as_ref().expect("one who waits has a wait");
            match wait.block(py) {
                Ok(hold) => self.has(py, &mut state, hold),
                Err(error) => {
                    self.end_wait(py, &mut state);
                    return Err(error);
                }
            }
        }
        Ok(())
    }
}
