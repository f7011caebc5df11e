//! What one lock knows of those who hold it and those who wait for it.
//!
//! A task may have one lock several times: a read in a read or in a write, a write in a write. It has one hold of
//! the core then, and an entry here that counts. So an inner guard may outlast the outer one.
//!
//! An owner is written down by its address, without a reference: the lock must not keep alive a task that holds it and
//! has been given up. The guard has the reference. **Whoever writes an owner down keeps it alive until it is out of
//! the book again**: that is the contract of the three unsafe functions here, and what [`OwnerId::task`] relies on.
#![allow(unsafe_code)]

mod entries;

use std::{
    collections::VecDeque,
    sync::{Mutex, PoisonError},
};

use self::entries::Entries;
use crate::{
    hold::{Hold, Mode},
    host::OwnerId,
};

/// Locked only for steps that call no Python.
#[derive(Debug, Default)]
pub(crate) struct Book(Mutex<Pages>);

#[derive(Debug, Default)]
pub(crate) struct Pages {
    entries: Entries,
    last_key: u32,
    /// What many locks do without.
    rest: Option<Box<Rest>>,
}

#[derive(Debug, Default)]
struct Rest {
    waiters: VecDeque<Waiter>,
    name: Option<Box<str>>,
}

/// Somebody who holds the lock.
#[derive(Debug)]
pub(crate) struct Entry {
    key: Key,
    pub(crate) owner: OwnerId,
    /// What is held of the core; nothing while it changes.
    hold: Option<Hold>,
    counts: [u32; 4],
}

/// Somebody who waits.
#[derive(Debug)]
pub(crate) struct Waiter {
    pub(crate) owner: OwnerId,
    pub(crate) mode: Mode,
    /// Which guard waits.
    guard: usize,
}

/// Names an entry, as long as that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key(u32);

/// What a task that asks for a lock that it has already is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// It has the lock once more.
    Yes(Key),
    /// It has none.
    New,
    /// It reads, and wants to write: it would wait for itself.
    Never,
}

/// What is left to do when a guard has gone, out of the book.
#[derive(Debug)]
#[must_use = "what is dropped releases the lock"]
pub(crate) enum Left {
    Nothing,
    Release(Hold),
    /// To be given back by [`Book::put_back`], as a hold of this mode.
    Downgrade(Hold, Mode),
}

impl Entry {
    pub(crate) fn mode(&self) -> Mode {
        [Mode::Write, Mode::Lock, Mode::Upgradable]
            .into_iter()
            .find(|mode| self.counts[*mode as usize] > 0)
            .unwrap_or(Mode::Read)
    }

    fn total(&self) -> u32 {
        self.counts.iter().sum()
    }

    fn has(&self, mode: Mode) -> bool {
        self.counts[mode as usize] > 0
    }
}

