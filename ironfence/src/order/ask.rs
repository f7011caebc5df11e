//! What can be asked for among other locks: a lock future that was not polled yet.
#![allow(unsafe_code)]

use core::marker::PhantomData;

use alloc::vec::Vec;

use super::taking::{Among, Walker};
use crate::{
    acquiring::{Acquiring, GuardOf},
    mutex::Mutex,
    raw::{
        RawLock,
        handle::Whole,
        permit::{Exclusive, Permit},
    },
};

/// One lock and how it is wanted: a lock future such as `a.write()`, or a `&Mutex`.
///
/// What [`lock_pair`](crate::lock_pair) and [`lock_all`](crate::lock_all) take. The future is not
/// polled, it only says what is wanted: `mutex.lock()`, `lock.read()`, `lock.write()`,
/// `lock.upgradable_read()`, and each of these with `_owned`. (To upgrade while others are held is to wait
/// out of order: nothing is proven then.)
#[diagnostic::on_unimplemented(
    message = "`{Self}` says of no lock how it is wanted",
    label = "not a lock future, and no `&Mutex`",
    note = "ask for each lock by its future, not awaited, as in `lock_pair(a.write(), b.read())`, or by a `&Mutex`"
)]
pub trait Ask: Sized {
    /// The guard.
    type Guard;

    #[doc(hidden)]
    type Wanted: Wanted<Guard = Self::Guard>;

    #[doc(hidden)]
    fn wanted(self) -> Self::Wanted;
}

/// Several of them: a tuple of two to eight, an array, or a `Vec`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` are no locks that can be taken together",
    label = "not a tuple, array or `Vec` of lock futures",
    note = "write `lock_all((a.write(), b.read()))` with up to eight of them, an array such as `lock_all([&a, &b])`, or a `Vec`"
)]
pub trait Asks: Sized {
    /// The guards, in the order in which the locks were asked for: a tuple, an array, a `Vec`.
    type Guards;

    #[doc(hidden)]
    type Wanted: Several<Guards = Self::Guards>;

    #[doc(hidden)]
    fn wanted(self) -> Self::Wanted;
}

/// A lock and how it is wanted, with nothing to wait in. Sealed: not nameable from outside.
///
/// # Safety
/// `raw` returns the same lock each time, also after this was moved, and the lock stays where it is
/// as long as this lives. `come_to` shows that lock, wanted in the same way each time.
pub unsafe trait Wanted {
    /// The guard.
    type Guard;

    #[doc(hidden)]
    fn raw(&self) -> &RawLock;

    #[doc(hidden)]
    fn come_to<W: Walker>(&self, walker: &mut W) -> bool;

    /// # Safety
    /// The lock is held in the way that it was wanted, in one piece, and that hold is the caller's, who
    /// has it no longer.
    #[doc(hidden)]
    unsafe fn guard(self) -> Self::Guard;
}

/// Several of them, by number. Sealed: not nameable from outside.
///
/// # Safety
/// `as_asked` returns each number once, and `guards` makes a guard of each. For each of these `raw` and
/// `come_to` are as for [`Wanted`].
pub unsafe trait Several {
    /// The guards.
    type Guards;

    /// Room for the numbers of them all.
    #[doc(hidden)]
    type Order: AsRef<[u32]> + AsMut<[u32]>;

    /// Their numbers, as they were asked for.
    #[doc(hidden)]
    fn as_asked(&self) -> Self::Order;

    #[doc(hidden)]
    fn raw(&self, number: usize) -> &RawLock;

    #[doc(hidden)]
    fn come_to<W: Walker>(&self, number: usize, walker: &mut W) -> bool;

    /// # Safety
    /// All are held as [`Wanted::guard`] asks.
    #[doc(hidden)]
    unsafe fn guards(self) -> Self::Guards;
}

/// The lock behind a handle, wanted as `M` says.
pub struct Want<H, M> {
    handle: H,
    mode: PhantomData<fn(M)>,
}

// SAFETY: `Handle` promises what is asked of `raw`; `come_to` shows it, in one mode.
unsafe impl<H: Whole, M: Among> Wanted for Want<H, M> {
    type Guard = GuardOf<H, M>;

    #[inline]
    fn raw(&self) -> &RawLock {
        self.handle.raw()
    }

    #[inline]
    fn come_to<W: Walker>(&self, walker: &mut W) -> bool {
        walker.come_to::<M>(self.handle.raw())
    }

    #[inline]
    unsafe fn guard(self) -> Self::Guard {
        // SAFETY: the caller's contract.
        M::guard(unsafe { Permit::take_up(self.handle) })
    }
}

