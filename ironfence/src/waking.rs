//! L0: waking, and dropping, other people's wakers, however deep they call back.
//!
//! A waker may drop a lock future, which calls the next waiter, whose waker drops a future in turn: each
//! is a few frames deeper than the one before. So from some depth on a waker is put aside, and the outermost
//! call wakes it. Without `std` there is nothing to count the depth in; there it is the wakers' own.

use core::task::Waker;

/// Wakes the task.
#[inline]
pub(crate) fn wake(waker: Waker) {
    imp::run(waker, Waker::wake);
}

/// Drops a waker that is not needed.
#[inline]
pub(crate) fn discard(waker: Waker) {
    imp::run(waker, drop);
}

#[cfg(not(all(feature = "std", not(any(ironfence_loom, ironfence_shuttle)))))]
mod imp {
    use super::Waker;

    #[inline]
    pub(super) fn run(waker: Waker, foreign: fn(Waker)) {
        foreign(waker);
    }
}

#[cfg(all(feature = "std", not(any(ironfence_loom, ironfence_shuttle))))]
mod imp {
    use alloc::vec::Vec;
    use core::cell::{Cell, RefCell};
    use std::thread_local;

    use super::Waker;
    use crate::sync::Shield;

    /// A waker, and what is to be done with it.
    type Aside = (Waker, fn(Waker));

    /// How deep wakers may call back before they are put aside.
    const DEEPEST: u32 = 64;
    /// Some are.
    const HAS_ASIDE_BIT: u32 = 1 << 31;

    thread_local! {
        /// With [`HAS_ASIDE_BIT`], so that it is one look to see that nobody is put aside.
        static DEPTH: Cell<u32> = const { Cell::new(0) };
        /// Those put aside.
        static ASIDE: RefCell<Vec<Aside>> = const { RefCell::new(Vec::new()) };
    }

    #[inline]
    pub(super) fn run(waker: Waker, foreign: fn(Waker)) {
        let depth = DEPTH.get();
        if depth & !HAS_ASIDE_BIT >= DEEPEST {
            return put_aside(waker, foreign);
        }
        DEPTH.set(depth + 1);
        // Dropped last, also if the waker panics.
        let _level = Level;
        foreign(waker);
    }

    #[cold]
    fn put_aside(waker: Waker, foreign: fn(Waker)) {
        let mut left = Some(waker);
        let mut put = |aside: &RefCell<Vec<Aside>>| {
            aside.borrow_mut().extend(left.take().map(|waker| (waker, foreign)));
        };
        // A thread that is being torn down may have lost the list.
        _ = ASIDE.try_with(&mut put);
        DEPTH.set(DEPTH.get() | HAS_ASIDE_BIT);
        if let Some(waker) = left {
            foreign(waker);
        }
    }

    struct Level;

    impl Drop for Level {
        #[inline]
        fn drop(&mut self) {
            let depth = DEPTH.get() - 1;
            if depth == HAS_ASIDE_BIT {
                return take_up_those_put_aside();
            }
            DEPTH.set(depth);
        }
    }

    /// The depth is 1 meanwhile, and 0 in the end: what is put aside by these comes into the same list.
    #[cold]
    fn take_up_those_put_aside() {
        let next = || ASIDE.try_with(|aside| aside.borrow_mut().pop()).ok().flatten();
        /// Sets the depth when all are taken up, also if one of them has panicked.
        struct AtTheTop;
        impl Drop for AtTheTop {
            fn drop(&mut self) {
                DEPTH.set(0);
            }
        }
        let _at_the_top = AtTheTop;
        Shield::run_to_end(|| {
            while let Some((waker, foreign)) = next() {
                foreign(waker);
            }
        });
    }
}
