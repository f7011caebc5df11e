//! `#[guarded(crate = path)]` may lead anywhere, and names of the twin may be other things than the
//! derive wrote: generated code is to do no harm then. Everything here is safe code.
#![forbid(unsafe_code)]

use ironfence::{Guarded as _, MutexGuard};
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
    static TWINS: std::cell::RefCell<Vec<&'static PairGuarded>> = const { std::cell::RefCell::new(Vec::new()) };
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
        if let std::task::Poll::Ready(other) = set.poll() {
            assert!(!std::ptr::eq(&*held, &*other.left), "one mutex has two guards");
        }
        drop(held);
        drop(set);
    }
}
