//! Those who hold a lock. One, usually; thousands who read are found as fast.

use super::{Entry, Key};
use crate::{host::OwnerId, number::ByNumber};

#[derive(Debug, Default)]
pub(super) struct Entries {
    /// The usual one; `more` is for readers beside it.
    first: Option<Entry>,
    more: Option<Box<More>>,
}

#[derive(Debug, Default)]
struct More {
    by_key: ByNumber<Key, Entry>,
    /// Of those whose owner is known, one each.
    by_owner: ByNumber<OwnerId, Key>,
    /// Of an owner that has several, as one who has adopted a guard may, the others.
    others: Vec<(OwnerId, Key)>,
}

impl More {
    fn index(&mut self, owner: OwnerId, key: Key) {
        if owner == OwnerId::NOBODY {
            return;
        }
        if let Some(before) = self.by_owner.insert(owner, key) {
            self.others.push((owner, before));
        }
    }

    fn forget(&mut self, owner: OwnerId, key: Key) {
        if self.by_owner.get(&owner) != Some(&key) {
            self.others.retain(|other| *other != (owner, key));
            return;
        }
        match self.others.iter().position(|(other, _)| *other == owner) {
            Some(place) => self.by_owner.insert(owner, self.others.swap_remove(place).1),
            None => self.by_owner.remove(&owner),
        };
    }
}

impl Entries {
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.first.is_none() && self.more.as_ref().is_none_or(|more| more.by_key.is_empty())
    }

    pub(super) fn len(&self) -> usize {
        usize::from(self.first.is_some()) + self.more.as_ref().map_or(0, |more| more.by_key.len())
    }

    /// In no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        self.first.iter().chain(self.more.iter().flat_map(|more| more.by_key.values()))
    }

    #[inline]
    pub(super) fn get_mut(&mut self, key: Key) -> Option<&mut Entry> {
        match &mut self.first {
            Some(entry) if entry.key == key => Some(entry),
            _ => self.more.as_mut()?.by_key.get_mut(&key),
        }
    }

    /// Those of one owner, who is somebody.
    pub(super) fn keys_of(&self, owner: OwnerId) -> impl Iterator<Item = Key> {
        let first = self.first.as_ref().filter(|entry| entry.owner == owner);
        let more = self.more.as_ref().and_then(|more| more.by_owner.get(&owner));
        let others = self.more.iter().flat_map(|more| &more.others);
        let others = others.filter(move |(other, _)| *other == owner).map(|(_, key)| *key);
        first.map(|entry| entry.key).into_iter().chain(more.copied()).chain(others)
    }

    #[inline]
    pub(super) fn add(&mut self, entry: Entry) {
        if self.first.is_none() {
            self.first = Some(entry);
            return;
        }
        let more = self.more.get_or_insert_default();
        more.index(entry.owner, entry.key);
        more.by_key.insert(entry.key, entry);
    }

    #[inline]
    pub(super) fn remove(&mut self, key: Key) -> Option<Entry> {
        if self.first.as_ref().is_some_and(|entry| entry.key == key) {
            return self.first.take();
        }
        let more = self.more.as_mut()?;
        let entry = more.by_key.remove(&key)?;
        more.forget(entry.owner, key);
        Some(entry)
    }

    /// From now on it is somebody else's.
    pub(super) fn give(&mut self, key: Key, owner: OwnerId) {
        if let Some(mut entry) = self.remove(key) {
            entry.owner = owner;
            self.add(entry);
        }
    }
}
