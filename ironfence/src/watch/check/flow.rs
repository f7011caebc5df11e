//! Who asks, at one moment, and what it holds for certain.
//!
//! **B is asked for in the flow that holds A** if nothing has gone to sleep before in this poll, and A
//! was taken in this poll; or if besides no poll since A was taken ended with two sleepers; or if the
//! last poll ended with one sleeper, no older clone is alive, and nobody who was left asleep may have been
//! woken since A was taken, so that there is only one flow.
//!
//! A leaf that is polled with another waker than the scope's (by a `FuturesUnordered`, say) is in a flow
//! that we know nothing of. What is not certain is not used.

use alloc::vec::Vec;
use core::{
    cell::Cell,
    sync::atomic::{AtomicBool, Ordering},
    task::Waker,
};
use std::thread_local;

use super::{
    ledger::{self, Held, Live},
    scope::{self, RUNNING, Running},
    tasks::{self, Sort, Task},
    trial::Home,
};

/// The user says that tokio's tasks have no branches.
pub(crate) static TASKS_ARE_SEQUENTIAL: AtomicBool = AtomicBool::new(false);

thread_local! {
    /// How many blocking waits this thread is in.
    static BLOCKING: Cell<u32> = const { Cell::new(0) };
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
    /// Whose a report about it is.
    pub(crate) home: Home,
    /// Which poll of it this is.
    pub(crate) poll: u64,
    last_split: u64,
    last_lost: u64,
    is_stale: bool,
    /// Polled with the scope's own waker.
    pub(crate) is_direct: bool,
    /// Nothing went to sleep before in this poll.
    is_certain: bool,
    /// The thread waits: nothing else of the task can run.
    pub(crate) is_blocking: bool,
    /// There are scopes around this one.
    is_inner: bool,
    /// The task around all of them has no scope, and holds a lock.
    pub(crate) is_over_blind: bool,
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
        in_scope.ok().flatten().unwrap_or_else(|| Self::of(Task::outside(is_blocking), is_blocking))
    }

    /// Who calls a function that is not a future, and so has no waker to say whether it is called by the
    /// scope itself. Whoever polls with wakers of its own has cloned the scope's before.
    pub(crate) fn of_call() -> Self {
        let flow = Self::current(None);
        let is_quiet = RUNNING.try_with(|stack| stack.borrow().last().map(Running::is_quiet));
        let is_quiet = is_quiet.ok().flatten().unwrap_or(false);
        Self {
            is_direct: flow.is_direct || is_quiet,
            is_certain: flow.is_certain || is_quiet,
            ..flow
        }
    }

    pub(crate) fn nobody() -> Self {
        Self { home: Home::NOBODY, ..Self::of(Task::NOBODY, false) }
    }

    fn of(task: Task, is_blocking: bool) -> Self {
        Self {
            task,
            home: Home::here(),
            poll: 0,
            last_split: 0,
            last_lost: 0,
            is_stale: false,
            is_direct: false,
            is_certain: false,
            is_blocking,
            is_inner: false,
            is_over_blind: false,
        }
    }

    /// True if nothing is known of what this flow holds for certain, and nothing will be.
    pub(crate) fn is_blind(&self) -> bool {
        !self.is_blocking
            && match self.task.sort() {
                Sort::Unknown => true,
                Sort::Tokio => !TASKS_ARE_SEQUENTIAL.load(Ordering::Relaxed),
                Sort::Thread | Sort::Scope => false,
            }
    }

    /// True if a scope that is about to be polled here is over a task without one that holds a lock.
    pub(crate) fn comes_over_blind() -> bool {
        scope::is_over_blind().unwrap_or_else(|| {
            let around = tasks::around_scopes().map(|task| Self::of(task, false));
            let holds = |live: &mut Live, task| live.held_by(task).any(|held| !held.may_travel);
            around.is_some_and(|flow| {
                flow.is_blind() && ledger::with(flow.task, |live| holds(live, flow.task))
            })
        })
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
                let is_one_again = !self.is_stale && held.poll > self.last_lost;
                was_one && (is_unbroken || is_one_again)
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

impl Running {
    fn flow(&self, is_direct: bool, is_quiet: bool) -> Flow {
        Flow {
            task: self.scope.task,
            home: self.scope.home,
            poll: self.poll,
            last_split: self.last_split,
            last_lost: self.last_lost,
            is_stale: self.is_stale,
            is_direct,
            is_certain: is_direct && is_quiet,
            is_blocking: false,
            is_inner: false,
            is_over_blind: self.is_over_blind,
        }
    }
}
