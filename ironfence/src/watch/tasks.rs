//! Who is polling: tasks, their flows, and what is certain about them.
//!
//! A task is a [`Scope`], or, known by less, a thread that blocks, a tokio task by its id, or nobody
//! that we know (a poll on some executor).
//!
//! A scope gives its future a waker of its own, a new one for each poll (so `will_wake` never holds,
//! and each leaf that goes to sleep must clone it). Hence at any moment of a poll the count of clones
//! says how many leaves have gone to sleep in it. That is how branches of one task (`join!`, `select!`)
//! are told from one flow, without knowing the combinators:
//!
//! - **B is asked for in the flow that holds A** if nothing has gone to sleep before in this poll, and A
//!   was taken in this poll; or if besides no poll since A was taken ended with two sleepers; or if the
//!   last poll ended with one sleeper and no older clone is alive, so that there is only one flow.
//! - **A task waits for nothing but locks** if its last poll ended with as many sleepers as it has lock
//!   futures that sleep since that poll, and it was not woken.
//!
//! A leaf that is polled with another waker than the scope's (by a `FuturesUnordered`, say) is in a flow
//! that we know nothing of. What is not certain is not used.

use alloc::{borrow::Cow, format, string::String, sync::Arc, task::Wake, vec::Vec};
use core::{
    cell::{Cell, RefCell},
    future::Future,
    panic::Location,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError, Weak},
    thread_local,
};

use super::{ledger::Held, report, stuck};

/// A task's number; the lowest bits say what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Task(u64);

/// What is known of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sort {
    /// Somebody, polled on some thread by an executor that we don't know.
    Unknown,
    /// A thread, in a blocking method.
    Thread,
    /// tokio's, by its id.
    #[cfg_attr(not(feature = "tokio"), allow(dead_code))]
    Tokio,
    /// A poll scope of ours.
    Scope,
}

impl Task {
    /// Nobody's.
    pub(crate) const NOBODY: Self = Self(0);

    const fn new(sort: Sort, number: u64) -> Self {
        Self(number << 2 | sort as u64)
    }

    pub(crate) fn sort(self) -> Sort {
        match self.0 & 3 {
            0 => Sort::Unknown,
            1 => Sort::Thread,
            2 => Sort::Tokio,
            _ => Sort::Scope,
        }
    }

    pub(crate) fn number(self) -> u64 {
        self.0 >> 2
    }

    /// Name and number, for a reader.
    pub(crate) fn describe(self) -> String {
        let number = self.number();
        match self.sort() {
            Sort::Unknown => "an unknown task (see `ironfence::task::named`)".into(),
            Sort::Tokio => format!("tokio's task {number}"),
            Sort::Thread => match lock(&THREADS).get(&number) {
                Some(Some(name)) => format!("thread \"{name}\""),
                _ => format!("thread #{number}"),
            },
            Sort::Scope => match scope_of(self) {
                None => format!("task #{number}, which has ended"),
                Some(scope) => match &scope.name {
                    Some(name) => format!("task \"{name}\" (#{number})"),
                    None => format!("task #{number} (made at {})", scope.made_at),
                },
            },
        }
    }
}

pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

static SCOPES: LazyLock<Mutex<HashMap<u64, Weak<Shared>>>> = LazyLock::new(Mutex::default);
static THREADS: LazyLock<Mutex<HashMap<u64, Option<String>>>> = LazyLock::new(Mutex::default);
static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);
/// The user says that tokio's tasks have no branches.
pub(crate) static TASKS_ARE_SEQUENTIAL: AtomicBool = AtomicBool::new(false);

fn next_number() -> u64 {
    LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1
}

/// The scope of a task that has not ended.
pub(crate) fn scope_of(task: Task) -> Option<Arc<Shared>> {
    lock(&SCOPES).get(&task.number()).and_then(Weak::upgrade)
}

/// One poll's waker: forwards to the executor's, and is counted.
struct PollWaker {
    scope: Arc<Shared>,
    outer: Waker,
}

impl Wake for PollWaker {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.scope.wakes.fetch_add(1, Ordering::SeqCst);
        self.outer.wake_by_ref();
    }
}

/// What others may look at of a scope.
pub(crate) struct Shared {
    pub(crate) task: Task,
    name: Option<Cow<'static, str>>,
    made_at: &'static Location<'static>,
    /// The number of the poll that runs, or ran last.
    pub(crate) poll: AtomicU64,
    is_polling: AtomicBool,
    /// How often it was woken since the last poll began.
    wakes: AtomicU32,
    /// A lock future has gone to sleep in this poll.
    pub(crate) has_slept: AtomicBool,
    /// The waker of the last poll.
    waker: Mutex<Option<Arc<PollWaker>>>,
    /// The scopes inside that went to sleep in this poll.
    children: Mutex<Vec<Task>>,
    /// The scope around it, at the last poll.
    parent: AtomicU64,
}

