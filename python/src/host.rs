//! What runs this thread: asyncio, trio, or nothing; and whose turn it is.

mod holder;

use std::{
    cell::Cell,
    collections::BTreeMap,
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use pyo3::{ffi, intern, prelude::*, sync::PyOnceLock, types::PyDict};

/// Who takes a lock: a task, or a thread that runs none.
#[derive(Debug, Default)]
pub(crate) struct Owner {
    pub(crate) id: OwnerId,
    /// The task, or nothing for a thread.
    pub(crate) task: Option<Py<PyAny>>,
}

/// Who is running now, as the interpreter counts references: dropping it is free of PyO3's bookkeeping.
pub(crate) struct Runner<'py> {
    task: Option<Bound<'py, PyAny>>,
    pub(crate) host: Host,
}

/// The address of a task, or an odd number for a thread. It says who it is as long as the task is kept alive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct OwnerId(u64);

/// What drives the coroutine that is running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Host {
    Asyncio,
    Trio,
    /// No loop runs in this thread.
    Thread,
    /// A loop runs in this thread, but none of its tasks does.
    LoopAlone,
}

/// asyncio's functions, from when the program has imported it.
struct Asyncio {
    current_task: Py<PyAny>,
    running_loop: Py<PyAny>,
    /// Before Python 3.12 `current_task` is written in Python: it looks the loop up here.
    tasks: Option<Py<PyDict>>,
}

/// trio's functions, from when the program has imported it.
struct Trio {
    current_task: Py<PyAny>,
    current_token: Py<PyAny>,
}

static ASYNCIO: PyOnceLock<Asyncio> = PyOnceLock::new();
static TRIO: PyOnceLock<Trio> = PyOnceLock::new();

static NUMBERS: AtomicU64 = AtomicU64::new(1);
/// What Python calls each thread that has a number, as long as it lives.
static IDENTS: Mutex<BTreeMap<u64, u64>> = Mutex::new(BTreeMap::new());

/// This thread's number. A number is never given again, other than Python's idents.
struct Number(u64);

thread_local! {
    static NUMBER: Number = Number::next();
    /// The last answer here was a task of asyncio, so that is asked for first.
    static IS_ASYNCIO: Cell<bool> = const { Cell::new(false) };
}

impl Number {
    fn next() -> Self {
        // ORDERING: Relaxed, all that matters is that each number is given once.
        let number = NUMBERS.fetch_add(1, Ordering::Relaxed);
        idents().insert(number, thread_ident());
        Self(number)
    }
}

impl Drop for Number {
    fn drop(&mut self) {
        idents().remove(&self.0);
    }
}

fn idents() -> MutexGuard<'static, BTreeMap<u64, u64>> {
    IDENTS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// As `threading.get_ident()`.
#[allow(unsafe_code)]
fn thread_ident() -> u64 {
    // SAFETY: it asks the system, and may be called at any time.
    unsafe { pyo3::ffi::PyThread_get_thread_ident() as u64 }
}

impl OwnerId {
    pub(crate) const NOBODY: Self = Self(0);

    /// This thread, by a number that no other thread ever has.
    pub(crate) fn this_thread() -> Self {
        Self(thread_number() << 1 | 1)
    }

    fn of_task(task: &Bound<'_, PyAny>) -> Self {
        Self(task.as_ptr() as usize as u64)
    }

    /// The task, of one that is a task.
    ///
    /// # Safety
    /// It is alive: it stands in a book, which is open.
    #[allow(unsafe_code)]
    pub(crate) unsafe fn task(self, py: Python<'_>) -> Option<Py<PyAny>> {
        let is_task = self != Self::NOBODY && self.0 & 1 == 0;
        // SAFETY: an even number that is not 0 is the address of an object, which is alive by the contract.
        is_task.then(|| unsafe {
            Bound::from_borrowed_ptr(py, self.0 as usize as *mut ffi::PyObject).unbind()
        })
    }

    /// What Python calls the thread, of one that is a thread and lives.
    pub(crate) fn thread_ident(self) -> Option<u64> {
        (self.0 & 1 == 1).then(|| idents().get(&(self.0 >> 1)).copied()).flatten()
    }
}

/// The number of this thread, which no other one ever has.
pub(crate) fn thread_number() -> u64 {
    // A thread that is being torn down has lost its number.
    NUMBER.try_with(|number| number.0).unwrap_or(u64::MAX >> 1)
}

impl Owner {
    pub(crate) const NOBODY: Self = Self { id: OwnerId::NOBODY, task: None };

    /// The one who runs, or nobody if that is not to be known.
    #[inline]
    pub(crate) fn of(runner: Option<Runner<'_>>) -> Self {
        match runner {
            Some(runner) => Self { id: runner.id(), task: runner.task.map(Bound::unbind) },
            None => Self::NOBODY,
        }
    }
}

impl<'py> Runner<'py> {
    fn task(task: Bound<'py, PyAny>, host: Host) -> Self {
        Self { task: Some(task), host }
    }

    #[inline]
    pub(crate) fn id(&self) -> OwnerId {
        self.task.as_ref().map_or_else(OwnerId::this_thread, OwnerId::of_task)
    }

