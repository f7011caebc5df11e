//! Types that differ by a `for<'a>` are one for subtyping and two for traits. So a set, half of which may be
//! taken, is never another one of other locks.
#![forbid(unsafe_code)]
#![allow(coherence_leak_check)]

use ironfence::{
    __private::{self, Slot},
    ArcFieldMutexGuard, Guarded, Mutex, MutexGuard, Request,
    futures::{LockAll, SetFuture},
    sets::{Locked, Set},
};

#[derive(Guarded)]
struct Pair(#[guarded(mutex)] u8, #[guarded(mutex)] u8);

struct Two<T>(&'static PairGuarded, T);

type Asked = Locked<()>;
type Place = <Asked as Slot<&'static Mutex<u8>>>::Place;

macro_rules! set {
    ($Type:ty, $field:tt) => {
        impl Set for Two<$Type> {
            type Twin = &'static PairGuarded;
            type Held = MutexGuard<'static, u8>;
            type HeldOwned<O> = ArcFieldMutexGuard<O, u8>;
            type Row = (Place,);
            const OFFSETS: &'static [usize] = &[std::mem::offset_of!(PairGuarded, $field)];

            fn twin(&self) -> Self::Twin {
                self.0
            }

            fn row(twin: Self::Twin) -> Self::Row {
                (Asked::of(&twin.$field),)
            }

            fn held((guard,): (Self::Held,)) -> Self::Held {
                guard
            }

            fn held_owned<O>((guard,): (Self::HeldOwned<O>,)) -> Self::HeldOwned<O> {
                guard
            }
        }

        impl Request for Two<$Type> {
            type Guards = MutexGuard<'static, u8>;
            type Wanted = __private::Asked<Self, &'static PairGuarded>;
            type Room = ();

            fn wanted(self) -> Self::Wanted {
                __private::Asked::new(self)
            }
        }
    };
}
set!(for<'a> fn(&'a u8), 0);
set!(fn(&'static u8), 1);

fn another(set: SetFuture<Two<for<'a> fn(&'a u8)>>) -> SetFuture<Two<fn(&'static u8)>> {
    set
}

fn another_group(
    group: LockAll<[Two<for<'a> fn(&'a u8)>; 2]>,
) -> LockAll<[Two<fn(&'static u8)>; 2]> {
    group
}

fn main() {}
