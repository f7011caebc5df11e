//! Who keeps a lock alive while it is held or waited for: a reference or an `Arc`, of the whole
//! lock or of no more than its raw part; and how long what a guard points to is there.
//!
//! Every guard rests on one invariant. **What `G<H, T>` points to is there in each lifetime `'y` with
//! `H: 'y`**, as long as its permit lives. (`H: 'y` says that all lifetimes in the handle's type outlive
//! `'y`.) Whoever has a guard in his hands can name its type, so the present is such a `'y`.
//!
//! For a whole lock this is plain: `&'a L: 'y` says that the lock is borrowed in `'y`, `Arc<L>: 'y`
//! that what the lock may borrow is borrowed then. For a part it is not. Its place is what a closure
//! `for<'b> FnOnce(&'b mut T) -> &'b mut U` returned, and such a closure knows more than that `'b` is
//! some lifetime: its type is well-formed, hence `T: 'b` and `U: 'b`. So where a `'c` stands in `T` or
//! `U`, it may return a `&'c mut U` that it *captured*, which is good for `'b` and nothing to do with
//! the lock. What it returned is there in each `'y` with `H: 'y`, `T: 'y` and `U: 'y`, and in no other.
//! The next map puts another type in the place of `U`, and `'c` is forgotten.
//!
//! So the handle remembers: [`Keeps<'x>`] makes of it the handle of a part, which is not there after
//! `'x`, and `T` and `U` have to outlive `'x`. The compiler chooses `'x`; it is as long as it can be.
//!
//! Subtyping changes nothing of this. A lifetime in a handle that is covariant only gets shorter, and
//! with it `'y`; all others (those in a lock's type) are invariant.
#![allow(unsafe_code)]

use alloc::sync::Arc;
use core::marker::PhantomData;

use super::RawLock;

/// A lock with its value: `Mutex<T>`, `RwLock<T>`. Sealed: not nameable from outside.
///
/// # Safety
/// `raw` and `value` return the same two addresses as long as the lock is not moved; nothing but
/// the holders of the raw lock reaches the value through a shared reference. The lock is invariant in
/// the value's type.
pub unsafe trait Lockable {
    /// What it guards.
    type Value: ?Sized;

    /// Which lock it is, for the guards of parts: [`OfMutex`] or [`OfRwLock`].
    type Kind: 'static;

    /// Its raw lock.
    fn raw(&self) -> &RawLock;

    /// Where the value is.
    fn value(&self) -> *mut Self::Value;
}

/// The kind of a mutex. Sealed: not nameable from outside.
#[derive(Debug)]
pub enum OfMutex {}

/// The kind of an rwlock. Sealed: not nameable from outside.
#[derive(Debug)]
pub enum OfRwLock {}

/// A lock that readers may share. Sealed: not nameable from outside.
pub trait Shareable: Lockable {}

/// Who keeps a lock alive. Sealed: not nameable from outside.
///
/// # Safety
/// `raw` returns the same lock each time, also after the handle has moved, and so does each clone of it;
/// the lock stays at its address as long as the handle or a clone lives, in each lifetime that the
/// handle's type outlives. In that type a lifetime may be exchanged for a shorter one, or for none.
///
/// `IS_PART` is true if an exclusive hold behind it is counted as one part of several; it is false
/// of each `Whole`, and true of each `Keeps::Part`. Only a permit that is one piece may be released in
/// one piece: so no handle that is a part is ever made into one that is not.
pub unsafe trait Handle: Clone {
    /// True if a guard behind it may outlive the borrow it was taken from, and so its task.
    const MAY_TRAVEL: bool = false;

    /// True if a guard behind it may have one part of the value, beside those that have the others.
    const IS_PART: bool = false;

    /// The lock.
    fn raw(&self) -> &RawLock;
}

/// A handle that can become the handle of a part that is there until the end of `'x`. Sealed: not
/// nameable from outside.
///
/// # Safety
/// `into_part` returns a handle of the same lock. Where `U: 'x`, `Part<U>: 'y` says that `Self: 'y` and
/// `'x: 'y`, also after a lifetime in `Part<U>` was exchanged for a shorter one.
pub unsafe trait Keeps<'x>: Handle {
    /// What a guard of a part keeps.
    type Part<U: ?Sized + 'x>: Handle;

    /// Keeps the same lock alive.
    fn into_part<U: ?Sized + 'x>(self) -> Self::Part<U>;
}

