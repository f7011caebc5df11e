//! The poll scope of a task, and how many of its leaves sleep.
//!
//! A scope gives its future a waker of its own, a new one for each poll, and each clone of it is a
//! new one too (so `will_wake` never holds, and each leaf that goes to sleep must clone it). Hence
//! at any moment of a poll the count of clones says how many leaves have gone to sleep in it. That
//! is how branches of one task (`join!`, `select!`) are told from one flow, without knowing the
//! combinators.
//!
//! **A task waits for nothing but locks** if its last poll ended with as many sleepers as it has lock
//! futures that sleep since that poll, and it was not woken.
#![allow(unsafe_code)]

use alloc::{borrow::Cow, boxed::Box, format, string::String, sync::Arc, vec::Vec};
use core::{
    cell::RefCell,
    future::Future,
    panic::Location,
    pin::Pin,
    sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    task::{Context, Poll, RawWaker, RawWakerVTable, Waker},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, Weak},
    thread_local,
};

use super::{
    lock,
    tasks::{Sort, Task, next_number, thread_name},
    trial::Home,
};

/// The polls of a scope.
pub(crate) struct Polls {
    shared: Arc<Shared>,
    /// The wakers of earlier polls that somebody may still have.
    older: Vec<(u64, Weak<PollWaker>)>,
    /// The last poll that ended with more than one sleeper.
    last_split: u64,
    /// The last poll after which somebody was woken who need not have been polled since: a future
    /// that the task has left sleeps no more, and still holds what it held.
    last_lost: u64,
}

/// One poll's waker: forwards to the executor's, and is counted.
struct PollWaker {
    scope: Arc<Shared>,
    outer: Waker,
}

impl PollWaker {
    fn wake(&self) {
        self.scope.wakes.fetch_add(1, Ordering::SeqCst);
        self.outer.wake_by_ref();
    }

    /// A waker that is not like any other: tokio's `yield_now`, for one, keeps a single clone for two
    /// branches whose wakers are alike.
    fn waker(self: Arc<Self>) -> Waker {
        const fn is_for_all_threads<T: Send + Sync>() {}
        const { is_for_all_threads::<PollWaker>() }
        // SAFETY: the functions of the table keep the contract of `RawWaker`: each clone is a box of
        // its own, ended once, and what is in it may be used and dropped on all threads.
        unsafe { Waker::from_raw(self.raw_waker()) }
    }

    fn raw_waker(self: Arc<Self>) -> RawWaker {
        /// # Safety
        /// `data` is of a waker that `raw_waker` has made, and that is not dropped meanwhile.
        unsafe fn poll<'a>(data: *const ()) -> &'a Arc<PollWaker> {
            // SAFETY: the caller's contract: the box is there as long as its waker.
            unsafe { &*data.cast() }
        }
        /// # Safety
        /// As for `poll`; and the waker is used no more.
        unsafe fn end(data: *const ()) -> Arc<PollWaker> {
            // SAFETY: the caller's contract: it is a box that was leaked below, taken back once.
            *unsafe { Box::from_raw(data.cast_mut().cast()) }
        }
        // SAFETY: in all four, `data` is that of the waker which is called; `wake` and `drop` are the
        // last call that it gets.
        static VTABLE: RawWakerVTable = RawWakerVTable::new(
            |data| unsafe { poll(data) }.clone().raw_waker(),
            |data| unsafe { end(data) }.wake(),
            |data| unsafe { poll(data) }.wake(),
            |data| drop(unsafe { end(data) }),
        );
        RawWaker::new(Box::into_raw(Box::new(self)).cast_const().cast(), &VTABLE)
    }
}

/// What others may look at of a scope.
pub(crate) struct Shared {
    pub(crate) task: Task,
    /// Whose a report about it is.
    pub(crate) home: Home,
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

    /// Those inside that sleep since the last poll: one may have ended, or been dropped, in the same poll.
    pub(crate) fn children(&self) -> Vec<Task> {
        let mut children = lock(&self.children).clone();
        children.retain(|&child| scope_of(child).is_some_and(|it| lock(&it.waker).is_some()));
        children
    }

    pub(crate) fn parent(&self) -> Task {
        Task(self.parent.load(Ordering::SeqCst))
    }
}

/// How many have the waker while the poll runs, if nobody has gone to sleep: the scope, its place in
/// `RUNNING`, the context.
const OURS: usize = 3;

/// A scope that is being polled on this thread.
pub(crate) struct Running {
    pub(crate) scope: Arc<Shared>,
    waker: Arc<PollWaker>,
    /// Which waker the future is polled with: the address of what is in it.
    own: usize,
    /// The task around it has no scope, and holds a lock.
    pub(crate) is_over_blind: bool,
    pub(crate) poll: u64,
    pub(crate) last_split: u64,
    pub(crate) last_lost: u64,
    /// Somebody sleeps who was not polled the last time.
    pub(crate) is_stale: bool,
    /// When the scope inside of it began its poll, nothing had gone to sleep before in this one.
    pub(crate) was_quiet: bool,
}

