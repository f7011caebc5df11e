//! Whose a report is: a test's, with all that the test has begun; else the thread's where it was begun.
//!
//! A *trial* is a test that runs under `check::test`. What is made or polled by its tasks is its own: scopes
//! that are made there; whoever is polled on the thread that polls the trial; and whoever comes to a lock of a twin that
//! was made there, or that its tasks had last. So a task of which nothing is known, on a thread of some
//! executor, is known by its locks.

use alloc::{
    borrow::Cow,
    string::{String, ToString as _},
    sync::Arc,
};
use core::{
    cell::RefCell,
    fmt::Display,
    panic::Location,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    task::Waker,
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, Weak},
    thread_local,
};

use super::{
    lock,
    mode::now,
    tasks::{next_number, this_thread},
};
use crate::watch::class::Identity;

/// A trial, or a thread; the lowest bits say which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Home(u64);

const TRIAL: u64 = 1;
const THREAD: u64 = 2;
/// One that is named like a test of a module, as the test harness names its threads: `tests::a_transfer`.
const TEST_THREAD: u64 = 3;

impl Home {
    pub(crate) const NOBODY: Self = Self(0);

    /// Who runs on this thread, as far as that is known without its scope.
    pub(crate) fn here() -> Self {
        let trial = HERE.try_with(|here| {
            let here = here.borrow();
            here.as_ref().filter(|trial| trial.is_here()).map(|trial| trial.home)
        });
        trial.ok().flatten().unwrap_or_else(Self::of_thread)
    }

    fn of_thread() -> Self {
        let (number, is_test) = this_thread();
        Self(number << 2 | if is_test { TEST_THREAD } else { THREAD })
    }

    pub(crate) fn is_trial(self) -> bool {
        self.0 & 3 == TRIAL
    }

    /// Whose it is if somebody of this home comes to this lock.
    #[inline]
    pub(crate) fn at(self, mark: &Identity) -> Self {
        let of_lock = mark.home();
        if self.0 == of_lock || of_lock == 0 && !self.is_trial() {
            return self;
        }
        if self.is_trial() {
            mark.is_at_home(self.0);
            return self;
        }
        let of_lock = Self(of_lock);
        if of_lock.trial().is_some() {
            return of_lock;
        }
        mark.is_at_home(0);
        self
    }

    /// A lock is made by somebody of this home.
    pub(crate) fn makes(self, mark: &Identity) {
        if self.is_trial() {
            mark.is_at_home(self.0);
        }
    }

    /// The trial, as long as it goes on.
    pub(crate) fn trial(self) -> Option<Arc<Trial>> {
        let trial = self.is_trial().then(|| lock(&TRIALS).get(&self).and_then(Weak::upgrade));
        trial.flatten().filter(|trial| !trial.is_over())
    }

    /// True unless this is another trial than `trial`, or the thread of another test.
    pub(crate) fn may_be(self, trial: Self) -> bool {
        self == trial || matches!(self.0 & 3, 0 | THREAD)
    }

    /// True if what is of this home concerns `other`: a trial knows what is its own; who is none knows what is of no
    /// trial and not of another test's thread.
    pub(crate) fn concerns(self, other: Self) -> bool {
        self == other || !other.is_trial() && matches!(self.0 & 3, 0 | THREAD)
    }
}

/// A test that runs.
pub(crate) struct Trial {
    pub(crate) home: Home,
    pub(crate) name: Cow<'static, str>,
    /// When it was polled first: 0 for not yet.
    began: AtomicU64,
    /// In milliseconds; `u64::MAX` for none.
    limit: AtomicU64,
    /// The thread that polls it, or has polled it last.
    thread: AtomicU64,
    is_over: AtomicBool,
    /// There is a report of tasks that wait for ever.
    pub(crate) is_stuck: AtomicBool,
    /// When its time was up: 0 for not yet.
    late: AtomicU64,
    is_told: AtomicBool,
    waker: Mutex<Option<Waker>>,
}

static TRIALS: LazyLock<Mutex<HashMap<Home, Weak<Trial>>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The trial that this thread has polled last.
    static HERE: RefCell<Option<Arc<Trial>>> = const { RefCell::new(None) };
}

impl Trial {
    pub(crate) fn new(name: Cow<'static, str>, limit: u64) -> Arc<Self> {
        let home = Home(next_number() << 2 | TRIAL);
        let this = Arc::new(Self {
            home,
            name,
            began: AtomicU64::new(0),
            limit: AtomicU64::new(limit),
            thread: AtomicU64::new(0),
            is_over: AtomicBool::new(false),
            is_stuck: AtomicBool::new(false),
            late: AtomicU64::new(0),
            is_told: AtomicBool::new(false),
            waker: Mutex::new(None),
        });
        lock(&TRIALS).insert(home, Arc::downgrade(&this));
        this
    }

    /// All that go on.
    pub(crate) fn all() -> alloc::vec::Vec<Arc<Self>> {
        lock(&TRIALS).values().filter_map(Weak::upgrade).filter(|it| !it.is_over()).collect()
    }