impl Book {
    /// Reads or changes it. `step` calls no Python: what it takes out is dropped by the caller, after this.
    #[inline]
    pub(crate) fn with<R>(&self, step: impl FnOnce(&mut Pages) -> R) -> R {
        step(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// A guard of this entry goes.
    pub(crate) fn leave(&self, key: Key, mode: Mode) {
        match self.with(|pages| pages.leave(key, mode)) {
            Left::Nothing => {}
            Left::Release(hold) => drop(hold),
            Left::Downgrade(hold, mode) => self.put_back(key, hold.downgrade(mode)),
        }
    }

    /// A guard of this entry wants less from now on.
    pub(crate) fn lower(&self, key: Key, from: Mode, to: Mode) {
        let left = self.with(|pages| pages.lower(key, from, to));
        if let Left::Downgrade(hold, mode) = left {
            self.put_back(key, hold.downgrade(mode));
        }
    }

    /// What was taken out of the entry. If that has gone meanwhile, so does the hold.
    pub(crate) fn put_back(&self, key: Key, hold: Hold) {
        let unwanted = self.with(|pages| match pages.entries.get_mut(key) {
            Some(entry) => entry.hold.replace(hold),
            None => Some(hold),
        });
        drop(unwanted);
    }
}

impl Pages {
    /// Those who hold it, the first one first.
    pub(crate) fn holders(&self) -> Vec<&Entry> {
        let mut entries: Vec<_> = self.entries.iter().collect();
        entries.sort_by_key(|entry| entry.key);
        entries
    }

    pub(crate) fn waiters(&self) -> impl Iterator<Item = &Waiter> {
        self.rest.iter().flat_map(|rest| &rest.waiters)
    }

    pub(crate) fn name(&self) -> Option<&str> {
        self.rest.as_ref()?.name.as_deref()
    }

    pub(crate) fn set_name(&mut self, name: String) {
        self.rest.get_or_insert_default().name = Some(name.into());
    }

    #[inline]
    pub(crate) fn is_held(&self) -> bool {
        !self.entries.is_empty()
    }

    /// How this one has it, if it does.
    pub(crate) fn mode_of(&mut self, owner: OwnerId) -> Option<Mode> {
        let key = self.entries.keys_of(owner).next()?;
        self.entries.get_mut(key).map(|entry| entry.mode())
    }

    /// True if one hold is all there is.
    pub(crate) fn is_alone(&self) -> bool {
        self.entries.len() == 1
    }

    /// Would this one have it at once, as far as it is known?
    pub(crate) fn looks_free(&self, owner: OwnerId, mode: Mode) -> bool {
        let has_it = owner != OwnerId::NOBODY && self.entries.keys_of(owner).next().is_some();
        has_it
            || self.waiters().next().is_none()
                && self.entries.iter().all(|entry| !mode.waits_for(entry.mode()))
    }

    /// A lock that nobody has is not looked up.
    #[inline]
    pub(crate) fn again(&mut self, owner: OwnerId, mode: Mode) -> Again {
        if !self.is_held() || owner == OwnerId::NOBODY || mode == Mode::Lock {
            return Again::New;
        }
        let keys: Vec<_> = self.entries.keys_of(owner).collect(); // none, usually: nothing is allocated
        let mut answer = Again::New;
        for key in keys {
            let Some(entry) = self.entries.get_mut(key) else { continue };
            let may = match mode {
                Mode::Read => true,
                Mode::Upgradable => entry.has(Mode::Write) || entry.has(Mode::Upgradable),
                Mode::Lock | Mode::Write => entry.has(Mode::Write),
            };
            if may {
                entry.counts[mode as usize] += 1;
                return Again::Yes(entry.key);
            }
            answer = Again::Never;
        }
        answer
    }

    #[inline]
    /// # Safety
    /// The owner is kept alive until the entry is removed, or given to another one.
    pub(crate) unsafe fn add(&mut self, owner: OwnerId, mode: Mode, hold: Hold) -> Key {
        self.last_key = self.last_key.wrapping_add(1);
        let key = Key(self.last_key);
        let mut counts = [0; 4];
        counts[mode as usize] = 1;
        self.entries.add(Entry { key, owner, hold: Some(hold), counts });
        key
    }

    fn leave(&mut self, key: Key, mode: Mode) -> Left {
        let Some(entry) = self.entries.get_mut(key) else { return Left::Nothing };
        entry.counts[mode as usize] -= 1;
        if entry.total() == 0 {
            return self.remove(key).map_or(Left::Nothing, Left::Release);
        }
        let now = entry.mode();
        let has_more = match &entry.hold {
            Some(Hold::Write(_)) => !now.is_exclusive(),
            Some(Hold::Upgradable(_)) => now == Mode::Read,
            _ => false,
        };
        let hold = entry.hold.take_if(|_| has_more);
        hold.map_or(Left::Nothing, |hold| Left::Downgrade(hold, now))
    }

    fn lower(&mut self, key: Key, from: Mode, to: Mode) -> Left {
        let Some(entry) = self.entries.get_mut(key) else { return Left::Nothing };
        entry.counts[from as usize] -= 1;
        entry.counts[to as usize] += 1;
        let now = entry.mode();
        match now == from {
            true => Left::Nothing, // a guard of the same task still has more
            false => entry.hold.take().map_or(Left::Nothing, |hold| Left::Downgrade(hold, now)),
        }
    }

    /// Takes out the whole entry. Returns its hold, unless an upgrade has that.
    pub(crate) fn remove(&mut self, key: Key) -> Option<Hold> {
        self.entries.remove(key)?.hold
    }

    /// The hold, of an upgradable guard that is the only one of its task.
    pub(crate) fn take_for_upgrade(&mut self, key: Key) -> Result<Hold, &'static str> {
        let entry = self.entries.get_mut(key).ok_or("the guard holds nothing")?;
        if entry.total() > 1 {
            return Err(
                "a task that has several guards of one lock can't upgrade: release the others",
            );
        }
        entry.hold.take().ok_or("the guard is changing")
    }

    /// An upgrade has ended well.
    pub(crate) fn upgraded(&mut self, key: Key, hold: Option<Hold>) -> Option<Hold> {
        match self.entries.get_mut(key) {
            Some(entry) => {
                entry.counts[Mode::Upgradable as usize] -= 1;
                entry.counts[Mode::Write as usize] += 1;
                match hold {
                    Some(hold) => entry.hold.replace(hold),
                    None => None,
                }
            }
            None => hold,
        }
    }

    /// True if the task may write already, by another guard.
    pub(crate) fn may_write(&mut self, key: Key) -> bool {
        self.entries.get_mut(key).is_some_and(|entry| entry.has(Mode::Write))
    }

    /// From now on it is somebody else's.
    ///
    /// # Safety
    /// As for [`Pages::add`].
    pub(crate) unsafe fn give(&mut self, key: Key, owner: OwnerId) -> Result<(), &'static str> {
        match self.entries.get_mut(key) {
            Some(entry) if entry.total() == 1 => self.entries.give(key, owner),
            Some(_) => {
                return Err(
                    "a task that has several guards of one lock can't give one away: release the others",
                );
            }
            None => return Err("the guard holds nothing"),
        }
        Ok(())
    }