impl<H: Whole, M: Among> Ask for Acquiring<H, M> {
    type Guard = GuardOf<H, M>;
    type Wanted = Want<H, M>;

    #[inline]
    fn wanted(self) -> Want<H, M> {
        Want { handle: self.into_handle(), mode: PhantomData }
    }
}

impl<'a, T: ?Sized> Ask for &'a Mutex<T> {
    type Guard = GuardOf<Self, Exclusive>;
    type Wanted = Want<&'a Mutex<T>, Exclusive>;

    #[inline]
    fn wanted(self) -> Self::Wanted {
        Want { handle: self, mode: PhantomData }
    }
}

/// The tuples. A macro, as there is no other way to be generic over their length.
macro_rules! tuples {
    ($($count:literal: $($number:tt $Ask:ident),+;)+) => {$(
        impl<$($Ask: Ask),+> Asks for ($($Ask,)+) {
            type Guards = ($($Ask::Guard,)+);
            type Wanted = ($($Ask::Wanted,)+);

            #[inline]
            fn wanted(self) -> Self::Wanted {
                ($(self.$number.wanted(),)+)
            }
        }

        // SAFETY: each number is one that is `Wanted`.
        unsafe impl<$($Ask: Wanted),+> Several for ($($Ask,)+) {
            type Guards = ($($Ask::Guard,)+);
            type Order = [u32; $count];

            #[inline]
            fn as_asked(&self) -> Self::Order {
                [$($number),+]
            }

            #[inline]
            fn raw(&self, number: usize) -> &RawLock {
                match number {
                    $($number => self.$number.raw(),)+
                    _ => unreachable!("so many are in the tuple"),
                }
            }

            #[inline]
            fn come_to<W: Walker>(&self, number: usize, walker: &mut W) -> bool {
                match number {
                    $($number => self.$number.come_to(walker),)+
                    _ => unreachable!("so many are in the tuple"),
                }
            }

            #[inline]
            unsafe fn guards(self) -> Self::Guards {
                // SAFETY: the caller's contract.
                unsafe { ($(self.$number.guard(),)+) }
            }
        }
    )+};
}
tuples! {
    2: 0 A, 1 B;
    3: 0 A, 1 B, 2 C;
    4: 0 A, 1 B, 2 C, 3 D;
    5: 0 A, 1 B, 2 C, 3 D, 4 E;
    6: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F;
    7: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G;
    8: 0 A, 1 B, 2 C, 3 D, 4 E, 5 F, 6 G, 7 H;
}

impl<A: Ask, const N: usize> Asks for [A; N] {
    type Guards = [A::Guard; N];
    type Wanted = [A::Wanted; N];

    fn wanted(self) -> Self::Wanted {
        self.map(A::wanted)
    }
}

impl<A: Ask> Asks for Vec<A> {
    type Guards = Vec<A::Guard>;
    type Wanted = Vec<A::Wanted>;

    fn wanted(self) -> Self::Wanted {
        self.into_iter().map(A::wanted).collect()
    }
}

/// The number of a lock. Where so many locks have room, so have their numbers.
fn number(index: usize) -> u32 {
    u32::try_from(index).expect("fewer than four billion locks at once")
}

// SAFETY: each number is one that is `Wanted`.
unsafe impl<A: Wanted, const N: usize> Several for [A; N] {
    type Guards = [A::Guard; N];
    type Order = [u32; N];

    fn as_asked(&self) -> [u32; N] {
        core::array::from_fn(number)
    }

    fn raw(&self, number: usize) -> &RawLock {
        self[number].raw()
    }

    fn come_to<W: Walker>(&self, number: usize, walker: &mut W) -> bool {
        self[number].come_to(walker)
    }

    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        self.map(|wanted| unsafe { wanted.guard() })
    }
}

// SAFETY: each number is one that is `Wanted`; where the `Vec` keeps them does not matter to their
// locks.
unsafe impl<A: Wanted> Several for Vec<A> {
    type Guards = Vec<A::Guard>;
    type Order = Vec<u32>;

    fn as_asked(&self) -> Vec<u32> {
        (0..self.len()).map(number).collect()
    }

    fn raw(&self, number: usize) -> &RawLock {
        self[number].raw()
    }

    fn come_to<W: Walker>(&self, number: usize, walker: &mut W) -> bool {
        self[number].come_to(walker)
    }

    unsafe fn guards(self) -> Self::Guards {
        // SAFETY: the caller's contract.
        self.into_iter().map(|wanted| unsafe { wanted.guard() }).collect()
    }
}