/// A handle that knows its value, so nothing was mapped behind it. Sealed: not nameable from outside.
///
/// # Safety
/// `whole` returns the lock that `raw` is of, each time, and in each lifetime that the handle's type
/// outlives the value is there, too. `into_reader` returns a handle of the same lock, and `Reader: 'y`
/// says that `Self: 'y`, also after a lifetime in it was exchanged for a shorter one.
pub unsafe trait Whole: Handle {
    /// The lock with its value.
    type Lock: Lockable + ?Sized;

    /// What a shared guard of the whole value keeps.
    type Reader: Handle;

    /// The lock with its value.
    fn whole(&self) -> &Self::Lock;

    /// Keeps the same lock alive.
    fn into_reader(self) -> Self::Reader;
}

/// What is guarded behind a handle.
pub(crate) type Value<H> = <<H as Whole>::Lock as Lockable>::Value;

/// A borrowed lock whose value's type is forgotten, for a guard of a `T` that is there until the end
/// of `'a`.
///
/// `T` is named so that the type implies `T: 'a`, as `&'a T` does. It is in what a function returns, so
/// that it is covariant and neither `Send` nor `Sync` asks for anything. `K` is the lock's kind: it makes the
/// mapped guards of a mutex and of an rwlock two types, so that one may implement a trait for both.
#[derive(Debug)]
pub struct Erased<'a, T: ?Sized = (), K: 'static = OfRwLock> {
    raw: &'a RawLock,
    of: PhantomData<fn() -> (&'a T, K)>,
}

/// Who keeps a lock alive in an owned guard of a part of its value, which is there until the end of
/// `'x`; and in an owned read guard.
///
/// You meet it under the aliases [`OwnedMappedMutexGuard`](crate::OwnedMappedMutexGuard),
/// [`OwnedRwLockMappedWriteGuard`](crate::OwnedRwLockMappedWriteGuard) and
/// [`OwnedRwLockReadGuard`](crate::OwnedRwLockReadGuard), where `'x` is `'static`: these are for a part
/// that borrows nothing. A guard of one that does is named by this type, as here; and the functions
/// are to be called by the name that is not an alias.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use std::sync::Arc;
/// use ironfence::{ExclusiveGuard, Mutex, OwnedMutexGuard, PartOf};
///
/// type OwnedWord<'x> = ExclusiveGuard<PartOf<'x, Arc<Mutex<Vec<&'x str>>>>, &'x str>;
///
/// async fn first<'x>(words: &Arc<Mutex<Vec<&'x str>>>) -> OwnedWord<'x> {
///     OwnedMutexGuard::map(words.clone().lock_owned().await, |words| &mut words[0])
/// }
///
/// let text = String::from("a b");
/// let words = Arc::new(Mutex::new(text.split(' ').collect()));
/// let letter = ExclusiveGuard::map(first(&words).await, |word| word);
/// assert_eq!(*letter, "a");
/// # }
/// ```
///
/// It keeps the type of the whole, and with it all that the lock may borrow.
#[derive(Clone, Debug)]
pub struct PartOf<'x, H> {
    pub(crate) whole: H,
    until: PhantomData<&'x ()>,
}

impl<'a> Erased<'a> {
    pub(crate) fn new(raw: &'a RawLock) -> Self {
        Self::of(raw)
    }
}

impl<'a, T: ?Sized + 'a, K> Erased<'a, T, K> {
    #[inline(always)]
    fn of(raw: &'a RawLock) -> Self {
        Self { raw, of: PhantomData }
    }
}

impl<'x, H> PartOf<'x, H> {
    #[inline(always)]
    pub(crate) fn new(whole: H) -> Self {
        Self { whole, until: PhantomData }
    }
}

impl<T: ?Sized, K> Clone for Erased<'_, T, K> {
    #[inline(always)]
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, K> Copy for Erased<'_, T, K> {}

// SAFETY: a reference returns what it refers to, which outlives it and does not move meanwhile; a copy
// refers to the same. `&'a L` is invariant in what `L` guards. It is the only way to the lock as a
// whole, hence no part.
unsafe impl<L: Lockable + ?Sized> Handle for &L {
    #[inline(always)]
    fn raw(&self) -> &RawLock {
        L::raw(self)
    }
}

