//! What the guards of one lock share.

use std::sync::{
    Arc,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use ironfence::{Mutex, RwLock};

use crate::{book::Book, hold::Core};

/// A lock without its value, which lies in the Python object.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) core: Core,
    pub(crate) book: Book,
    /// Locks are numbered as they are made: the order in which several are taken.
    number: AtomicU64,
    /// Is it a field of a guarded object?
    is_settled: AtomicBool,
    /// Is it known who holds it?
    knows_owners: AtomicBool,
    /// Is a free lock taken without a turn of the loop before?
    is_fast: AtomicBool,
}

static NUMBERS: AtomicU64 = AtomicU64::new(1);

fn next_number() -> u64 {
    // ORDERING: Relaxed, all that matters is that each number is given once.
    NUMBERS.fetch_add(1, Ordering::Relaxed)
}

impl Shared {
    pub(crate) fn mutex() -> Arc<Self> {
        Self::new(Core::Mutex(Arc::new(Mutex::fifo(()))))
    }

    pub(crate) fn rwlock() -> Arc<Self> {
        Self::new(Core::RwLock(Arc::new(RwLock::fifo(()))))
    }

    fn new(core: Core) -> Arc<Self> {
        Arc::new(Self {
            core,
            book: Book::default(),
            number: AtomicU64::new(next_number()),
            is_settled: AtomicBool::new(false),
            knows_owners: AtomicBool::new(true),
            is_fast: AtomicBool::new(true),
        })
    }

    /// Said once, before anybody has the lock.
    pub(crate) fn set_up(&self, name: Option<String>, knows_owners: bool, is_fast: bool) {
        if let Some(name) = name {
            self.book.with(|pages| pages.set_name(name));
        }
        // ORDERING: Relaxed, the object is not shared before it is set up.
        self.knows_owners.store(knows_owners, Ordering::Relaxed);
        self.is_fast.store(is_fast, Ordering::Relaxed);
    }

    pub(crate) fn number(&self) -> u64 {
        // ORDERING: Relaxed, it is changed before the lock is a field that others see.
        self.number.load(Ordering::Relaxed)
    }

    /// Gives it a place in the order of all locks behind those that have one. False if it has been given one.
    pub(crate) fn settle(&self) -> bool {
        // ORDERING: Relaxed, only one may be first.
        let is_first = !self.is_settled.swap(true, Ordering::Relaxed);
        if is_first {
            self.number.store(next_number(), Ordering::Relaxed);
        }
        is_first
    }

    #[inline]
    pub(crate) fn knows_owners(&self) -> bool {
        self.knows_owners.load(Ordering::Relaxed)
    }

    #[inline]
    pub(crate) fn is_fast(&self) -> bool {
        self.is_fast.load(Ordering::Relaxed)
    }

    pub(crate) fn kind(&self) -> &'static str {
        match self.core {
            Core::Mutex(_) => "Mutex",
            Core::RwLock(_) => "RWLock",
        }
    }

    /// Names it, unless it has a name.
    pub(crate) fn name_if_new(&self, name: String) {
        self.book.with(|pages| {
            if pages.name().is_none() {
                pages.set_name(name);
            }
        });
    }

    /// The name that it was given, or its number.
    pub(crate) fn name(&self) -> String {
        let name = self.book.with(|pages| pages.name().map(String::from));
        name.map_or_else(|| format!("{} #{}", self.kind(), self.number()), String::from)
    }
}