impl Running {
    /// Nothing has gone to sleep, or asked to be polled again, in this poll so far.
    pub(crate) fn is_quiet(&self) -> bool {
        Arc::strong_count(&self.waker) == OURS && self.scope.wakes.load(Ordering::Relaxed) == 0
    }

    pub(crate) fn is_own(&self, waker: &Waker) -> bool {
        waker.data().addr() == self.own
    }
}

thread_local! {
    /// Innermost last.
    pub(crate) static RUNNING: RefCell<Vec<Running>> = const { RefCell::new(Vec::new()) };
}

static SCOPES: LazyLock<Mutex<HashMap<u64, Weak<Shared>>>> = LazyLock::new(Mutex::default);

/// True if the scope around the next one on this thread is over a task that has none, and holds a lock; `None` if there
/// is no scope around it.
pub(crate) fn is_over_blind() -> Option<bool> {
    let is_it = RUNNING.try_with(|stack| stack.borrow().last().map(|it| it.is_over_blind));
    is_it.ok().flatten()
}

/// Whose it is what this thread does now.
pub(crate) fn home() -> Home {
    let home = RUNNING.try_with(|stack| stack.borrow().last().map(|running| running.scope.home));
    home.ok().flatten().unwrap_or_else(Home::here)
}

/// The scope of a task that has not ended.
pub(crate) fn scope_of(task: Task) -> Option<Arc<Shared>> {
    lock(&SCOPES).get(&task.number()).and_then(Weak::upgrade)
}

impl Task {
    /// Name and number, for a reader.
    pub(crate) fn describe(self) -> String {
        let number = self.number();
        match self.sort() {
            Sort::Unknown => "an unknown task (see `ironfence::task::named`)".into(),
            Sort::Tokio => format!("tokio's task {number}"),
            Sort::Thread => match thread_name(number) {
                Some(name) => format!("thread \"{name}\""),
                None => format!("thread #{number}"),
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

impl Polls {
    #[track_caller]
    pub(crate) fn new(name: Option<Cow<'static, str>>) -> Self {
        Self::of(home(), name)
    }

    #[track_caller]
    pub(crate) fn of(home: Home, name: Option<Cow<'static, str>>) -> Self {
        let number = next_number();
        let shared = Arc::new(Shared {
            task: Task::new(Sort::Scope, number),
            home,
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
        Self { shared, older: Vec::new(), last_split: 0, last_lost: 0 }
    }

    pub(crate) fn task(&self) -> Task {
        self.shared.task
    }

    /// A lock future has gone to sleep in the last poll.
    pub(crate) fn has_slept(&self) -> bool {
        self.shared.has_slept.load(Ordering::Relaxed)
    }

    /// Polls the task.
    pub(crate) fn poll<F: Future>(
        &mut self,
        future: Pin<&mut F>,
        context: &mut Context<'_>,
        is_over_blind: bool,
    ) -> Poll<F::Output> {
        // A thread that ends may have lost its stack of scopes: whoever is polled there is nobody we know.
        if RUNNING.try_with(|_| ()).is_err() {
            return future.poll(context);
        }
        let mut running = self.begin(context.waker());
        let waker = running.waker.clone().waker();
        running.own = waker.data().addr();
        running.is_over_blind = is_over_blind;
        // A panic ends the poll too.
        let mut ended = EndPoll { scope: self, parent: Task::NOBODY, is_pending: false };
        ended.parent = enter(running, context.waker());
        let polled = future.poll(&mut Context::from_waker(&waker));
        drop(waker);
        ended.is_pending = polled.is_pending();
        polled
    }

    fn begin(&mut self, outer: &Waker) -> Running {
        let shared = &self.shared;
        let poll = shared.poll.load(Ordering::Relaxed) + 1;
        // In this order: whoever sees the new poll, or no wakes, sees that it is being polled.
        shared.is_polling.store(true, Ordering::SeqCst);
        shared.poll.store(poll, Ordering::SeqCst);
        let wakes = shared.wakes.swap(0, Ordering::SeqCst);
        // Of two that were woken one may be left; and who was left asleep by the last poll is not now.
        if wakes > 1 || self.older.iter().any(|(_, waker)| waker.strong_count() == 0) {
            self.last_lost = poll - 1;
        }
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
            own: 0,
            is_over_blind: false,
            poll,
            last_split: self.last_split,
            last_lost: self.last_lost,
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
    scope: &'a mut Polls,
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
        scope.older.retain(|(_, waker)| waker.strong_count() > 0);
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

impl Drop for Polls {
    fn drop(&mut self) {
        lock(&SCOPES).remove(&self.shared.task.number());
        // It knows the scope in turn. Dropped outside the lock: it may be foreign code.
        let waker = lock(&self.shared.waker).take();
        drop(waker);
    }
}