impl Shared {
    /// How many leaves have gone to sleep since the last poll began and were not woken; `None` while
    /// it is polled, or is about to be.
    pub(crate) fn sleepers(&self) -> Option<usize> {
        let waker = lock(&self.waker);
        let sleepers = waker.as_ref().map_or(0, |waker| Arc::strong_count(waker) - 1);
        let is_idle =
            !self.is_polling.load(Ordering::SeqCst) && self.wakes.load(Ordering::SeqCst) == 0;
        is_idle.then_some(sleepers)
    }

    pub(crate) fn children(&self) -> Vec<Task> {
        lock(&self.children).clone()
    }

    pub(crate) fn parent(&self) -> Task {
        Task(self.parent.load(Ordering::SeqCst))
    }
}

/// A poll scope: lives in the future that it is about.
pub(crate) struct Scope {
    shared: Arc<Shared>,
    /// The wakers of earlier polls that somebody may still have.
    older: Vec<(u64, Weak<PollWaker>)>,
    /// The last poll that ended with more than one sleeper.
    last_split: u64,
}

/// How many have the waker while the poll runs, if nobody has gone to sleep: the scope, its place in
/// `RUNNING`, the context.
const OURS: usize = 3;

/// A scope that is being polled on this thread.
struct Running {
    scope: Arc<Shared>,
    waker: Arc<PollWaker>,
    poll: u64,
    last_split: u64,
    /// Somebody sleeps who was not polled the last time.
    is_stale: bool,
    /// When the scope inside of it began its poll, nothing had gone to sleep before in this one.
    was_quiet: bool,
}

impl Running {
    /// Nothing has gone to sleep, or asked to be polled again, in this poll so far.
    fn is_quiet(&self) -> bool {
        Arc::strong_count(&self.waker) == OURS && self.scope.wakes.load(Ordering::Relaxed) == 0
    }

    fn is_own(&self, waker: &Waker) -> bool {
        waker.data() == Arc::as_ptr(&self.waker).cast()
    }

    fn flow(&self, is_direct: bool, is_quiet: bool) -> Flow {
        Flow {
            task: self.scope.task,
            poll: self.poll,
            last_split: self.last_split,
            is_stale: self.is_stale,
            is_direct,
            is_certain: is_direct && is_quiet,
            is_blocking: false,
            is_inner: false,
        }
    }
}

thread_local! {
    /// Innermost last.
    static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
    static BLOCKING: Cell<u32> = const { Cell::new(0) };
    static THREAD: ThreadNumber = ThreadNumber::new();
}

struct ThreadNumber(u64);

impl ThreadNumber {
    fn new() -> Self {
        let number = next_number();
        let name = std::thread::current().name().map(String::from);
        lock(&THREADS).insert(number, name);
        Self(number)
    }
}

impl Drop for ThreadNumber {
    fn drop(&mut self) {
        lock(&THREADS).remove(&self.0);
    }
}

