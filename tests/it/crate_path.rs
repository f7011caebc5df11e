//! `#[guarded(crate = path)]` may lead anywhere, and names of the twin may be other things than the
//! derive wrote: generated code is to do no harm then. Everything here is safe code.
#![forbid(unsafe_code)]

use std::{
    cell::{Cell, RefCell},
    mem::offset_of,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::Poll,
};

use ironfence::{
    __private::{Slot, owned_set, try_set},
    ArcFieldMutexGuard, Mutex, MutexGuard,
    futures::SetFuture,
    sets::{Inside, Locked, Set},
};
use ironfence_tests::polled::Polled;

/// The library, but for a builder that names another twin each time that it is asked.
mod other_twins {
    pub(crate) mod __private {
        pub(crate) use ironfence::__private::*;

        #[derive(Clone, Copy)]
        pub(crate) struct Asking<T, Slots>(T, std::marker::PhantomData<fn() -> Slots>);

        impl<T: super::super::Other, Slots> Asking<T, Slots> {
            pub(crate) fn new(twin: T) -> Self {
                Self(twin, std::marker::PhantomData)
            }

            pub(crate) fn next<Next>(&self) -> Asking<T, Next> {
                Asking::new(self.0)
            }

            pub(crate) fn twin(&self) -> T {
                self.0.other()
            }
        }
    }
}

/// One of two, in turn.
trait Other: Copy {
    fn other(self) -> Self;
}

thread_local! {
    static TWINS: RefCell<Vec<&'static PairGuarded>> = const { RefCell::new(Vec::new()) };
}

impl Other for &PairGuarded {
    fn other(self) -> Self {
        TWINS.with_borrow_mut(|twins| {
            twins.reverse();
            twins[0]
        })
    }
}

#[derive(ironfence::Guarded, Default)]
#[guarded(crate = other_twins)]
struct Pair {
    #[guarded(mutex)]
    left: String,
    #[guarded(mutex)]
    right: String,
}

#[test]
fn a_builder_that_names_another_twin_each_time_gives_no_second_guard() {
    let twins = [(); 2].map(|()| &*Box::leak(Box::new(Pair::default().into_guarded())));
    for first in [0, 1] {
        TWINS.set(vec![twins[first], twins[1 - first]]);
        let held: MutexGuard<'_, String> = twins[first].left.try_lock().expect("free");
        let mut set = Polled::new(twins[0].locks().lock_left().into_future());
        if let Poll::Ready(other) = set.poll() {
            assert!(!std::ptr::eq(&*held, &*other.left), "one mutex has two guards");
        }
        drop(held);
        drop(set);
    }
}

// Sets that are written by hand, in safe code, and don't say what a derived one would.

/// A set that is written by hand: it has one guard of a `String`.
macro_rules! by_hand {
    ($Set:ty $(, const $N:ident)?, of $Twin:ident: $Row:ty, at $offset:expr, $twin:ident => $place:expr) => {
        impl$(<const $N: usize>)? Set for $Set {
            type Twin = &'static $Twin;
            type Held = MutexGuard<'static, String>;
            type HeldOwned<O> = ArcFieldMutexGuard<O, String>;
            type Row = ($Row,);
            const OFFSETS: &'static [usize] = &[$offset];

            fn twin(&self) -> &'static $Twin {
                self.0
            }

            fn row($twin: &'static $Twin) -> ($Row,) {
                ($place,)
            }

            fn held((guard,): (MutexGuard<'static, String>,)) -> Self::Held {
                guard
            }

            fn held_owned<O>((guard,): (ArcFieldMutexGuard<O, String>,)) -> Self::HeldOwned<O> {
                guard
            }
        }
    };
}

/// Names one of two locks for its only place, as `LIE` says.
struct Liar<const OFFSET: usize>(&'static PairGuarded);

thread_local! {
    static LIE: Cell<bool> = const { Cell::new(false) };
}

type Asked = Locked<pair_fields::left>;
type Left = <Asked as Slot<&'static Mutex<String>>>::Place;

by_hand! { Liar<OFFSET>, const OFFSET, of PairGuarded: Left, at OFFSET, twin => {
    Asked::of(if LIE.get() { &twin.right } else { &twin.left })
} }

fn pair() -> &'static PairGuarded {
    Box::leak(Box::new(Pair::default().into_guarded()))
}

