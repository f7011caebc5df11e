//! The guarded value, and what is written down beside it.

use std::{
    future::Future,
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
};

use super::tasks::{Bell, pause, poll_with};
use crate::{Mutex, RwLock, RwLockReadGuard};

/// Two numbers that are equal whenever the lock is not held for writing.
pub(super) type Pages = (u64, u64);

/// A lock, and what happened to it.
pub(super) struct Ledger {
    pub(super) lock: Arc<RwLock<Pages>>,
    /// How often both pages were written.
    written: AtomicU64,
    /// How many read now, and how many may.
    reading: AtomicUsize,
    most: usize,
}

impl Ledger {
    pub(super) fn new() -> Arc<Self> {
        Self::of(RwLock::new((0, 0)), usize::MAX)
    }

    pub(super) fn with_max_readers(most: usize) -> Arc<Self> {
        Self::of(RwLock::with_max_readers((0, 0), most as u32), most)
    }

    fn of(lock: RwLock<Pages>, most: usize) -> Arc<Self> {
        let reading = AtomicUsize::new(0);
        Arc::new(Self { lock: Arc::new(lock), written: AtomicU64::new(0), reading, most })
    }

    pub(super) fn is_limited(&self) -> bool {
        self.most < usize::MAX
    }

    /// In an exclusive section: others would see or make the pages unequal.
    pub(super) fn write(&self, pages: &mut Pages) {
        assert_eq!(pages.0, pages.1, "a writer finds what the last one left");
        self.turn(&mut pages.0);
        self.turn(&mut pages.1);
        self.is_written();
    }

    /// Writes one page; others that did so at once would undo it.
    pub(super) fn turn(&self, page: &mut u64) {
        let before = *page;
        pause();
        *page = before + 1;
    }

    /// Both pages were turned.
    pub(super) fn is_written(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }

    /// In a shared section. The upgradable hold is none of the readers that are limited.
    pub(super) fn read(&self, pages: &Pages) {
        let before = *pages;
        assert_eq!(before.0, before.1, "a reader finds what the last writer left");
        pause();
        assert_eq!(*pages, before, "nobody writes meanwhile");
    }

    /// In the section of a reader.
    pub(super) fn read_beside_others(&self, guard: &RwLockReadGuard<'_, Pages>) {
        let others = self.reading.fetch_add(1, Ordering::Relaxed);
        assert!(others < self.most, "no more read at once than may");
        self.read(guard);
        self.reading.fetch_sub(1, Ordering::Relaxed);
    }

    /// The end: nothing that was written is lost, and the lock is as new.
    pub(super) fn close(&self) {
        let pages = *self.lock.try_read().expect("all guards are gone");
        let written = self.written.load(Ordering::Relaxed);
        assert_eq!(pages, (written, written), "all that was written is there");
        is_as_new(&self.lock);
    }
}

/// Goes through all that a lock does which somebody left behind might hinder.
pub(super) fn is_as_new<T>(lock: &RwLock<T>) {
    goes_round(|| lock.try_write().ok(), || lock.write());
    goes_round(|| lock.try_write().ok(), || lock.upgradable_read());
    goes_round(|| lock.try_write().ok(), || lock.read());
}

/// The same of a mutex.
pub(super) fn mutex_is_as_new<T>(mutex: &Mutex<T>) {
    goes_round(|| mutex.try_lock().ok(), || mutex.lock());
}

/// A free lock is held by one and then given to two others, who wait for it.
fn goes_round<G, F: Future>(try_it: impl Fn() -> Option<G>, ask: impl Fn() -> F) {
    let holding = try_it().expect("nobody has the lock");
    let bells = [(); 2].map(|()| Arc::<Bell>::default());
    let (mut first, mut second) = (pin!(ask()), pin!(ask()));
    assert!(poll_with(first.as_mut(), &bells[0]).is_pending(), "it is held");
    assert!(poll_with(second.as_mut(), &bells[1]).is_pending(), "it is held");
    drop(holding);
    assert!(bells[0].has_rung(), "a release calls the front, with nobody else to wait for");
    assert!(poll_with(first.as_mut(), &bells[0]).is_ready(), "who is called has it");
    assert!(bells[1].has_rung(), "and its release calls the next");
    assert!(poll_with(second.as_mut(), &bells[1]).is_ready(), "who is called has it");
    assert!(try_it().is_some(), "nobody has the lock");
}