impl Scope {
    #[track_caller]
    pub(crate) fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Some(name.into()))
    }

    #[track_caller]
    pub(crate) fn unnamed() -> Self {
        Self::new(None)
    }

    #[track_caller]
    fn new(name: Option<Cow<'static, str>>) -> Self {
        let number = next_number();
        let shared = Arc::new(Shared {
            task: Task::new(Sort::Scope, number),
            name,
            made_at: Location::caller(),
            poll: AtomicU64::new(0),
            is_polling: AtomicBool::new(false),
            wakes: AtomicU32::new(0),
            has_slept: AtomicBool::new(false),
            waker: Mutex::new(None),
            children: Mutex::default(),
            parent: AtomicU64::new(0),
        });
        lock(&SCOPES).insert(number, Arc::downgrade(&shared));
        Self { shared, older: Vec::new(), last_split: 0 }
    }

    /// Polls the task.
    pub(crate) fn poll<F: Future>(
        &mut self,
        future: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        if !report::is_on() {
            return future.poll(context);
        }
        let running = self.begin(context.waker());
        let waker = Waker::from(running.waker.clone());
        // A panic ends the poll too.
        let mut ended = EndPoll { scope: self, parent: Task::NOBODY, is_pending: false };
        ended.parent = enter(running, context.waker());
        let polled = future.poll(&mut Context::from_waker(&waker));
        drop(waker);
        ended.is_pending = polled.is_pending();
        drop(ended);
        if polled.is_pending() && self.shared.has_slept.load(Ordering::Relaxed) {
            stuck::look(self.shared.task);
        }
        polled
    }

    fn begin(&mut self, outer: &Waker) -> Running {
        let shared = &self.shared;
        let poll = shared.poll.load(Ordering::Relaxed) + 1;
        // In this order: whoever sees the new poll, or no wakes, sees that it is being polled.
        shared.is_polling.store(true, Ordering::SeqCst);
        shared.poll.store(poll, Ordering::SeqCst);
        shared.wakes.store(0, Ordering::SeqCst);
        shared.has_slept.store(false, Ordering::Relaxed);
        lock(&shared.children).clear();
        let waker = Arc::new(PollWaker { scope: shared.clone(), outer: outer.clone() });
        let last = lock(&shared.waker).replace(waker.clone());
        if let Some(last) = last {
            self.older.push((poll - 1, Arc::downgrade(&last)));
        }
        self.older.retain(|(_, waker)| waker.strong_count() > 0);
        let is_stale = self.older.iter().any(|(of, _)| of + 1 < poll);
        Running {
            scope: shared.clone(),
            waker,
            poll,
            last_split: self.last_split,
            is_stale,
            was_quiet: true,
        }
    }
}

/// Puts the scope on the thread's stack; returns the task around it, if it is polled by that itself.
fn enter(running: Running, outer: &Waker) -> Task {
    RUNNING.with_borrow_mut(|stack| {
        let mut parent = Task::NOBODY;
        if let Some(around) = stack.last_mut() {
            // Beside ours, the new poll's waker has a clone already.
            let is_own = around.is_own(outer);
            let others = Arc::strong_count(&around.waker) - OURS - usize::from(is_own);
            around.was_quiet =
                is_own && others == 0 && around.scope.wakes.load(Ordering::Relaxed) == 0;
            if is_own {
                parent = around.scope.task;
            }
        }
        running.scope.parent.store(parent.0, Ordering::SeqCst);
        stack.push(running);
        parent
    })
}

struct EndPoll<'a> {
    scope: &'a mut Scope,
    parent: Task,
    is_pending: bool,
}

impl Drop for EndPoll<'_> {
    fn drop(&mut self) {
        let scope = &mut *self.scope;
        let running = RUNNING.with_borrow_mut(Vec::pop);
        let shared = &scope.shared;
        let poll = shared.poll.load(Ordering::Relaxed);
        drop(running);
        let mut waker = lock(&shared.waker);
        let sleepers = waker.as_ref().map_or(0, |waker| Arc::strong_count(waker) - 1);
        let wakes = shared.wakes.load(Ordering::SeqCst) as usize;
        if sleepers + wakes > 1 {
            scope.last_split = poll;
        }
        // If it has ended, it sleeps no more. A waker is foreign code: dropped outside the lock.
        let ended = if self.is_pending { None } else { waker.take() };
        drop(waker);
        drop(ended);
        shared.is_polling.store(false, Ordering::SeqCst);
        if self.is_pending && self.parent != Task::NOBODY {
            RUNNING.with_borrow(|stack| {
                let Some(around) = stack.last() else { return };
                let mut children = lock(&around.scope.children);
                if !children.contains(&shared.task) {
                    children.push(shared.task);
                }
                if shared.has_slept.load(Ordering::Relaxed) {
                    around.scope.has_slept.store(true, Ordering::Relaxed);
                }
            });
        }
    }
}

impl Drop for Scope {
    fn drop(&mut self) {
        lock(&SCOPES).remove(&self.shared.task.number());
    }
}

/// While this lives, the thread itself waits.
pub(crate) struct Blocking(());

impl Blocking {
    pub(crate) fn begin() -> Self {
        _ = BLOCKING.try_with(|depth| depth.set(depth.get() + 1));
        Self(())
    }
}

impl Drop for Blocking {
    fn drop(&mut self) {
        _ = BLOCKING.try_with(|depth| depth.set(depth.get() - 1));
    }
}

/// Who asks, at one moment.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Flow {
    pub(crate) task: Task,
    /// Which poll of it this is.
    pub(crate) poll: u64,
    last_split: u64,
    is_stale: bool,
    /// Polled with the scope's own waker.
    pub(crate) is_direct: bool,
    /// Nothing went to sleep before in this poll.
    is_certain: bool,
    /// The thread waits: nothing else of the task can run.
    pub(crate) is_blocking: bool,
    /// There are scopes around this one.
    is_inner: bool,
}