// SAFETY: as for the reference that it is. It is a part.
unsafe impl<T: ?Sized, K> Handle for Erased<'_, T, K> {
    const IS_PART: bool = true;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        self.raw
    }
}

// SAFETY: what an `Arc` points to lives as long as it or a clone, at one address wherever the `Arc` goes,
// in each lifetime that `L` outlives. Nobody moves the lock out: the handles give out no `Arc` by
// value, and who has a clone is not alone. `Arc<L>` is invariant in what `L` guards. No part.
unsafe impl<L: Lockable + ?Sized> Handle for Arc<L> {
    const MAY_TRAVEL: bool = true;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        L::raw(self)
    }
}

// SAFETY: as for the owner in it, which `Whole` is. `'x` is covariant. It is a part.
unsafe impl<H: Whole> Handle for PartOf<'_, H> {
    const MAY_TRAVEL: bool = H::MAY_TRAVEL;
    const IS_PART: bool = true;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        self.whole.raw()
    }
}

// SAFETY: the same lock, which is borrowed for `'a`, and so for `'x`. `Erased<'x, U>: 'y` says `'x: 'y`,
// hence `'a: 'y`; and hence `&'a L: 'y`, as `L` outlives `'a`. `'x` can only get shorter.
// A kind is `'static`.
unsafe impl<'x, 'a: 'x, L: Lockable + ?Sized> Keeps<'x> for &'a L {
    type Part<U: ?Sized + 'x> = Erased<'x, U, L::Kind>;

    #[inline(always)]
    fn into_part<U: ?Sized + 'x>(self) -> Erased<'x, U, L::Kind> {
        Erased::of(L::raw(self))
    }
}

// SAFETY: as for a reference. `'a` is all that bounds `Self`: `T` outlives it, whatever lifetimes were
// exchanged in `T`, for else there would be no such type.
unsafe impl<'x, 'a: 'x, T: ?Sized, K> Keeps<'x> for Erased<'a, T, K> {
    type Part<U: ?Sized + 'x> = Erased<'x, U, K>;

    #[inline(always)]
    fn into_part<U: ?Sized + 'x>(self) -> Erased<'x, U, K> {
        Erased::of(self.raw)
    }
}

// SAFETY: the same lock. `PartOf<'x, Self>: 'y` says `'x: 'y` and `Self: 'y`, in so many words.
unsafe impl<'x, L: Lockable + ?Sized> Keeps<'x> for Arc<L> {
    type Part<U: ?Sized + 'x> = PartOf<'x, Self>;

    #[inline(always)]
    fn into_part<U: ?Sized + 'x>(self) -> PartOf<'x, Self> {
        PartOf::new(self)
    }
}

// SAFETY: the same lock. `PartOf<'x, H>: 'y` says `H: 'y` and `'x: 'y`, hence `'a: 'y`.
unsafe impl<'x, 'a: 'x, H: Whole> Keeps<'x> for PartOf<'a, H> {
    type Part<U: ?Sized + 'x> = PartOf<'x, H>;

    #[inline(always)]
    fn into_part<U: ?Sized + 'x>(self) -> PartOf<'x, H> {
        PartOf::new(self.whole)
    }
}

// SAFETY: the reference is to the lock, and the value is in it. `Erased<'a, _>: 'y` says `'a: 'y`.
unsafe impl<'a, L: Lockable + ?Sized> Whole for &'a L {
    type Lock = L;
    type Reader = Erased<'a, L::Value, L::Kind>;

    #[inline(always)]
    fn whole(&self) -> &L {
        self
    }

    #[inline(always)]
    fn into_reader(self) -> Self::Reader {
        Erased::of(L::raw(self))
    }
}

// SAFETY: the `Arc` is of the lock, and the value is in it. `PartOf<'_, Self>: 'y` says `Self: 'y`.
unsafe impl<L: Lockable + ?Sized> Whole for Arc<L> {
    type Lock = L;
    type Reader = PartOf<'static, Self>;

    #[inline(always)]
    fn whole(&self) -> &L {
        self
    }

    #[inline(always)]
    fn into_reader(self) -> Self::Reader {
        PartOf::new(self)
    }
}
