//! A waker that runs code of the test's in `clone`, `wake` and `drop`.
#![allow(unsafe_code)]

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    task::{RawWaker, RawWakerVTable, Waker},
};

/// What the waker is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Call {
    /// `clone`.
    Clone,
    /// `wake` or `wake_by_ref`.
    Wake,
    /// `drop`.
    Drop,
}

type Reaction = Box<dyn FnMut(Call) + Send>;

/// The code behind a hostile waker, and how many wakers are alive.
pub struct Hostile {
    reaction: Mutex<Option<Reaction>>,
    alive: AtomicUsize,
}

impl std::fmt::Debug for Hostile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hostile").field("alive", &self.alive).finish_non_exhaustive()
    }
}

impl Hostile {
    /// A waker that calls `reaction` each time something is done to it. A call during a call does
    /// nothing, nor does one after [`Hostile::calm`].
    pub fn new(reaction: impl FnMut(Call) + Send + 'static) -> Arc<Self> {
        Arc::new(Self {
            reaction: Mutex::new(Some(Box::new(reaction))),
            alive: AtomicUsize::new(0),
        })
    }

    /// One more waker.
    pub fn waker(self: &Arc<Self>) -> Waker {
        self.alive.fetch_add(1, Ordering::SeqCst);
        // SAFETY: the vtable below keeps `RawWaker`'s contract, with an `Arc<Hostile>` as data.
        unsafe { Waker::from_raw(raw(self.clone())) }
    }

    /// No more reactions.
    pub fn calm(&self) {
        let reaction = self.reaction.lock().unwrap_or_else(PoisonError::into_inner).take();
        drop(reaction);
    }

    /// How many wakers are alive.
    pub fn alive(&self) -> usize {
        self.alive.load(Ordering::SeqCst)
    }

    fn react(&self, call: Call) {
        let slot = || self.reaction.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(reaction) = slot().take() else {
            return;
        };
        /// Puts the reaction back, also when it panics.
        struct PutBack<'a, F: Fn(Reaction)>(Option<Reaction>, &'a F);
        impl<F: Fn(Reaction)> Drop for PutBack<'_, F> {
            fn drop(&mut self) {
                self.0.take().into_iter().for_each(self.1);
            }
        }
        let put_back = |reaction| *slot() = Some(reaction);
        let mut reaction = PutBack(Some(reaction), &put_back);
        if let Some(react) = &mut reaction.0 {
            react(call);
        }
    }
}

fn raw(hostile: Arc<Hostile>) -> RawWaker {
    RawWaker::new(Arc::into_raw(hostile).cast(), &VTABLE)
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(clone, wake, wake_by_ref, drop_waker);

/// # Safety
/// `data` is from `Arc::into_raw` of an `Arc<Hostile>` that is still alive.
unsafe fn borrow(data: *const ()) -> Arc<Hostile> {
    // SAFETY: the caller's contract; the count is raised for the `Arc` that is made.
    unsafe {
        Arc::increment_strong_count(data.cast::<Hostile>());
        Arc::from_raw(data.cast())
    }
}

unsafe fn clone(data: *const ()) -> RawWaker {
    // SAFETY: `data` is the waker's own, as in all functions of the vtable.
    let hostile = unsafe { borrow(data) };
    hostile.react(Call::Clone);
    hostile.alive.fetch_add(1, Ordering::SeqCst);
    raw(hostile)
}

unsafe fn wake(data: *const ()) {
    // SAFETY: as above; `wake` owns the waker, so its count is given back here.
    let hostile: Arc<Hostile> = unsafe { Arc::from_raw(data.cast()) };
    hostile.alive.fetch_sub(1, Ordering::SeqCst);
    hostile.react(Call::Wake);
}

unsafe fn wake_by_ref(data: *const ()) {
    // SAFETY: as above.
    unsafe { borrow(data) }.react(Call::Wake);
}

unsafe fn drop_waker(data: *const ()) {
    // SAFETY: as above; `drop` owns the waker, so its count is given back here.
    let hostile: Arc<Hostile> = unsafe { Arc::from_raw(data.cast()) };
    hostile.alive.fetch_sub(1, Ordering::SeqCst);
    hostile.react(Call::Drop);
}
