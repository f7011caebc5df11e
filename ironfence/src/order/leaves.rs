//! The locks of a request, sorted: each with the way in which it is wanted, in one word.
//!
//! A request may be a tuple of sets, or of a `Vec` of tuples, and so on. What it comes to is a row of
//! *leaves*, one for each lock. They are gathered once and sorted once, and then they are known by value:
//! whatever a request says later, the leaves stay what they are.
//!
//! The row is in place where the type of the request says how many there are, and else in a box. Other people's
//! locks ([`foreign`](crate::foreign)) have leaves of their own in such a row.
#![allow(unsafe_code)]

use alloc::{boxed::Box, vec::Vec};
use core::{
    mem::{ManuallyDrop, MaybeUninit},
    ptr::NonNull,
    slice,
};

use super::{
    request::Wanted,
    taking::{Among, Route, Taken, Walker},
};
use crate::raw::{
    RawLock,
    permit::{Exclusive, Shared, Upgradable},
};

/// One lock, and how it is wanted: its address, with the way in the two lowest bits. Sealed: not
/// nameable from outside.
///
/// It is good as long as the lock lives, and stays where it is.
#[derive(Clone, Copy)]
pub struct Leaf(NonNull<RawLock>);

const WAY_MASK: usize = 0b11;
const _: () = assert!(align_of::<RawLock>() > WAY_MASK, "the way is kept beside the address");

// SAFETY: it stands for a `&RawLock`, which is one because `RawLock` is `Sync`: see `is_sync`.
unsafe impl Send for Leaf {}
// SAFETY: as above.
unsafe impl Sync for Leaf {}

// Loom's cells are not; there one thread runs at a time.
#[cfg(not(ironfence_loom))]
const _: fn() = || {
    fn is_sync<T: Sync>() {}
    is_sync::<RawLock>();
};

/// What was asked for, and its leaves in ascending order.
pub(crate) struct Sorted<W, Room> {
    wanted: W,
    leaves: Leaves<Room>,
}

/// What stands for a lock in a row of leaves.
pub(crate) trait Addressed: Copy {
    /// Of the lock.
    fn address(self) -> usize;
}

/// Leaves in a row. As many as `Room` has room for are in place.
pub(crate) struct Leaves<Room, L: Addressed = Leaf> {
    count: u32,
    /// True if a lock is among them twice.
    has_same: bool,
    store: Store<Room, L>,
}

/// Which of the two it is, the count says.
union Store<Room, L> {
    /// Room for leaves. Of `Room` no more is used than its size.
    here: ManuallyDrop<MaybeUninit<Room>>,
    boxed: ManuallyDrop<Box<[L]>>,
}

/// As large as the larger one. Sealed: not nameable from outside.
pub union Larger<A, B> {
    _one: ManuallyDrop<A>,
    _other: ManuallyDrop<B>,
}

/// Takes down the leaves of a request. Sealed: not nameable from outside.
pub struct Gather<'s, L = Leaf> {
    here: &'s mut [MaybeUninit<L>],
    /// How many are in `here`. Once there are more than it has room for, it stays full.
    count: usize,
    /// All of them, once they are too many.
    spilled: Vec<L>,
}

impl Leaf {
    #[inline(always)]
    fn of<M: Among>(raw: &RawLock) -> Self {
        Self(NonNull::from(raw).map_addr(|address| address | M::NUMBER))
    }

    /// # Safety
    /// The lock lives, and has not moved.
    #[inline(always)]
    unsafe fn raw<'r>(self) -> &'r RawLock {
        let raw = self.0.as_ptr().map_addr(|address| address & !WAY_MASK);
        // SAFETY: it is the pointer that `of` had from a reference, and the lock lives.
        unsafe { &*raw }
    }

    /// Where it is among those that are taken together: its level, then its address.
    ///
    /// # Safety
    /// As for `raw`.
    #[inline(always)]
    unsafe fn key(self) -> (u8, usize) {
        // SAFETY: the caller's contract.
        (unsafe { self.raw() }.level(), self.address())
    }

    /// # Safety
    /// As for `raw`.
    #[inline(always)]
    unsafe fn show<V: Walker>(self, walker: &mut V) -> bool {
        // SAFETY: the caller's contract.
        let raw = unsafe { self.raw() };
        match self.0.addr().get() & WAY_MASK {
            Exclusive::NUMBER => walker.come_to::<Exclusive>(raw),
            Shared::NUMBER => walker.come_to::<Shared>(raw),
            _ => walker.come_to::<Upgradable>(raw),
        }
    }
}

impl Addressed for Leaf {
    #[inline(always)]
    fn address(self) -> usize {
        self.0.addr().get() & !WAY_MASK
    }
}

impl<W: Wanted, Room> Sorted<W, Room> {
    #[inline]
    pub(crate) fn new(wanted: W) -> Self {
        let mut leaves = Leaves::of(|gather| wanted.gather(gather));
        // SAFETY: the locks live as long as `wanted` does.
        leaves.sort_by_key(|leaf| unsafe { leaf.key() });
        Self { wanted, leaves }
    }

    /// The lowest level among them.
    pub(crate) fn first_level(&self) -> Option<u8> {
        // SAFETY: the locks live as long as `wanted` does.
        self.leaves.as_ref().first().map(|leaf| unsafe { leaf.raw() }.level())
    }

    /// True if a lock is among them twice: so they can't be taken.
    #[inline]
    pub(crate) fn has_same(&self) -> bool {
        self.leaves.has_same()
    }

