//! Who is who: a [`Scope`](super::scope::Scope), or, known by less, a thread that blocks, a tokio task
//! by its id, or nobody that we know (a poll on some executor).

use alloc::string::String;
use core::{
    cell::Cell,
    sync::atomic::{AtomicU64, Ordering},
};
use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    thread_local,
};

use super::lock;

/// A task's number; the lowest bits say what it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Task(pub(super) u64);

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

    pub(crate) const fn new(sort: Sort, number: u64) -> Self {
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

    /// It is known by the thread alone, which is another one than this: it goes from thread to thread.
    pub(crate) fn is_elsewhere(self) -> bool {
        self.sort() == Sort::Unknown && self != Self::NOBODY && self.number() != thread_number()
    }

    pub(crate) fn number(self) -> u64 {
        self.0 >> 2
    }
}

static LAST_NUMBER: AtomicU64 = AtomicU64::new(0);
pub(crate) fn next_number() -> u64 {
    LAST_NUMBER.fetch_add(1, Ordering::Relaxed) + 1
}

/// The names of the threads that were met, by number.
static THREADS: LazyLock<Mutex<HashMap<u64, Option<String>>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// 0 until the thread is met. Without a `Drop`, so that a thread is the same one to its very end.
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    /// The harness of the tests has named it.
    static IS_A_TEST: Cell<bool> = const { Cell::new(false) };
    static NAME: Name = Name::new();
}

/// The thread has its name in [`THREADS`] while this lives.
struct Name(u64);

impl Name {
    fn new() -> Self {
        let number = thread_number();
        let name = std::thread::current().name().map(String::from);
        let is_a_test = name.as_ref().is_some_and(|name| name.contains("::"));
        _ = IS_A_TEST.try_with(|it| it.set(is_a_test));
        lock(&THREADS).insert(number, name);
        Self(number)
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        lock(&THREADS).remove(&self.0);
    }
}

/// The number of this thread.
fn thread_number() -> u64 {
    let number = NUMBER.try_with(Cell::get).unwrap_or(0);
    if number != 0 {
        return number;
    }
    let number = next_number();
    _ = NUMBER.try_with(|it| it.set(number));
    _ = NAME.try_with(|_| ());
    number
}

/// The number of this thread, and whether it is named like a test in a module.
pub(crate) fn this_thread() -> (u64, bool) {
    (thread_number(), IS_A_TEST.try_with(Cell::get).unwrap_or(false))
}

impl Task {
    /// Who runs on this thread outside of any scope.
    pub(crate) fn outside(is_blocking: bool) -> Self {
        match tokio_task() {
            Some(id) => Self::new(Sort::Tokio, id),
            None => {
                let sort = if is_blocking { Sort::Thread } else { Sort::Unknown };
                Self::new(sort, thread_number())
            }
        }
    }
}

/// Who runs on this thread around its outermost scope, if that is known: a task of tokio, or the root of its runtime.
pub(crate) fn around_scopes() -> Option<Task> {
    let is_in_tokio = tokio_task().is_some() || is_in_tokio();
    is_in_tokio.then(|| Task::outside(false))
}

#[cfg(feature = "tokio")]
fn is_in_tokio() -> bool {
    tokio::runtime::Handle::try_current().is_ok()
}

#[cfg(not(feature = "tokio"))]
fn is_in_tokio() -> bool {
    false
}

/// The name of a thread that was met.
pub(crate) fn thread_name(number: u64) -> Option<String> {
    lock(&THREADS).get(&number).cloned().flatten()
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