impl Flow {
    /// Who runs on this thread; `waker` is what it is polled with.
    pub(crate) fn current(waker: Option<&Waker>) -> Self {
        let is_blocking = BLOCKING.try_with(Cell::get).unwrap_or(0) > 0;
        let in_scope = RUNNING.try_with(|stack| {
            let stack = stack.borrow();
            stack.last().map(|running| {
                let is_direct = is_blocking || waker.is_some_and(|waker| running.is_own(waker));
                let flow = running.flow(is_direct, running.is_quiet());
                Flow { is_blocking, is_inner: stack.len() > 1, ..flow }
            })
        });
        in_scope.ok().flatten().unwrap_or_else(|| Self::outside(is_blocking))
    }

    pub(crate) fn nobody() -> Self {
        Self::of(Task::NOBODY, false)
    }

    fn outside(is_blocking: bool) -> Self {
        let task = match tokio_task() {
            Some(id) => Task::new(Sort::Tokio, id),
            None => {
                let thread = THREAD.try_with(|thread| thread.0).unwrap_or(0);
                let sort = if is_blocking { Sort::Thread } else { Sort::Unknown };
                Task::new(sort, thread)
            }
        };
        Self::of(task, is_blocking)
    }

    fn of(task: Task, is_blocking: bool) -> Self {
        Self {
            task,
            poll: 0,
            last_split: 0,
            is_stale: false,
            is_direct: false,
            is_certain: false,
            is_blocking,
            is_inner: false,
        }
    }

    /// True if what this flow asks for now keeps `held`, of the same task, held until it has it.
    pub(crate) fn holds(&self, held: &Held) -> bool {
        if held.may_travel {
            return false;
        }
        if self.is_blocking {
            return true;
        }
        match self.task.sort() {
            Sort::Unknown | Sort::Thread => false,
            Sort::Tokio => TASKS_ARE_SEQUENTIAL.load(Ordering::Relaxed),
            Sort::Scope if !self.is_certain => false,
            Sort::Scope if held.is_direct && held.poll == self.poll => true,
            Sort::Scope => {
                let was_one = self.last_split + 1 < self.poll || self.last_split == 0;
                let is_unbroken = held.is_direct && held.poll > self.last_split;
                was_one && (is_unbroken || !self.is_stale)
            }
        }
    }

    /// Calls `each` with the scopes around this one, as flows that wait for it, innermost first.
    #[inline]
    pub(crate) fn around(&self, each: impl FnMut(Flow)) {
        if self.is_inner {
            self.around_inner(each);
        }
    }

    #[cold]
    fn around_inner(&self, mut each: impl FnMut(Flow)) {
        let flows = RUNNING.try_with(|stack| {
            let stack = stack.borrow();
            let outer = stack.iter().rev().skip(1);
            let flows = outer.map(|running| {
                let mut flow = running.flow(running.was_quiet, running.was_quiet);
                flow.is_blocking = self.is_blocking;
                flow
            });
            flows.collect::<Vec<_>>()
        });
        flows.unwrap_or_default().into_iter().for_each(&mut each);
    }

    /// A lock future of this flow goes to sleep. True if nothing else of its task can run from now on.
    pub(crate) fn sleeps(&self) -> bool {
        if self.task.sort() == Sort::Scope {
            _ = RUNNING.try_with(|stack| {
                if let Some(running) = stack.borrow().last() {
                    running.scope.has_slept.store(true, Ordering::Relaxed);
                }
            });
        }
        let is_sequential = || TASKS_ARE_SEQUENTIAL.load(Ordering::Relaxed);
        self.is_blocking || self.task.sort() == Sort::Tokio && is_sequential()
    }
}

#[cfg(feature = "tokio")]
fn tokio_task() -> Option<u64> {
    use core::hash::{Hash as _, Hasher};

    /// An id says its number to nobody but a hasher.
    #[derive(Default)]
    struct Number(u64);

    impl Hasher for Number {
        fn write(&mut self, bytes: &[u8]) {
            for &byte in bytes {
                self.0 = self.0 << 8 | u64::from(byte);
            }
        }

        fn write_u64(&mut self, number: u64) {
            self.0 = number;
        }

        fn finish(&self) -> u64 {
            self.0
        }
    }

    let mut number = Number::default();
    tokio::task::try_id()?.hash(&mut number);
    Some(number.finish())
}

#[cfg(not(feature = "tokio"))]
fn tokio_task() -> Option<u64> {
    None
}