    /// The guards of all that was asked for.
    #[inline]
    pub(crate) fn guards(taken: Taken<Self>) -> W::Guards {
        let Self { wanted, .. } = taken.leave_held();
        // SAFETY: whoever has the whole route taken holds all its locks in the ways in which it shows them.
        // They are those that `wanted` has shown, and these holds are ours since `leave_held`.
        unsafe { wanted.guards() }
    }
}

// SAFETY: the leaves are known by value, and were sorted. They are those of the request,
// which promises that their locks live and stay where they are as long as it lives, wherever it is moved; it
// lives beside them, and is not given out without their end. (That no lock is there twice is seen to by
// `Together`, which walks no route that has one. Without that, a task waits for itself and nothing worse.)
unsafe impl<W: Wanted, Room> Route for Sorted<W, Room> {
    #[inline]
    fn walk<V: Walker>(&self, walker: &mut V) -> bool {
        let leaves = self.leaves.as_ref();
        let seen = walker.seen().min(leaves.len());
        // SAFETY: the locks live: see above.
        leaves[seen..].iter().all(|leaf| unsafe { leaf.show(walker) })
    }

    /// They are sorted.
    fn check(&self) {}
}

impl<Room, L: Addressed> Leaves<Room, L> {
    /// How many have room in place.
    const PLACES: usize = size_of::<Room>() / size_of::<L>();

    /// Those that `all` notes.
    #[inline]
    pub(crate) fn of(all: impl FnOnce(&mut Gather<'_, L>)) -> Self {
        const { assert!(align_of::<L>() <= align_of::<Box<[L]>>(), "a store is aligned as a box") };
        let mut store = Store { here: ManuallyDrop::new(MaybeUninit::uninit()) };
        let start = (&raw mut store).cast::<MaybeUninit<L>>();
        // SAFETY: the store is as large as so many leaves, and aligned as a `Box` is, which is enough for them.
        // They need not be initialized. Nothing else uses the store meanwhile.
        let here = unsafe { slice::from_raw_parts_mut(start, Self::PLACES) };
        let mut gather = Gather { here, count: 0, spilled: Vec::new() };
        all(&mut gather);
        let count = gather.count();
        let Gather { spilled, .. } = gather;
        if !spilled.is_empty() {
            store = Store { boxed: ManuallyDrop::new(spilled.into_boxed_slice()) };
        }
        Self { count, has_same: false, store }
    }

    #[inline(always)]
    pub(crate) fn sort_by_key<K: Ord>(&mut self, key: impl FnMut(&L) -> K) {
        let row = self.as_mut();
        row.sort_unstable_by_key(key);
        self.has_same = row.windows(2).any(|pair| pair[0].address() == pair[1].address());
    }

    /// True if a lock is among them twice, once they are sorted.
    #[inline(always)]
    pub(crate) fn has_same(&self) -> bool {
        self.has_same
    }

    #[inline(always)]
    fn is_boxed(&self) -> bool {
        self.count as usize > Self::PLACES
    }

    #[inline(always)]
    pub(crate) fn as_ref(&self) -> &[L] {
        if self.is_boxed() {
            // SAFETY: `of` has put so many leaves into a box.
            return unsafe { &self.store.boxed };
        }
        let start = (&raw const self.store).cast::<L>();
        // SAFETY: `of` has written so many leaves into the store, which is large enough and aligned.
        unsafe { slice::from_raw_parts(start, self.count as usize) }
    }

    #[inline(always)]
    fn as_mut(&mut self) -> &mut [L] {
        if self.is_boxed() {
            // SAFETY: `of` has put so many leaves into a box.
            return unsafe { &mut self.store.boxed };
        }
        let start = (&raw mut self.store).cast::<L>();
        // SAFETY: `of` has written so many leaves into the store, which is large enough and aligned.
        unsafe { slice::from_raw_parts_mut(start, self.count as usize) }
    }
}

impl<Room, L: Addressed> Drop for Leaves<Room, L> {
    #[inline]
    fn drop(&mut self) {
        if self.is_boxed() {
            // SAFETY: there is a box, and nobody uses it after this.
            unsafe { ManuallyDrop::drop(&mut self.store.boxed) };
        }
    }
}

impl<L: Copy> Gather<'_, L> {
    /// How many were noted.
    #[inline(always)]
    pub(crate) fn count(&self) -> u32 {
        let count = if self.spilled.is_empty() { self.count } else { self.spilled.len() };
        u32::try_from(count).expect("fewer than four billion locks at once")
    }

    /// Makes room for so many more, if they have none in place.
    pub(crate) fn expect(&mut self, more: usize) {
        if self.count + more > self.here.len() {
            self.spilled.reserve(self.count + more);
        }
    }

    #[inline(always)]
    pub(crate) fn note(&mut self, leaf: L) {
        match self.here.get_mut(self.count) {
            Some(place) => {
                place.write(leaf);
                self.count += 1;
            }
            None => self.spill(leaf),
        }
    }

    #[cold]
    fn spill(&mut self, leaf: L) {
        if self.spilled.is_empty() {
            // SAFETY: `note` has written so many.
            let here = self.here[..self.count].iter().map(|leaf| unsafe { leaf.assume_init() });
            self.spilled.extend(here);
        }
        self.spilled.push(leaf);
    }
}

impl Walker for Gather<'_> {
    #[inline(always)]
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        self.note(Leaf::of::<M>(raw));
        true
    }
}
