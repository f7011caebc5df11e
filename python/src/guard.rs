//! `Guard`: the context manager, the awaitable, its iterator and the hold in one object.
#![allow(unsafe_code)]

mod methods;

use pyo3::{exceptions::PyRuntimeError, intern, prelude::*};
use std::task::Poll;

use crate::{
    book::{Again, Key},
    cell::{Turn, Turnstile},
    done::Done,
    hold::{Hold, Mode},
    host::{Host, Owner},
    locks::Primitive,
    sleeper::keeping_the_error,
    timeout::Timeout,
    wait::{Next, Wait, go_on},
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
        let owner = guard.owner(py)?;
        let has = guard.try_take(&mut state, owner)?;
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
    fn owner(&self, py: Python<'_>) -> PyResult<Owner> {
        match self.primitive().shared.knows_owners() {
            true => Owner::current(py),
            false => Ok(Owner::NOBODY),
        }
    }

    /// Takes the lock if that needs no waiting.
    #[inline]
    fn try_take(&self, state: &mut State, owner: Owner) -> PyResult<bool> {
        let shared = &self.primitive().shared;
        let again = shared.book.with(|pages| pages.again(owner.id, self.wish));
        match again {
            Again::Yes(key) => {
                // The guard that made the entry may go before this one.
                (state.key, state.task, state.phase) = (Some(key), owner.task, Phase::Held);
            }
            Again::Never => {
                state.phase = Phase::Ended;
                return Err(PyRuntimeError::new_err("Cannot upgrade RWLock from read to write"));
            }
            Again::New => match shared.core.try_take(self.wish) {
                Some(hold) => self.write_down(state, owner, hold),
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
    fn gives_turn(&self, py: Python<'_>, owner: &Owner) -> PyResult<Option<Host>> {
        let shared = &self.primitive().shared;
        if shared.is_fast() || !shared.book.with(|pages| pages.looks_free(owner.id, self.wish)) {
            return Ok(None);
        }
        let (_, host) = Owner::look(py)?;
        Ok(matches!(host, Host::Asyncio | Host::Trio).then_some(host))
    }

    /// One step of the awaitable.
    #[inline]
    fn step<'py>(&self, py: Python<'py>, sent: Option<Bound<'py, PyAny>>) -> PyResult<Step<'py>> {
        let mut state = self.turn()?;
        if state.phase == Phase::Fresh {
            let owner = self.owner(py)?;
            if let Some(host) = self.gives_turn(py, &owner)? {
                state.phase = Phase::GivesTurn;
                if host == Host::Asyncio {
                    return Ok(Step::Yield(py.None().into_bound(py)));
                }
                let helpers = py.import(intern!(py, "ironfence._trio"))?;
                return self.enter(py, &mut state, helpers.call_method0("turn")?);
            }
            if self.try_take(&mut state, owner)? {
                return Ok(Step::Has);
            }
        }
        self.step_slow(py, &mut state, sent)
    }

    #[cold]
    fn step_slow<'py>(
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
            Phase::Fresh => self.wait(py, state),
            Phase::GivesTurn => {
                let owner = self.owner(py)?;
                match self.try_take(state, owner)? {
                    true => Ok(Step::Has),
                    false => self.wait(py, state),
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
    fn wait<'py>(&self, py: Python<'py>, state: &mut State) -> PyResult<Step<'py>> {
        match self.queue(py, state)? {
            true => Ok(Step::Has),
            false => self.sleep(py, state),
        }
    }

    /// Queues for the lock. True if it was to be had at once.
    fn queue(&self, py: Python<'_>, state: &mut State) -> PyResult<bool> {
        let shared = &self.primitive().shared;
        if self.timeout.is_zero() {
            state.phase = Phase::Ended;
            return Err(pyo3::exceptions::PyTimeoutError::new_err(format!(
                "{} was not to be had at once",
                shared.name()
            )));
        }
        state.phase = Phase::Ended; // unless what follows ends well
        let wanted = shared.core.take(self.wish);
        let begun =
            Wait::begin(py, shared.clone(), wanted, self.wish, None, self.address(), self.timeout)?;
        match begun {
            Ok(hold) => {
                let owner = self.owner(py)?;
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
        let begun = Wait::begin(
            py,
            shared.clone(),
            wanted,
            Mode::Write,
            Some(key),
            self.address(),
            Timeout::NONE,
        );
        match begun {
            Ok(Ok(hold)) => {
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
                self.wait(py, state)
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
    fn end_wait(&self, py: Python<'_>, state: &mut State) {
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
    fn enter<'py>(
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
    fn went_on<'py>(
        &self,
        py: Python<'py>,
        state: &mut State,
        step: PyResult<Result<Bound<'py, PyAny>, bool>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        match step {
            Ok(Ok(yielded)) => Ok(Some(yielded)),
            Ok(Err(returned)) => {
                state.coroutine = None;
                if let Some(wait) = &state.wait {
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
    fn block(&self, py: Python<'_>) -> PyResult<()> {
        let mut state = self.turn()?;
        match state.phase {
            Phase::Held => return Ok(()),
            Phase::Ended | Phase::Waiting | Phase::GivesTurn => return Err(was_used()),
            Phase::Fresh => {
                let owner = self.owner(py)?;
                if self.try_take(&mut state, owner)? {
                    return Ok(());
                }
            }
            Phase::Upgrading => {}
        }
        if state.phase != Phase::Upgrading
            || !self.primitive().shared.book.with(|pages| pages.is_alone())
        {
            if let (_, Host::Asyncio | Host::Trio | Host::LoopAlone) = Owner::look(py)? {
                return Err(PyRuntimeError::new_err(format!(
                    "{} is taken, and to wait for it here would stop the loop that runs in this thread: say \
                     `async with` or `await`",
                    self.primitive().shared.name()
                )));
            }
        }
        let has = match state.phase {
            Phase::Upgrading => self.queue_for_upgrade(py, &mut state)?,
            _ => self.queue(py, &mut state)?,
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

impl Guard {
    fn lower(&self, to: Mode) -> PyResult<()> {
        let (key, from) = self.held_as()?;
        match (from, to) {
            (Mode::Write, _) | (Mode::Upgradable, Mode::Read) => {}
            _ => {
                return Err(PyRuntimeError::new_err(format!(
                    "a guard of mode {} can't be downgraded to {}",
                    from.name(),
                    to.name()
                )));
            }
        }
        let mut state = self.turn()?;
        (state.mode, state.phase) = (to, Phase::Held);
        drop(state);
        self.primitive().shared.book.lower(key, from, to);
        Ok(())
    }

    fn give(&self, owner: Owner) -> PyResult<()> {
        let (key, _) = self.held_as()?;
        let mut state = self.turn()?;
        let id = owner.id;
        let before = std::mem::replace(&mut state.task, owner.task);
        // SAFETY: the state keeps the new task, as in `write_down`, and the old one until here.
        let given = self.primitive().shared.book.with(|pages| unsafe { pages.give(key, id) });
        if let Err(why) = given {
            let unwanted = std::mem::replace(&mut state.task, before);
            drop(state);
            drop(unwanted);
            return Err(PyRuntimeError::new_err(why));
        }
        drop(state);
        drop(before);
        Ok(())
    }
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
        crate::slots::is_its_own_iterator(&py.get_type::<Done>());
        crate::slots::has_ended(&py.get_type::<Done>());
    }
    Ok(())
}
