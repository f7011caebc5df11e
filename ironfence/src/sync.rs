//! L0: what the lock stands on: atomics, cells and threads, from `core` and `std`, or from loom or
//! shuttle.
//!
//! This is the only file that knows that loom and shuttle exist. The rest of the crate imports from
//! here and is compiled three times: for users, and by the unpublished packages `models/loom` and
//! `models/shuttle`, whose build script sets `ironfence_loom` or `ironfence_shuttle`. There each step on
//! an atomic may be interrupted, every access to guarded data is tracked, and the numbers below shrink
//! so that a model reaches the rare branches.

pub(crate) use self::imp::*;

/// Makes a function `const`, except in the models: loom's atomics have no `const` constructor, and the
/// trackers have none with either.
macro_rules! const_fn {
    ($(#[$meta:meta])* $vis:vis const fn $($rest:tt)*) => {
        #[cfg(not(any(ironfence_loom, ironfence_shuttle)))]
        $(#[$meta])* $vis const fn $($rest)*
        #[cfg(any(ironfence_loom, ironfence_shuttle))]
        $(#[$meta])* $vis fn $($rest)*
    };
}
pub(crate) use const_fn;

/// A `static` of atomics, for the whole process. In the models it is made anew in each run.
macro_rules! process_wide {
    ($(#[$meta:meta])* static $NAME:ident: $Type:ty = $value:expr;) => {
        #[cfg(not(any(ironfence_loom, ironfence_shuttle)))]
        $(#[$meta])* static $NAME: $Type = $value;
        #[cfg(ironfence_loom)]
        loom::lazy_static! { $(#[$meta])* static ref $NAME: $Type = $value; }
        #[cfg(ironfence_shuttle)]
        shuttle::lazy_static! { $(#[$meta])* static ref $NAME: $Type = $value; }
    };
}
pub(crate) use process_wide;

/// An array whose values are made each by the same call, `const` but in the models.
macro_rules! array_of {
    ($value:expr; $length:expr) => {{
        #[cfg(not(any(ironfence_loom, ironfence_shuttle)))]
        let array = [const { $value }; $length];
        #[cfg(any(ironfence_loom, ironfence_shuttle))]
        let array: [_; $length] = core::array::from_fn(|_| $value);
        array
    }};
}
pub(crate) use array_of;

/// Runs foreign code that may panic: a waker, or the `Drop` of one.
///
/// What is promised of a release, in whatever form: the first panic keeps no other lock held and nobody
/// else asleep, and goes on when all is done. With `std` so does any other one, and one beside a panic that
/// is on its way is dropped. Without `std` there is nothing to catch with: a second panic then comes up
/// while the first unwinds, and Rust aborts the program.
pub(crate) struct Shield;

impl Shield {
    /// Runs `work` until it returns: after a panic it is called again, and goes on behind the step
    /// that panicked, which is `work`'s to note before it takes that step. The first panic goes on in the
    /// end, unless this thread is unwinding already (it would abort).
    #[inline]
    pub(crate) fn run_to_end(work: impl FnMut()) {
        #[cfg(feature = "std")]
        Self::catch_to_end(work);
        #[cfg(not(feature = "std"))]
        Self::unwind_to_end(work);
    }

    #[cfg(feature = "std")]
    fn catch_to_end(mut work: impl FnMut()) {
        let mut first = None;
        while let Err(panic) = catch(&mut work) {
            match first {
                None => first = Some(panic),
                Some(_) => Self::discard(panic),
            }
        }
        match first {
            None => {}
            Some(panic) if std::thread::panicking() => Self::discard(panic),
            Some(panic) => std::panic::resume_unwind(panic),
        }
    }

    /// The first panic unwinds past what then does the rest.
    #[cfg(not(feature = "std"))]
    fn unwind_to_end(work: impl FnMut()) {
        struct Rest<F: FnMut()>(F);
        impl<F: FnMut()> Drop for Rest<F> {
            fn drop(&mut self) {
                (self.0)();
            }
        }
        let mut rest = Rest(work);
        (rest.0)();
        core::mem::forget(rest); // `work` has returned, so there is no rest
    }

    /// Drops what a panic carried; that is foreign code too, and may panic in turn.
    #[cfg(feature = "std")]
    fn discard(mut panic: Panic) {
        while let Err(next) = catch(|| drop(panic)) {
            panic = next;
        }
    }

    /// Runs foreign code after which nothing is left to do: a panic may leave at once, unless this
    /// thread is unwinding already (it would abort).
    #[inline(always)]
    pub(crate) fn run_alone(foreign: impl FnOnce()) {
        #[cfg(feature = "std")]
        if std::thread::panicking() {
            return Self::run_beside_a_panic(foreign);
        }
        foreign();
    }

    #[cfg(feature = "std")]
    #[cold]
    fn run_beside_a_panic(foreign: impl FnOnce()) {
        if let Err(panic) = catch(foreign) {
            Self::discard(panic);
        }
    }
}

/// What a panic carries.
#[cfg(feature = "std")]
type Panic = alloc::boxed::Box<dyn core::any::Any + Send>;

/// What is run leaves nothing half-way that is looked at after a panic: each step of ours is done before
/// the foreign code that follows it.
#[cfg(feature = "std")]
#[inline]
fn catch(run: impl FnOnce()) -> Result<(), Panic> {
    std::panic::catch_unwind(core::panic::AssertUnwindSafe(run))
}

/// The models have no clock: patience is counted in looks alone.
#[cfg(any(ironfence_loom, ironfence_shuttle))]
mod clock {
    pub(crate) fn started() -> [u8; 4] {
        [0; 4]
    }

    pub(crate) fn elapsed(_began: &core::cell::Cell<[u8; 4]>) -> u32 {
        0
    }

    pub(crate) fn give_way() {}

    pub(crate) fn ticks() -> u32 {
        0
    }

    /// Each time: there is no clock to ask in vain.
    pub(crate) fn looks_at_the_clock() -> bool {
        true
    }
}

/// Cells of `core`, with loom's face.
#[cfg(not(ironfence_loom))]
mod cell {
    /// As loom's: what is inside is reached by closures.
    #[derive(Debug)]
    pub(crate) struct UnsafeCell<T>(core::cell::UnsafeCell<T>);

    impl<T> UnsafeCell<T> {
        pub(crate) const fn new(value: T) -> Self {
            Self(core::cell::UnsafeCell::new(value))
        }

        #[inline(always)]
        pub(crate) fn with<R>(&self, f: impl FnOnce(*const T) -> R) -> R {
            f(self.0.get())
        }

        #[inline(always)]
        pub(crate) fn with_mut<R>(&self, f: impl FnOnce(*mut T) -> R) -> R {
            f(self.0.get())
        }
    }
}

#[cfg(not(any(ironfence_loom, ironfence_shuttle)))]
mod imp {
    pub(crate) use super::cell::UnsafeCell;
    pub(crate) use core::sync::atomic::{AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering};

    #[cfg(feature = "std")]
    pub(crate) use std::{
        sync::atomic::AtomicBool,
        thread::{Thread, current, park, yield_now},
        thread_local,
    };

    /// How often at the most one looks again before it falls asleep.
    pub(crate) const MAX_SPINS: u32 = 8;
    /// With which score a lock begins: as if its holders were suspended with it.
    pub(crate) const FIRST_SCORE: u32 = 0;
    /// How many may pass a waiter that was called, where barging pays.
    pub(crate) const BARGE_LIMIT: u32 = 31;
    /// For how long a waiter may be called and beaten, before nobody may pass it: microseconds.
    pub(crate) const BARGE_TIME: u32 = if cfg!(feature = "std") { 500 } else { 1 };
    /// After how long of that the holders count as suspended with the lock.
    pub(crate) const SUSPENDED_TIME: u32 = 8 * BARGE_TIME;
    /// The wait of a waiter that was sampled which says that sections may be short: microseconds.
    pub(crate) const SHORT_WAIT: u32 = 250;
    /// How often a newcomer yields where barging pays and nobody may pass any more, before it queues.
    pub(crate) const YIELDS: u8 = 3;
    /// For how long a called waiter may be silent before another is called: microseconds, or without
    /// `std` looks of the one that keeps watch.
    pub(crate) const PATIENCE: u32 = if cfg!(feature = "std") { 20_000 } else { 1 << 15 };
    /// And so often somebody has looked meanwhile. tokio's current-thread runtime polls its root
    /// future once in 61 polls of tasks.
    pub(crate) const MIN_LOOKS: u8 = 64;
    /// How many waiters are called in one critical section of the queue.
    pub(crate) const BATCH: usize = 32;

    /// True if readers may be marked in a table instead of being counted in the lock: it takes a
    /// number for each thread.
    pub(crate) const CAN_BIAS: bool = cfg!(feature = "std");
    /// True if each read of a free lock is to begin that, for the tests.
    pub(crate) const ALWAYS_BIASED: bool = cfg!(ironfence_biased);
    /// How many locks may be biased at once.
    pub(crate) const GROUPS: usize = if CAN_BIAS { 64 } else { 1 };
    /// Over how many slots the readers of one of them are spread.
    pub(crate) const SLOTS: usize = if CAN_BIAS { 64 } else { 1 };
    /// How many readers one slot counts at the most, if there is room for so many.
    pub(crate) const MAX_MARKS: usize = 1 << 20;
    /// True if the address of a lock says where the search for a free group begins: no two runs have the same.
    pub(crate) const SPREADS: bool = true;

    #[cfg(feature = "std")]
    thread_local! {
        /// The thread's number, from 1 on, and how often it did not look at the clock.
        static NUMBER: core::cell::Cell<(u32, u32)> = const { core::cell::Cell::new((0, 0)) };
    }

    /// A number that the thread has for itself: from 0 on, in the order in which they asked.
    #[inline(always)]
    pub(crate) fn thread_number() -> usize {
        #[cfg(feature = "std")]
        return NUMBER.with(|number| match number.get().0 {
            0 => new_thread_number(number),
            seen => seen as usize - 1,
        });
        #[cfg(not(feature = "std"))]
        0
    }

    #[cfg(feature = "std")]
    #[cold]
    fn new_thread_number(number: &core::cell::Cell<(u32, u32)>) -> usize {
        // Two billion threads, and then one number for all.
        let next_one = |next: u32| Some((next + 1).min(u32::MAX >> 1));
        // ORDERING: SeqCst, with `numbered_threads`.
        let next = NUMBERED.fetch_update(Ordering::SeqCst, Ordering::Relaxed, next_one);
        let next = next.unwrap_or_else(|next| next);
        number.set((next + 1, 0));
        next as usize
    }

    static NUMBERED: AtomicU32 = AtomicU32::new(0);

    /// How many threads have a number: more than any of these, up to two billion.
    pub(crate) fn numbered_threads() -> usize {
        // ORDERING: SeqCst, with the step by which a thread gets its number.
        NUMBERED.load(Ordering::SeqCst) as usize
    }

    /// True once in 16 calls of a thread: where the clock is asked often, in vain mostly.
    pub(crate) fn looks_at_the_clock() -> bool {
        #[cfg(feature = "std")]
        return NUMBER.with(|number| {
            let (mine, calls) = number.get();
            number.set((mine, calls.wrapping_add(1)));
            ALWAYS_BIASED || calls % 16 == 0
        });
        #[cfg(not(feature = "std"))]
        false
    }

    /// The clock, in units of 64 ns; it starts anew after 4 minutes.
    #[allow(clippy::cast_possible_truncation, reason = "it starts anew, as said")]
    pub(crate) fn ticks() -> u32 {
        #[cfg(feature = "std")]
        return (since_the_first_call().as_nanos() >> 6) as u32;
        #[cfg(not(feature = "std"))]
        0
    }

    /// A store before it is seen by whoever's load after such a fence of theirs is not seen by our loads
    /// after it. Here nothing: the accesses on both sides are `SeqCst` themselves, which says the same, and costs
    /// nothing beside an exchange. (loom knows `SeqCst` of fences alone.)
    #[inline(always)]
    pub(crate) fn store_load_fence() {}

    /// The clock now, for [`elapsed`].
    pub(crate) fn started() -> [u8; 4] {
        #[cfg(feature = "std")]
        return clock().to_ne_bytes();
        #[cfg(not(feature = "std"))]
        return [0; 4];
    }

    /// What has gone by since `began`: microseconds, or without a clock the calls of this.
    pub(crate) fn elapsed(began: &core::cell::Cell<[u8; 4]>) -> u32 {
        let then = u32::from_ne_bytes(began.get());
        #[cfg(feature = "std")]
        return clock().wrapping_sub(then);
        #[cfg(not(feature = "std"))]
        {
            let calls = then.saturating_add(1);
            began.set(calls.to_ne_bytes());
            calls
        }
    }

    /// Microseconds since the first call; they start anew after 71 minutes.
    #[cfg(feature = "std")]
    #[allow(clippy::cast_possible_truncation, reason = "it starts anew, as said")]
    fn clock() -> u32 {
        since_the_first_call().as_micros() as u32
    }

    #[cfg(feature = "std")]
    fn since_the_first_call() -> std::time::Duration {
        use std::{sync::OnceLock, time::Instant};

        static FIRST: OnceLock<Instant> = OnceLock::new();
        FIRST.get_or_init(Instant::now).elapsed()
    }

    /// Lets other threads run: two workers may sit on one processor.
    pub(crate) fn give_way() {
        #[cfg(feature = "std")]
        yield_now();
    }

    /// One step of waiting for a few instructions of another thread.
    pub(crate) fn relax(round: u32) {
        if round < 64 {
            core::hint::spin_loop();
        } else {
            // The other thread was suspended in the middle: give it the processor.
            #[cfg(feature = "std")]
            yield_now();
            #[cfg(not(feature = "std"))]
            core::hint::spin_loop();
        }
    }

    /// In the models, stands for the guarded data; here it is nothing.
    #[derive(Debug)]
    pub struct Tracker;

    /// In the models, an access to the guarded data that lasts; here it is nothing.
    #[derive(Debug)]
    pub struct Access;

    impl Tracker {
        pub(crate) const fn new() -> Self {
            Self
        }

        #[inline(always)]
        pub(crate) fn shared(&self) -> Access {
            Access
        }

        #[inline(always)]
        pub(crate) fn exclusive(&self) -> Access {
            Access
        }
    }

    impl Access {
        /// The access of a permit that shares its hold with another one of the same task.
        #[inline(always)]
        pub(crate) const fn untracked() -> Self {
            Self
        }

        /// Ends the access; the lock may be released after it.
        #[inline(always)]
        pub(crate) fn end(&mut self) {}
    }
}

#[cfg(ironfence_loom)]
mod imp {
    pub(crate) use super::clock::{elapsed, give_way, looks_at_the_clock, started, ticks};
    use loom::cell::{ConstPtr, MutPtr};
    pub(crate) use loom::{
        cell::UnsafeCell,
        sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering},
        thread::{Thread, current, park, yield_now},
        thread_local,
    };

    /// With the feature `biased`: then from the first read on.
    pub(crate) const CAN_BIAS: bool = cfg!(ironfence_loom_biased);
    pub(crate) const ALWAYS_BIASED: bool = CAN_BIAS;
    pub(crate) const GROUPS: usize = 2;
    pub(crate) const SLOTS: usize = 2;
    pub(crate) const MAX_MARKS: usize = 2;
    pub(crate) const SPREADS: bool = false;

    loom::lazy_static! {
        static ref NUMBERED: AtomicUsize = AtomicUsize::new(0);
    }

    thread_local! {
        static NUMBER: usize = NUMBERED.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn thread_number() -> usize {
        NUMBER.with(|number| *number)
    }

    pub(crate) fn numbered_threads() -> usize {
        NUMBERED.load(Ordering::SeqCst)
    }

    /// See that of the other builds.
    pub(crate) fn store_load_fence() {
        loom::sync::atomic::fence(Ordering::SeqCst);
    }

    pub(crate) const MAX_SPINS: u32 = 0;
    /// As nobody spins, a lock keeps its score: that of suspended holders, or (feature `barging`) that of
    /// short sections.
    pub(crate) const FIRST_SCORE: u32 = if cfg!(ironfence_loom_barging) { 3 } else { 0 };
    /// Small, so that a model reaches the bound.
    pub(crate) const BARGE_LIMIT: u32 = 1;
    pub(crate) const BARGE_TIME: u32 = 0;
    pub(crate) const SUSPENDED_TIME: u32 = 1;
    pub(crate) const SHORT_WAIT: u32 = 0;
    pub(crate) const YIELDS: u8 = 1;
    pub(crate) const PATIENCE: u32 = 0;
    /// The clock of a model: so many looks.
    pub(crate) const MIN_LOOKS: u8 = 2;
    pub(crate) const BATCH: usize = 2;

    pub(crate) fn relax(_round: u32) {
        yield_now();
    }

    #[derive(Debug)]
    pub struct Tracker(UnsafeCell<()>);

    pub enum Access {
        Shared(#[allow(dead_code)] ConstPtr<()>),
        Exclusive(#[allow(dead_code)] MutPtr<()>),
        Untracked,
    }

    impl Tracker {
        pub(crate) fn new() -> Self {
            Self(UnsafeCell::new(()))
        }

        #[track_caller]
        pub(crate) fn shared(&self) -> Access {
            Access::Shared(self.0.get())
        }

        #[track_caller]
        pub(crate) fn exclusive(&self) -> Access {
            Access::Exclusive(self.0.get_mut())
        }
    }

    impl Access {
        pub(crate) fn untracked() -> Self {
            Access::Untracked
        }

        pub(crate) fn end(&mut self) {
            *self = Access::Untracked;
        }
    }
}

#[cfg(ironfence_shuttle)]
mod imp {
    use alloc::sync::Arc;
    use core::sync::atomic::{AtomicUsize as Count, Ordering::Relaxed};

    pub(crate) use super::{
        cell::UnsafeCell,
        clock::{elapsed, give_way, looks_at_the_clock, started, ticks},
    };
    pub(crate) use shuttle::{
        sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicUsize, Ordering},
        thread::{Thread, current, park, yield_now},
        thread_local,
    };

    pub(crate) const CAN_BIAS: bool = true;
    /// With the feature `biased`; without it where two readers meet in an exchange.
    pub(crate) const ALWAYS_BIASED: bool = cfg!(ironfence_shuttle_biased);
    pub(crate) const GROUPS: usize = 2;
    pub(crate) const SLOTS: usize = 2;
    pub(crate) const MAX_MARKS: usize = 2;
    pub(crate) const SPREADS: bool = false;

    shuttle::lazy_static! {
        static ref NUMBERED: AtomicUsize = AtomicUsize::new(0);
    }

    thread_local! {
        static NUMBER: usize = NUMBERED.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn thread_number() -> usize {
        NUMBER.with(|number| *number)
    }

    pub(crate) fn numbered_threads() -> usize {
        NUMBERED.load(Ordering::SeqCst)
    }

    /// Shuttle's atomics are sequentially consistent.
    pub(crate) fn store_load_fence() {}

    pub(crate) const MAX_SPINS: u32 = 1;
    /// That of short sections, so that the programs come by both: the first vain spins end it.
    pub(crate) const FIRST_SCORE: u32 = 3;
    /// Small, so that the short programs reach the bound, but not at each turn.
    pub(crate) const BARGE_LIMIT: u32 = 3;
    pub(crate) const BARGE_TIME: u32 = 0;
    pub(crate) const SUSPENDED_TIME: u32 = 1;
    pub(crate) const SHORT_WAIT: u32 = 1;
    pub(crate) const YIELDS: u8 = 2;
    pub(crate) const PATIENCE: u32 = 0;
    pub(crate) const MIN_LOOKS: u8 = 4;
    pub(crate) const BATCH: usize = 2;

    pub(crate) fn relax(_round: u32) {
        yield_now();
    }

    /// How many accesses there are; [`ALONE`] if there is an exclusive one. The count is no atomic of
    /// shuttle's: looking at it must not be a step at which others come in.
    #[derive(Debug)]
    pub struct Tracker(Arc<Count>);

    const ALONE: usize = usize::MAX;

    #[derive(Debug)]
    pub struct Access {
        /// `None` once it has ended, or if it is untracked.
        tracker: Option<Arc<Count>>,
        is_exclusive: bool,
    }

    impl Tracker {
        pub(crate) fn new() -> Self {
            Self(Arc::new(Count::new(0)))
        }

        #[track_caller]
        pub(crate) fn shared(&self) -> Access {
            let others = self.0.load(Relaxed);
            assert_ne!(others, ALONE, "one reads beside one who writes");
            self.0.store(others + 1, Relaxed);
            Access { tracker: Some(self.0.clone()), is_exclusive: false }
        }

        #[track_caller]
        pub(crate) fn exclusive(&self) -> Access {
            let others = self.0.swap(ALONE, Relaxed);
            assert_eq!(others, 0, "one writes beside others");
            Access { tracker: Some(self.0.clone()), is_exclusive: true }
        }
    }

    impl Access {
        pub(crate) fn untracked() -> Self {
            Self { tracker: None, is_exclusive: false }
        }

        pub(crate) fn end(&mut self) {
            if let Some(tracker) = self.tracker.take() {
                let left = if self.is_exclusive { 0 } else { tracker.load(Relaxed) - 1 };
                tracker.store(left, Relaxed);
            }
        }
    }
}
