//! What can be asked for together: requests, and what becomes of them.
//!
//! A request is one lock and how it is wanted, or a set of fields, or several requests in a tuple, an array,
//! a `Vec`, an `Option` ([`shapes`](super::shapes)). Whatever its shape, it can do two things: say which
//! locks it comes to, in any order, and make their guards once they are held. Sorting and taking them is
//! done elsewhere, over all of them at once.
#![allow(unsafe_code)]

use core::marker::PhantomData;

use super::{
    leaves::{Gather, Leaf},
    taking::{Among, Walker as _},
};
use crate::{
    acquiring::{Acquiring, GuardOf},
    mutex::Mutex,
    raw::{
        handle::{Lockable, Whole},
        permit::{Exclusive, Permit},
    },
};

/// What can be asked for by [`lock_pair`](crate::lock_pair) and [`lock_all`](crate::lock_all): one lock or
/// many, and how each is wanted.
///
/// | request | answer |
/// |---|---|
/// | a lock future that was not polled: `mutex.lock()`, `lock.read()`, `lock.write()`, `lock.upgradable_read()`, each also with `_owned`, and those of an [`ArcField`](crate::ArcField) | its guard |
/// | `&Mutex` | its guard |
/// | a set: `bank.locks().write_accounts().lock_journal()` | what is held, by the names of the fields |
/// | [`OwnedSet`](crate::futures::OwnedSet): `bank.locks_owned(..)` | the same, with owned guards |
/// | a tuple of up to eight requests, an array, a `Vec`, a `Box<[_]>`, an `Option` | the same of answers |
/// | [`ReadOrWrite`](crate::ReadOrWrite), for both in one `Vec` | a `ReadOrWrite` of guards |
/// | [`Keyed`](crate::Keyed)`(key, request)` | `(key, answer)` |
///
/// These may be nested in one another. A future says what is wanted, and is not polled. (To upgrade while
/// others are held is to wait out of order: nothing is proven then.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` says of no lock how it is wanted",
    label = "not a request for locks",
    note = "ask for a lock by its future, not awaited, as in `lock_pair(a.write(), b.read())`, or by a `&Mutex`; for fields by a set, as in `bank.locks().write_accounts()`",
    note = "ask for several by a tuple of up to eight requests, an array, a `Vec`, a `Box<[_]>` or an `Option`, nested as you like"
)]
pub trait Request: Sized {
    /// The guards, in the shape of what was asked for.
    type Guards;

    #[doc(hidden)]
    type Wanted: Wanted<Guards = Self::Guards>;

    /// As large as its leaves, as far as its type says how many there are.
    #[doc(hidden)]
    type Room;

    #[doc(hidden)]
    fn wanted(self) -> Self::Wanted;
}

/// Locks and how each is wanted, with nothing to wait in. Sealed: not nameable from outside.
///
/// # Safety
/// `gather` comes to the same locks each time, wanted in the same ways, each as often as `guards` takes it up.
/// The locks live, and stay where they are, as long as this lives, also if it is moved.
pub unsafe trait Wanted {
    /// The guards.
    type Guards;

    #[doc(hidden)]
    fn gather(&self, gather: &mut Gather<'_>);

    /// # Safety
    /// All the locks of `gather` are held in the ways in which they are wanted, in one piece, as often as they
    /// are there, and these holds are the caller's, who has them no longer.
    #[doc(hidden)]
    unsafe fn guards(self) -> Self::Guards;
}

/// The lock behind a handle, wanted as `M` says.
pub struct Want<H, M> {
    handle: H,
    mode: PhantomData<fn(M)>,
}

// SAFETY: `Handle` promises what is asked of the lock; it is shown in one mode, once, and taken up so.
unsafe impl<H: Whole, M: Among> Wanted for Want<H, M> {
    type Guards = GuardOf<H, M>;

    #[inline(always)]
    fn gather(&self, gather: &mut Gather<'_>) {
        gather.come_to::<M>(self.handle.raw());
    }

    #[inline]
    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        M::guard(unsafe { Permit::take_up(self.handle) })
    }
}

impl<H: Whole, M: Among> Request for Acquiring<H, M> {
    type Guards = GuardOf<H, M>;
    type Wanted = Want<H, M>;
    type Room = Leaf;

    #[inline]
    fn wanted(self) -> Want<H, M> {
        Want { handle: self.into_handle(), mode: PhantomData }
    }
}

impl<'a, T: ?Sized> Request for &'a Mutex<T> {
    type Guards = GuardOf<Self, Exclusive>;
    type Wanted = Want<&'a Mutex<T>, Exclusive>;
    type Room = Leaf;

    #[inline]
    fn wanted(self) -> Self::Wanted {
        Want { handle: self, mode: PhantomData }
    }
}

/// A request whose guards live no longer than `'a`: none that is owned, and nothing that lives longer.
///
/// What a session is followed by is to be such a one: so a session that was reborrowed is followed by nothing
/// that is still held when its original goes on.
#[diagnostic::on_unimplemented(
    message = "`{Self}` may be held longer than the session that it is asked for behind",
    label = "not borrowed, or not for so long",
    note = "behind a session ask for borrowed locks: lock futures, `&Mutex`, sets, and tuples, arrays, `Vec`s of these; not for owned ones"
)]
pub trait Within<'a>: Request {}

impl<'a, L: Lockable + ?Sized, M: Among> Within<'a> for Acquiring<&'a L, M> where &'a L: Whole {}

impl<'a, T: ?Sized> Within<'a> for &'a Mutex<T> {}