    /// This thread is about to poll it, with this waker.
    pub(crate) fn is_polled(self: &Arc<Self>, waker: &Waker) {
        self.thread.store(this_thread().0, Ordering::SeqCst);
        // ORDERING: Relaxed: a time, no more.
        _ = self.began.compare_exchange(0, now(), Ordering::Relaxed, Ordering::Relaxed);
        let last = HERE.try_with(|here| {
            let is_same = here.borrow().as_ref().is_some_and(|last| Arc::ptr_eq(last, self));
            (!is_same).then(|| here.borrow_mut().replace(self.clone())).flatten()
        });
        // It may have a waker in it, which is foreign code.
        drop(last);
        let is_same = lock(&self.waker).as_ref().is_some_and(|last| last.will_wake(waker));
        if !is_same {
            let waker = waker.clone();
            let last = lock(&self.waker).replace(waker);
            drop(last);
        }
    }

    fn is_here(&self) -> bool {
        !self.is_over() && self.thread.load(Ordering::SeqCst) == this_thread().0
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }

    /// It has ended.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::SeqCst);
        lock(&TRIALS).remove(&self.home);
        lock(&UNCHECKED).remove(&self.home);
        let waker = lock(&self.waker).take();
        drop(waker);
    }

    /// It has something to look at.
    pub(crate) fn wake(&self) {
        let waker = lock(&self.waker).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    pub(crate) fn set_limit(&self, limit: u64) {
        self.limit.store(limit, Ordering::Relaxed);
    }

    pub(crate) fn limit(&self) -> u64 {
        self.limit.load(Ordering::Relaxed)
    }

    /// True if its time is up, from the look on at which that is seen.
    pub(crate) fn is_late(&self) -> bool {
        self.late_since().is_some()
    }

    pub(crate) fn late_since(&self) -> Option<u64> {
        Some(self.late.load(Ordering::SeqCst)).filter(|&late| late > 0)
    }

    /// Looks at the clock; true if its time is up just now.
    pub(crate) fn looks_at_the_clock(&self) -> bool {
        let limit = self.limit();
        let began = self.began.load(Ordering::Relaxed);
        let is_late = limit != u64::MAX && began > 0 && now().saturating_sub(began) >= limit;
        is_late && self.late.compare_exchange(0, now(), Ordering::SeqCst, Ordering::SeqCst).is_ok()
    }

    /// True the first time: that its time is up is to be said once.
    pub(crate) fn is_told(&self) -> bool {
        !self.is_told.swap(true, Ordering::SeqCst)
    }
}

/// Acquisitions that were not checked, of one home: made by a task without a scope, while it held something.
#[derive(Default)]
struct Unchecked {
    count: AtomicU64,
    first: Mutex<Option<First>>,
}

/// The first one of them.
#[derive(Clone)]
pub(crate) struct First {
    number: u64,
    pub(crate) lock: String,
    pub(crate) place: &'static Location<'static>,
}

static UNCHECKED: LazyLock<Mutex<HashMap<Home, Arc<Unchecked>>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// Those that this thread has counted last.
    static COUNTED: RefCell<Option<(Home, Arc<Unchecked>)>> = const { RefCell::new(None) };
}

/// An acquisition was not checked.
#[cold]
pub(crate) fn not_checked(home: Home, what: &dyn Display, place: &'static Location<'static>) {
    let known = COUNTED.try_with(|counted| {
        let counted = counted.borrow();
        counted.as_ref().filter(|counted| counted.0 == home).map(|counted| counted.1.clone())
    });
    let unchecked = known.ok().flatten().unwrap_or_else(|| {
        let unchecked = lock(&UNCHECKED).entry(home).or_default().clone();
        _ = COUNTED.try_with(|counted| counted.replace(Some((home, unchecked.clone()))));
        unchecked
    });
    if unchecked.count.fetch_add(1, Ordering::SeqCst) == 0 {
        let first = First { number: next_number(), lock: what.to_string(), place };
        *lock(&unchecked.first) = Some(first);
    }
}

/// How many acquisitions that concern `home` were not checked, and the first of them.
pub(crate) fn unchecked(home: Home) -> Option<(u64, First)> {
    let all = lock(&UNCHECKED);
    let ours = all.iter().filter(|(of, _)| of.concerns(home));
    let ours = ours.filter_map(|(_, unchecked)| {
        let first = lock(&unchecked.first).clone()?;
        Some((unchecked.count.load(Ordering::SeqCst), first))
    });
    ours.reduce(|(count, first), (more, other)| {
        (count + more, if other.number < first.number { other } else { first })
    })
}

/// Forgets them.
pub(crate) fn forget_unchecked(home: Home) {
    let all = lock(&UNCHECKED);
    for (_, unchecked) in all.iter().filter(|(of, _)| of.concerns(home)) {
        *lock(&unchecked.first) = None;
        unchecked.count.store(0, Ordering::SeqCst);
    }
}