    /// Who is running now.
    #[inline]
    pub(crate) fn now(py: Python<'py>) -> PyResult<Self> {
        if IS_ASYNCIO.get() {
            if let Some(task) = ASYNCIO.get(py).and_then(|asyncio| asyncio.current(py)) {
                return Ok(Self::task(task, Host::Asyncio));
            }
        }
        Self::look(py)
    }

    /// Who is running now: looked for everywhere.
    #[cold]
    fn look(py: Python<'py>) -> PyResult<Self> {
        IS_ASYNCIO.set(false);
        let running_loop = running_loop(py)?;
        if let (Some(running), Some(asyncio)) = (&running_loop, ASYNCIO.get(py)) {
            #[cfg(not(any(Py_3_12, Py_LIMITED_API)))]
            holder::is_known(py, running);
            let task = asyncio.current_task.bind(py).call1((running,))?;
            if !task.is_none() {
                IS_ASYNCIO.set(true);
                return Ok(Self::task(task, Host::Asyncio));
            }
        }
        // Also in a loop of asyncio: trio's guest mode runs there.
        if let Some(trio) = trio(py)? {
            if let Ok(task) = trio.current_task.bind(py).call0() {
                return Ok(Self::task(task, Host::Trio));
            }
        }
        let host = match running_loop.is_some() || runs_trio(py)? {
            true => Host::LoopAlone,
            false => Host::Thread,
        };
        Ok(Self { task: None, host })
    }
}

impl Asyncio {
    /// The task that runs now, if one does.
    #[inline]
    fn current<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        let Some(tasks) = &self.tasks else {
            let task = self.current_task.bind(py).call0().ok()?;
            return (!task.is_none()).then_some(task);
        };
        #[cfg(not(any(Py_3_12, Py_LIMITED_API)))]
        if let Some(running) = holder::running_loop(py) {
            return tasks.bind(py).get_item(running).ok()?;
        }
        let running = self.running_loop.bind(py).call0().ok()?;
        tasks.bind(py).get_item(running).ok()?
    }
}

/// asyncio's loop that runs in this thread.
pub(crate) fn running_loop(py: Python<'_>) -> PyResult<Option<Bound<'_, PyAny>>> {
    #[cfg(not(any(Py_3_12, Py_LIMITED_API)))]
    if let Some(running) = holder::running_loop(py) {
        return Ok(Some(running));
    }
    let Some(asyncio) = asyncio(py)? else { return Ok(None) };
    let running = asyncio.running_loop.bind(py).call0()?;
    Ok((!running.is_none()).then_some(running))
}

/// What lets other threads call into the loop of trio that runs in this one.
pub(crate) fn trio_token(py: Python<'_>) -> PyResult<Bound<'_, PyAny>> {
    match trio(py)? {
        Some(trio) => trio.current_token.bind(py).call0(),
        None => Err(pyo3::exceptions::PyRuntimeError::new_err("trio does not run in this thread")),
    }
}

fn runs_trio(py: Python<'_>) -> PyResult<bool> {
    Ok(match trio(py)? {
        Some(trio) => trio.current_token.bind(py).call0().is_ok(),
        None => false,
    })
}

fn asyncio(py: Python<'_>) -> PyResult<Option<&Asyncio>> {
    if let Some(known) = ASYNCIO.get(py) {
        return Ok(Some(known));
    }
    // A module that is being imported has not all its names yet.
    let Some(module) = imported(py, "asyncio")? else { return Ok(None) };
    let (Ok(current_task), Ok(running_loop)) =
        (module.getattr("current_task"), module.getattr("_get_running_loop"))
    else {
        return Ok(None);
    };
    let (current_task, running_loop) = (current_task.unbind(), running_loop.unbind());
    let tasks = match py.version_info() < (3, 12) {
        true => {
            py.import(intern!(py, "asyncio.tasks"))?.getattr(intern!(py, "_current_tasks")).ok()
        }
        false => None,
    };
    let tasks = tasks.and_then(|tasks| tasks.cast_into().ok()).map(Bound::unbind);
    Ok(Some(ASYNCIO.get_or_init(py, || Asyncio { current_task, running_loop, tasks })))
}

fn trio(py: Python<'_>) -> PyResult<Option<&Trio>> {
    if let Some(known) = TRIO.get(py) {
        return Ok(Some(known));
    }
    let Some(module) = imported(py, "trio.lowlevel")? else { return Ok(None) };
    let (Ok(current_task), Ok(current_token)) =
        (module.getattr("current_task"), module.getattr("current_trio_token"))
    else {
        return Ok(None);
    };
    let (current_task, current_token) = (current_task.unbind(), current_token.unbind());
    Ok(Some(TRIO.get_or_init(py, || Trio { current_task, current_token })))
}

fn imported<'py>(py: Python<'py>, name: &str) -> PyResult<Option<Bound<'py, PyAny>>> {
    let modules = py.import(intern!(py, "sys"))?.getattr(intern!(py, "modules"))?;
    let module = modules.call_method1(intern!(py, "get"), (name,))?;
    Ok((!module.is_none()).then_some(module))
}
