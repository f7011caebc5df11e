//! What can be asked for together, of whoever's locks, and what becomes of it.
//!
//! As in [`order::request`](crate::order::request), a request says which locks it comes to, and makes their guards
//! of what is held. But a lock that is not ours can't be held without its guard. So each lock has a number, by which it is
//! waited for when its turn comes, and its guard is kept where the lock was asked for.

use core::future::Future;

use super::{AsyncMutex, AsyncRwLock};
use crate::{
    order::leaves::{Addressed, Gather},
    watch::{Joined, Site},
};

/// What can be asked for by [`lock_pair`](crate::foreign::lock_pair) and [`lock_all`](crate::foreign::lock_all): one lock
/// or many, of whoever, and how each is wanted.
///
/// | request | answer |
/// |---|---|
/// | [`lock(&mutex)`](lock()), [`read(&lock)`](read()), [`write(&lock)`](write()): of ours too | the lock's guard |
/// | a set of a twin [with such locks](derive@crate::Guarded#other-peoples-locks): `bank.locks().write_accounts()` | what is held, by the names of the fields |
/// | a tuple of up to eight requests, an array, a `Vec`, a `Box<[_]>`, an `Option` | the same of answers |
/// | [`ReadOrWrite`](crate::ReadOrWrite), for both in one `Vec` | a `ReadOrWrite` of guards |
/// | [`Keyed`](crate::Keyed)`(key, request)` | `(key, answer)` |
///
/// These may be nested in one another.
#[diagnostic::on_unimplemented(
    message = "`{Self}` says of no lock how it is wanted",
    label = "not a request for locks of whoever",
    note = "say how a lock is wanted by `lock(&mutex)`, `read(&lock)` or `write(&lock)` of `ironfence::foreign`, as in `lock_pair(write(&a), read(&b))`; fields of a struct with other people's locks by a set, as in `bank.locks().write_accounts()`",
    note = "ask for several by a tuple of up to eight requests, an array, a `Vec`, a `Box<[_]>` or an `Option`, nested as you like"
)]
pub trait Request: Sized {
    /// The guards, in the shape of what was asked for.
    type Guards;

    #[doc(hidden)]
    type Wanted: Wanted;

    /// As large as the places of its locks, as far as its type says how many there are.
    #[doc(hidden)]
    type Room;

    #[doc(hidden)]
    fn wanted(self) -> Self::Wanted;

    /// What was asked for, once all its guards are kept.
    #[doc(hidden)]
    fn guards(kept: Self::Wanted) -> Self::Guards;
}

/// Locks and how each is wanted, until it is taken; from then on its guard. Sealed: not nameable from outside.
pub trait Wanted {
    /// The guard of any one of them.
    type Guard;

    /// Waits for any one of them.
    type Waiting: Future<Output = Self::Guard>;

    /// Shows all the locks, which have their numbers by that.
    fn gather(&mut self, gather: &mut Gather<'_, Place>);

    /// Begins to wait for the lock of this number: once for each.
    fn wait(&mut self, number: u32, group: &mut Group) -> Self::Waiting;

    /// Keeps the guard that this has come to.
    fn keep(&mut self, number: u32, guard: Self::Guard);
}

/// Where a lock is among those that are taken together: at its level, and there at its address; and its number.
/// Sealed: not nameable from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    level: u8,
    address: usize,
    pub(super) number: u32,
}

impl Addressed for Place {
    fn address(self) -> usize {
        self.address
    }
}

/// Several locks that are taken together. Sealed: not nameable from outside.
#[derive(Debug, Default)]
pub struct Group(Joined);

impl Group {
    /// What was begun at this site, as something else than a group.
    pub(super) fn begun_at(site: Site) -> Self {
        let mut group = Self::default();
        site.lead(&mut group.0);
        group
    }
}

/// One lock and how it is wanted. Sealed: not nameable from outside.
pub trait Ask {
    /// Its guard.
    type Guard;

    /// Waits for it.
    type Waiting: Future<Output = Self::Guard>;

    fn level(&self) -> u8;

    fn address(&self) -> usize;

    fn wait(self, group: &mut Group) -> Self::Waiting;
}

/// One lock. Sealed: not nameable from outside.
#[derive(Debug)]
pub enum One<A: Ask> {
    Asked(A),
    Waiting,
    Held(A::Guard),
}

impl<A: Ask> One<A> {
    fn guard(self) -> A::Guard {
        match self {
            Self::Held(guard) => guard,
            _ => unreachable!("`Taking` takes each lock"),
        }
    }
}

impl<A: Ask> Wanted for One<A> {
    type Guard = A::Guard;
    type Waiting = A::Waiting;

    fn gather(&mut self, gather: &mut Gather<'_, Place>) {
        if let Self::Asked(asked) = self {
            let (level, address) = (asked.level(), asked.address());
            gather.note(Place { level, address, number: gather.count() });
        }
    }

    fn wait(&mut self, _: u32, group: &mut Group) -> A::Waiting {
        match core::mem::replace(self, Self::Waiting) {
            Self::Asked(asked) => asked.wait(group),
            _ => unreachable!("`Taking` takes each lock once"),
        }
    }

    fn keep(&mut self, _: u32, guard: A::Guard) {
        *self = Self::Held(guard);
    }
}

macro_rules! requests {
    ($($(#[$meta:meta])* $function:ident => $To:ident: $Lock:ident, $Guard:ident, $Waiting:ident;)*) => {$(
        $(#[$meta])*
        #[cfg_attr(feature = "check", track_caller)]
        pub fn $function<L: $Lock>(lock: &L) -> $To<'_, L> {
            const { assert!(size_of::<L>() > 0, "locks without a size can't be told apart") };
            $To::new(lock)
        }

        #[doc = concat!("What [`", stringify!($function), "()`] returns.")]
        #[derive(Debug)]
        #[must_use = "it only says what is wanted: give it to `foreign::lock_pair` or `foreign::lock_all`"]
        pub struct $To<'a, L>(&'a L, Site);

        impl<'a, L> $To<'a, L> {
            #[cfg_attr(feature = "check", track_caller)]
            pub(super) fn new(lock: &'a L) -> Self {
                Self(lock, Site::here())
            }
        }

        impl<'a, L: $Lock> Ask for $To<'a, L> {
            type Guard = L::$Guard<'a>;
            type Waiting = L::$Waiting<'a>;

            fn level(&self) -> u8 {
                self.0.level()
            }

            fn address(&self) -> usize {
                core::ptr::from_ref(self.0).addr()
            }

            fn wait(mut self, group: &mut Group) -> Self::Waiting {
                self.1.join_group(&mut group.0, self.0, self.0.level());
                self.1.cover(|| self.0.$function())
            }
        }

        impl<'a, L: $Lock> Request for $To<'a, L> {
            type Guards = L::$Guard<'a>;
            type Wanted = One<Self>;
            type Room = Place;

            fn wanted(self) -> One<Self> {
                One::Asked(self)
            }

            fn guards(kept: One<Self>) -> Self::Guards {
                kept.guard()
            }
        }
    )*};
}
requests! {
    /// Asks for a mutex among other locks, as in [`lock_pair`](crate::foreign::lock_pair).
    lock => ToLock: AsyncMutex, Guard, Lock;
    /// Asks for an rwlock among other locks, for reading, as in [`lock_pair`](crate::foreign::lock_pair).
    read => ToRead: AsyncRwLock, ReadGuard, Read;
    /// Asks for an rwlock among other locks, for writing, as in [`lock_pair`](crate::foreign::lock_pair).
    write => ToWrite: AsyncRwLock, WriteGuard, Write;
}