    /// # Safety
    /// The owner is kept alive until [`Pages::end_wait`].
    pub(crate) unsafe fn wait(&mut self, owner: OwnerId, mode: Mode, guard: usize) {
        let rest = self.rest.get_or_insert_default();
        rest.waiters.push_back(Waiter { owner, mode, guard });
    }

    pub(crate) fn end_wait(&mut self, guard: usize) {
        let Some(rest) = &mut self.rest else { return };
        if let Some(place) = rest.waiters.iter().position(|waiter| waiter.guard == guard) {
            rest.waiters.remove(place);
        }
    }

    /// Who keeps `me` from the lock, as far as it is known.
    ///
    /// Who waits before `me` waits for the same holders, and for nobody else. So it matters only in that a reader
    /// behind a writer waits for other readers. One who upgrades waits in front of all others, for everybody who
    /// reads beside the guard that it has.
    pub(crate) fn blockers(
        &self,
        me: OwnerId,
        mode: Mode,
        upgrades: Option<Key>,
    ) -> impl Iterator<Item = OwnerId> {
        let is_behind_a_writer = !mode.is_exclusive()
            && self
                .waiters()
                .take_while(|waiter| waiter.owner != me)
                .any(|waiter| waiter.mode.is_exclusive());
        self.entries
            .iter()
            .filter(move |entry| Some(entry.key) != upgrades)
            .filter(move |entry| is_behind_a_writer || mode.waits_for(entry.mode()))
            .map(|entry| entry.owner)
            .filter(|id| *id != OwnerId::NOBODY)
    }
}
