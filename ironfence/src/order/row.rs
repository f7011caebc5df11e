//! Where locks are that are asked for together: places in a row, and how far they are from their twin.
//!
//! Generated code says both, and neither is believed: see [`set`](super::set).
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::marker::PhantomData;

use super::{
    leaves::Leaf,
    taking::{Among, Walker},
};
use crate::{
    acquiring::GuardOf,
    arc_field::ArcField,
    raw::{
        handle::{Lockable, Whole},
        permit::Permit,
    },
};

/// The locks of one slot, or of some in a row, each with the way in which it is wanted.
///
/// # Safety
/// `walk` comes to the same locks, wanted in the same way, for any two places of this type that live at
/// one time and for which `is_at` was true with the same arguments; `guard` makes guards of these and
/// no others.
#[doc(hidden)]
pub unsafe trait Places: Copy {
    /// The guards.
    type Guard;

    /// As large as the leaves of these locks: see [`Request::Room`](super::request::Request::Room).
    type Room;

    /// The guards that keep an `Arc<O>` of what the locks are in.
    type Owned<O>;

    /// How many offsets it has.
    const COUNT: usize;

    /// True if it is so far from `base` as the offsets say, from the number `first` on.
    fn is_at(self, base: usize, offsets: &[usize], first: usize) -> bool;

    fn walk<W: Walker>(self, walker: &mut W) -> bool;

    /// # Safety
    /// All the locks that `walk` comes to are held as they are wanted, and these holds belong to
    /// nobody else.
    unsafe fn guard(self) -> Self::Guard;

    /// # Safety
    /// As for `guard`. The locks are there as long as what `owner` points to is, and is not borrowed exclusively.
    unsafe fn owned<O>(self, owner: &Arc<O>) -> Self::Owned<O>;
}

/// One lock, and that it is wanted as `M` says.
#[doc(hidden)]
pub struct One<'a, L, M> {
    lock: &'a L,
    way: PhantomData<M>,
}

impl<'a, L, M> One<'a, L, M> {
    #[inline(always)]
    pub(crate) fn new(lock: &'a L) -> Self {
        Self { lock, way: PhantomData }
    }
}

/// A reference to a twin. Sealed: not nameable from outside.
pub trait Borrowed: Copy {
    #[doc(hidden)]
    fn address(self) -> usize;
}

impl<T> Borrowed for &T {
    #[inline(always)]
    fn address(self) -> usize {
        core::ptr::from_ref(self).addr()
    }
}

/// How large a field of a `#[repr(C)]` struct is, and how it is aligned.
#[doc(hidden)]
#[derive(Clone, Copy, Debug)]
pub struct Extent {
    size: usize,
    align: usize,
}

impl Extent {
    pub const fn of<T>() -> Self {
        Self { size: size_of::<T>(), align: align_of::<T>() }
    }
}

/// Where these fields are in a `#[repr(C)]` struct, which has no others. `offset_of!` would say the same, and
/// also that a field is deprecated.
#[doc(hidden)]
pub const fn offsets<const N: usize>(fields: [Extent; N]) -> [usize; N] {
    let (mut offsets, mut end, mut number) = ([0; N], 0_usize, 0);
    while number < N {
        let Extent { size, align } = fields[number];
        offsets[number] = end.next_multiple_of(align);
        end = offsets[number] + size;
        number += 1;
    }
    offsets
}

/// True if it is so far from `base` as the offset of this number says.
#[inline(always)]
pub(crate) fn is_at<T>(place: &T, base: usize, offsets: &[usize], number: usize) -> bool {
    let offset = offsets.get(number);
    offset.is_some_and(|offset| core::ptr::from_ref(place).addr() == base.wrapping_add(*offset))
}

// SAFETY: it comes to one lock. Two references to an `L` at one address, which both live, are one: an `L`
// has a size, for there is a lock in it, and none has another `L` in it. (What is behind the lock is in
// it, and would be of an endless type.) The way is a part of the type.
unsafe impl<'a, L: Lockable, M: Among> Places for One<'a, L, M>
where
    &'a L: Whole,
{
    type Guard = GuardOf<&'a L, M>;
    type Room = Leaf;
    type Owned<O> = GuardOf<ArcField<O, L>, M>;
    const COUNT: usize = 1;

    #[inline(always)]
    fn is_at(self, base: usize, offsets: &[usize], first: usize) -> bool {
        is_at(self.lock, base, offsets, first)
    }

    #[inline(always)]
    fn walk<W: Walker>(self, walker: &mut W) -> bool {
        walker.come_to::<M>(self.lock.raw())
    }

    #[inline(always)]
    unsafe fn guard(self) -> Self::Guard {
        // SAFETY: by the caller's contract the lock is held as `M` says, and that hold is ours.
        M::guard(unsafe { Permit::take_up(self.lock) })
    }

    #[inline]
    unsafe fn owned<O>(self, owner: &Arc<O>) -> Self::Owned<O> {
        // SAFETY: by the caller's contract the lock is there as long as what `owner` points to is.
        let field = unsafe { ArcField::inside(owner.clone(), self.lock) };
        // SAFETY: by the caller's contract the lock is held as `M` says, and that hold is ours.
        M::guard(unsafe { Permit::take_up(field) })
    }
}

/// Places in a row. More than eight are rows of rows, so that their number has no end and their depth is
/// three at most.
macro_rules! rows {
    ($([$($P:ident $number:tt),*])+) => {$(
        // SAFETY: they promise it, one by one.
        unsafe impl<$($P: Places),*> Places for ($($P,)*) {
            type Guard = ($($P::Guard,)*);
            type Room = ($($P::Room,)*);
            type Owned<O> = ($($P::Owned<O>,)*);
            const COUNT: usize = 0 $(+ $P::COUNT)*;

            #[inline(always)]
            #[allow(unused_mut, unused_assignments, unused_variables, reason = "one has no places")]
            fn is_at(self, base: usize, offsets: &[usize], first: usize) -> bool {
                let mut number = first;
                true $(&& {
                    let is_at = self.$number.is_at(base, offsets, number);
                    number += $P::COUNT;
                    is_at
                })*
            }

            #[inline(always)]
            #[allow(unused_variables, reason = "one has no places")]
            fn walk<W: Walker>(self, walker: &mut W) -> bool {
                true $(&& self.$number.walk(walker))*
            }

            #[inline(always)]
            #[allow(clippy::unused_unit, reason = "one has no places")]
            unsafe fn guard(self) -> Self::Guard {
                // SAFETY: the caller's contract.
                ($(unsafe { self.$number.guard() },)*)
            }

            #[inline]
            #[allow(unused_variables, clippy::unused_unit, reason = "one has no places")]
            unsafe fn owned<O>(self, owner: &Arc<O>) -> Self::Owned<O> {
                // SAFETY: the caller's contract.
                ($(unsafe { self.$number.owned(owner) },)*)
            }
        }
    )+};
}
rows! {
    []
    [A 0]
    [A 0, B 1]
    [A 0, B 1, C 2]
    [A 0, B 1, C 2, D 3]
    [A 0, B 1, C 2, D 3, E 4]
    [A 0, B 1, C 2, D 3, E 4, F 5]
    [A 0, B 1, C 2, D 3, E 4, F 5, G 6]
    [A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7]
}

impl<L, M> Clone for One<'_, L, M> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<L, M> Copy for One<'_, L, M> {}
