//! Who keeps a lock alive while it is held or waited for: a reference or an `Arc`, of the whole
//! lock or of no more than its raw part.
#![allow(unsafe_code)]

use alloc::sync::Arc;

use super::RawLock;

/// A lock with its value: `Mutex<T>`, `RwLock<T>`. Sealed: not nameable from outside.
///
/// # Safety
/// `raw` and `value` return the same two addresses as long as the lock is not moved; nothing but
/// the holders of the raw lock reaches the value through a shared reference.
pub unsafe trait Lockable {
    /// What it guards.
    type Value: ?Sized;

    /// Its raw lock.
    fn raw(&self) -> &RawLock;

    /// Where the value is.
    fn value(&self) -> *mut Self::Value;
}

/// A lock that readers may share. Sealed: not nameable from outside.
pub trait Shareable: Lockable {}

/// Who keeps a lock alive. Sealed: not nameable from outside.
///
/// # Safety
/// `raw` returns the same lock each time, also after the handle has moved or has become a part's
/// or a reader's, and the lock stays at its address as long as the handle lives. `IS_PART` is true of
/// each `Part`, and of no `Whole`.
pub unsafe trait Handle {
    /// True if a guard behind it may outlive the borrow it was taken from, and so its task.
    const MAY_TRAVEL: bool = false;

    /// True if a guard behind it may have one part of the value, beside those that have the others.
    const IS_PART: bool = false;

    /// What a guard of a part of the value keeps.
    type Part: Handle<Part = Self::Part>;

    /// What a shared guard keeps.
    type Reader: Handle;

    /// The lock.
    fn raw(&self) -> &RawLock;

    /// Keeps the same lock alive.
    fn into_part(self) -> Self::Part;

    /// Keeps the same lock alive.
    fn into_reader(self) -> Self::Reader;
}

/// A handle that knows its value, so nothing was mapped behind it.
pub trait Whole: Handle {
    /// The lock with its value.
    type Lock: Lockable + ?Sized;

    /// The lock with its value.
    fn whole(&self) -> &Self::Lock;
}

/// What is guarded behind a handle.
pub(crate) type Value<H> = <<H as Whole>::Lock as Lockable>::Value;

/// A borrowed lock whose value's type is forgotten.
#[derive(Clone, Copy, Debug)]
pub struct Erased<'a>(&'a RawLock);

impl<'a> Erased<'a> {
    pub(crate) fn new(raw: &'a RawLock) -> Self {
        Self(raw)
    }
}

/// An owner of a lock, for a guard of a part of its value. It keeps the type of the whole, and with it
/// all that the lock may borrow.
#[derive(Clone, Debug)]
pub struct PartOf<H>(pub(crate) H);

// SAFETY: a reference returns what it refers to, which outlives it and does not move meanwhile;
// `Erased` keeps a reference of the same lifetime to the same raw lock.
unsafe impl<'a, L: Lockable + ?Sized> Handle for &'a L {
    type Part = Erased<'a>;
    type Reader = Erased<'a>;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        L::raw(self)
    }

    #[inline(always)]
    fn into_part(self) -> Erased<'a> {
        Erased(L::raw(self))
    }

    #[inline(always)]
    fn into_reader(self) -> Erased<'a> {
        Erased(L::raw(self))
    }
}

// SAFETY: as for the reference it holds.
unsafe impl Handle for Erased<'_> {
    const IS_PART: bool = true;

    type Part = Self;
    type Reader = Self;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        self.0
    }

    #[inline(always)]
    fn into_part(self) -> Self {
        self
    }

    #[inline(always)]
    fn into_reader(self) -> Self {
        self
    }
}

// SAFETY: what an `Arc` points to lives as long as the `Arc`, at one address wherever the `Arc`
// goes. Nobody moves the lock out: the handles give out no `Arc` by value.
unsafe impl<L: Lockable + ?Sized> Handle for Arc<L> {
    const MAY_TRAVEL: bool = true;

    type Part = PartOf<Self>;
    type Reader = Self;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        L::raw(self)
    }

    #[inline(always)]
    fn into_part(self) -> Self::Part {
        PartOf(self)
    }

    #[inline(always)]
    fn into_reader(self) -> Self {
        self
    }
}

// SAFETY: as for the owner it holds.
unsafe impl<H: Whole> Handle for PartOf<H> {
    const MAY_TRAVEL: bool = H::MAY_TRAVEL;
    const IS_PART: bool = true;

    type Part = Self;
    type Reader = Self;

    #[inline(always)]
    fn raw(&self) -> &RawLock {
        self.0.raw()
    }

    #[inline(always)]
    fn into_part(self) -> Self {
        self
    }

    #[inline(always)]
    fn into_reader(self) -> Self {
        self
    }
}

impl<L: Lockable + ?Sized> Whole for &L {
    type Lock = L;

    #[inline(always)]
    fn whole(&self) -> &L {
        self
    }
}

impl<L: Lockable + ?Sized> Whole for Arc<L> {
    type Lock = L;

    #[inline(always)]
    fn whole(&self) -> &L {
        self
    }
}