fn panics<T>(work: impl FnOnce() -> T) -> bool {
    let result = catch_unwind(AssertUnwindSafe(work));
    let Err(panic) = result else { return false };
    let said = panic.downcast::<&str>().expect("it says why");
    assert_eq!(*said, "a set of locks names other ones than those of its fields");
    true
}

#[test]
fn a_set_that_names_another_lock_when_it_is_polled_again_gets_none() {
    let pair = pair();
    let held = pair.left.try_lock().expect("free");
    LIE.set(false);
    let mut set = Polled::new(SetFuture::new(Liar::<0>(pair)));
    assert!(set.poll().is_pending(), "it waits for the left one");
    LIE.set(true);
    assert!(panics(|| set.poll()), "it may not go over to the right one");
    drop(held);
    assert!(panics(|| set.poll()), "nor have it for the left one");
    LIE.set(false);
    drop(set);
    assert!(pair.left.try_lock().is_ok() && pair.right.try_lock().is_ok(), "both are as they were");
}

#[test]
fn a_set_that_names_another_lock_than_it_has_taken_releases_none() {
    let pair = pair();
    let right = pair.right.try_lock().expect("free");
    LIE.set(false);
    // Of the set inside, the left one is taken, and the right one waited for.
    let mut set = Polled::new(SetFuture::new(Both(pair)));
    assert!(set.poll().is_pending(), "the right one is held");
    assert!(pair.left.try_lock().is_err(), "the left one is taken");
    LIE.set(true);
    assert!(panics(|| drop(set)), "it can't release the right one for the left one");
    assert!(pair.right.try_lock().is_err(), "which is still held by its holder");
    drop(right);
    assert!(pair.left.try_lock().is_err(), "who lies keeps what it has");
}

/// Names both, and after that the right one for the left one.
struct Both(&'static PairGuarded);

impl Set for Both {
    type Twin = &'static PairGuarded;
    type Held = ();
    type HeldOwned<O> = ();
    type Row = (Left, Left);
    const OFFSETS: &'static [usize] =
        &[offset_of!(PairGuarded, left), offset_of!(PairGuarded, right)];

    fn twin(&self) -> &'static PairGuarded {
        self.0
    }

    fn row(twin: &'static PairGuarded) -> (Left, Left) {
        let first = if LIE.get() { &twin.right } else { &twin.left };
        (Asked::of(first), Asked::of(&twin.right))
    }

    fn held(_: (MutexGuard<'static, String>, MutexGuard<'static, String>)) {}

    fn held_owned<O>(_: (ArcFieldMutexGuard<O, String>, ArcFieldMutexGuard<O, String>)) {}
}

#[test]
fn a_set_that_says_wrongly_where_its_locks_are_gets_none() {
    let pair = pair();
    LIE.set(false);
    assert!(panics(|| Polled::new(SetFuture::new(Liar::<1>(pair))).poll()), "it is not there");
    LIE.set(true);
    assert!(panics(|| try_set(Liar::<0>(pair))), "the right one is elsewhere");
    assert!(pair.left.try_lock().is_ok() && pair.right.try_lock().is_ok(), "none was taken");
}

#[test]
fn a_set_that_is_said_rightly_by_hand_works() {
    let pair = pair();
    LIE.set(false);
    try_set(Liar::<0>(pair)).expect("free").push('x');
    assert_eq!(pair.left.try_lock().expect("released").len(), 1);
}

// The same of a twin in a twin.

#[derive(ironfence::Guarded, Default)]
struct Outer {
    #[guarded(nested)]
    inner: Pair,
    #[guarded(nested)]
    other: Pair,
}

/// Names one of two twins for its only place, as `LIE` says.
struct OuterLiar(&'static OuterGuarded);

/// The left lock of a twin, without a lie.
struct Honest(&'static PairGuarded);

type AskedInside = Inside<outer_fields::inner, Honest>;
type InnerLeft = <AskedInside as Slot<&'static PairGuarded>>::Place;

by_hand! { Honest, of PairGuarded: Left, at offset_of!(PairGuarded, left), twin => Asked::of(&twin.left) }

by_hand! { OuterLiar, of OuterGuarded: InnerLeft, at offset_of!(OuterGuarded, inner), twin => {
    AskedInside::of(if LIE.get() { &twin.other } else { &twin.inner })
} }

#[test]
fn a_set_that_names_another_nested_twin_gets_no_lock_of_that() {
    let outer = &*Box::leak(Box::new(Outer::default().into_guarded()));
    LIE.set(false);
    try_set(OuterLiar(outer)).expect("free").push('x');
    let held = outer.inner.left.try_lock().expect("released");
    assert_eq!(held.len(), 1);
    let mut set = Polled::new(SetFuture::new(OuterLiar(outer)));
    assert!(set.poll().is_pending(), "it waits for the one inside");
    LIE.set(true);
    assert!(panics(|| try_set(OuterLiar(outer))), "the other one is elsewhere");
    drop(held);
    assert!(panics(|| set.poll()), "it may not go over to the other one");
    LIE.set(false);
    drop(set);
    assert!(outer.inner.left.try_lock().is_ok() && outer.other.left.try_lock().is_ok());
}

// A set whose lock lies beside the twin: the `Arc` keeps the twin alive, and nothing beside it.

/// Names the left lock of the twin that is `DISTANCE` away.
struct Neighbor<const DISTANCE: usize>(&'static PairGuarded);

thread_local! {
    static NEIGHBOR: Cell<Option<&'static PairGuarded>> = const { Cell::new(None) };
}

by_hand! {
    Neighbor<DISTANCE>, const DISTANCE, of PairGuarded: Left,
    at DISTANCE.wrapping_add(offset_of!(PairGuarded, left)),
    _twin => Asked::of(&NEIGHBOR.get().expect("set by the test").left)
}

/// Asks for an owned set of `owner` that has the lock of `other` in it, if they are `DISTANCE` from each other.
fn reach<const DISTANCE: usize>(
    owner: &'static Arc<PairGuarded>,
    other: &'static PairGuarded,
) -> bool {
    let distance = std::ptr::from_ref(other).addr().wrapping_sub(Arc::as_ptr(owner).addr());
    if distance != DISTANCE {
        return false;
    }
    NEIGHBOR.set(Some(other));
    assert!(
        panics(|| owned_set::<Neighbor<DISTANCE>, _>(owner).try_now()),
        "no `Arc` keeps it alive"
    );
    true
}

/// Tries that with each two of some twins that are near each other. How many are above the other one, and below.
fn reach_neighbors(twins: usize) -> [u32; 2] {
    let make = |_| &*Box::leak(Box::new(Arc::new(Pair::default().into_guarded())));
    let mut twins: Vec<&'static Arc<PairGuarded>> = (0..twins).map(make).collect();
    twins.sort_by_key(|twin| Arc::as_ptr(twin));
    let [mut above, mut below] = [0; 2];
    for (one, two) in twins.iter().zip(&twins[1..]) {
        macro_rules! reach {
            ($($distance:literal)*) => {$(
                above += u32::from(reach::<$distance>(one, two));
                below += u32::from(reach::<{ 0_usize.wrapping_sub($distance) }>(two, one));
            )*};
        }
        reach! {
            64 80 96 112 128 144 160 176 192 208 224 240 256 272 288 304 320 336 352 368 384 400 416 432 448 464 480
            496 512 528 544 560 576 592 608 624 640
        }
    }
    [above, below]
}

#[test]
fn an_owned_set_has_no_lock_from_beside_its_twin() {
    // Where the allocator puts them is its own affair: among many some are side by side.
    let has_reached = [64, 1024, 16_384].iter().any(|twins| !reach_neighbors(*twins).contains(&0));
    assert!(has_reached, "no two twins are near each other");
}
