//! Taking locks one after the other, and releasing those that were taken.
//!
//! A [`Route`] shows its locks to a [`Walker`], each with the way in which it is wanted, until the
//! walker has enough. The walkers are here: one that takes and stops where it has to wait, one that
//! never waits, one that releases. So a route says in one place where its locks are and in which
//! order, and all that is done to them is written once.
//!
//! What was taken is a number: the locks before it on the route are held.
#![allow(unsafe_code)]

use core::{
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use crate::{
    budget,
    guard::Guards,
    raw::{
        RawLock,
        acquire::{Acquire, try_acquire},
        handle::Erased,
        mode::{Fresh, Mode},
        permit::{Exclusive, Permit, Shared, Upgradable},
    },
    sync::Shield,
    watch::{Site, Wait},
};

/// A way to take a lock among others: any that holds nothing while it waits. Sealed: not nameable
/// from outside.
#[diagnostic::on_unimplemented(
    message = "a lock can't be taken like this among others: `{Self}`",
    label = "not one of `lock`, `read`, `write` and `upgradable_read`",
    note = "what upgrades holds its lock already, and what reads recursively may; so they can't be taken in order"
)]
pub trait Among: Fresh<Held = Self> + Guards {
    /// Each way has its own, less than four.
    #[doc(hidden)]
    const NUMBER: usize;

    #[doc(hidden)]
    fn wait(lock: Erased<'static>, wait: Wait) -> Waiting;
}

/// One who is shown locks, in order.
pub trait Walker {
    /// Comes to a lock that is wanted as `M` says. False ends the walk.
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool;

    /// How many of the first locks it need not be shown. Whoever asks begins behind them.
    #[inline(always)]
    fn seen(&mut self) -> usize {
        0
    }
}

/// Looks whether the levels ascend.
#[derive(Default)]
pub(crate) struct Ascending(u8);

impl Ascending {
    pub(crate) const MESSAGE: &str = "the locks of a struct are at several levels, and not in that order: \
        make its twin by `into_guarded`, or write `at_level` with one level for each lock in the twin's literal";
}

impl Walker for Ascending {
    #[inline]
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        let before = core::mem::replace(&mut self.0, raw.level());
        before <= self.0
    }
}

/// Locks in ascending order, and how each is wanted.
///
/// What is unsafe relies on the first two of these; the order keeps tasks from waiting for each other.
///
/// # Safety
/// `walk` comes to the same locks each time, in the same order, each wanted in the same way: the number
/// of those that are held says which they are. (If a lock is there twice, its second turn waits for its
/// first.) They live, and stay where they are, as long as the route lives, also if that is moved.
pub(crate) unsafe trait Route {
    /// Shows the locks to `walker`, from the first or from behind those that it has [seen](Walker::seen),
    /// until it returns false; then false, else true.
    fn walk<W: Walker>(&self, walker: &mut W) -> bool;

    /// Panics if the locks are not in ascending order as far as their levels go. (That their addresses ascend
    /// is seen to by who makes a route.) Asked of those who have to wait: the others are in nobody's way.
    #[cold]
    #[inline(never)]
    fn check(&self) {
        assert!(self.walk(&mut Ascending::default()), "{}", Ascending::MESSAGE);
    }
}

/// Takes the locks of a route. Does nothing before it is polled; may be dropped at any point.
pub(crate) struct Taking<R: Route> {
    /// The lock that is waited for; on the route of `taken`. Before it, so that it is dropped first.
    waiting: Option<Waiting>,
    /// `None` once it was handed out.
    taken: Option<Taken<R>>,
    /// Where they were asked for; they are taken in ascending order.
    site: Site,
}

/// The locks of a route that are held, in the ways in which it shows them: the first `count`, and all of
/// them where [`Taking::poll`] or [`Taken::try_take`] gave it out. These holds are its own. Dropping it
/// releases them.
pub(crate) struct Taken<R: Route> {
    route: R,
    count: usize,
}

/// One lock that is waited for. Sealed: not nameable from outside.
pub struct Waiting(In);

/// In which of the ways.
///
/// The lifetime is a white lie: the lock lives as long as the route that it is on.
enum In {
    Exclusive(Acquire<Erased<'static>, Exclusive>),
    Shared(Acquire<Erased<'static>, Shared>),
    Upgradable(Acquire<Erased<'static>, Upgradable>),
}

impl Among for Exclusive {
    const NUMBER: usize = 0;

    fn wait(lock: Erased<'static>, wait: Wait) -> Waiting {
        // SAFETY: this mode is `Fresh`: it keeps nothing while it waits.
        Waiting(In::Exclusive(unsafe { Acquire::new(lock, wait) }))
    }
}

impl Among for Shared {
    const NUMBER: usize = 1;

    fn wait(lock: Erased<'static>, wait: Wait) -> Waiting {
        // SAFETY: this mode is `Fresh`: it keeps nothing while it waits.
        Waiting(In::Shared(unsafe { Acquire::new(lock, wait) }))
    }
}

impl Among for Upgradable {
    const NUMBER: usize = 2;

    fn wait(lock: Erased<'static>, wait: Wait) -> Waiting {
        // SAFETY: this mode is `Fresh`: it keeps nothing while it waits.
        Waiting(In::Upgradable(unsafe { Acquire::new(lock, wait) }))
    }
}

impl Waiting {
    /// Once this is ready the lock is held in the way that is waited for, and that hold is the caller's.
    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        fn poll<M: Among>(
            acquire: &mut Acquire<Erased<'static>, M>,
            context: &mut Context<'_>,
        ) -> Poll<()> {
            // SAFETY: the caller has it pinned.
            unsafe { Pin::new_unchecked(acquire) }.poll(context).map(Permit::leave_held)
        }
        // SAFETY: the variants are pinned as their enum is, which has no `Drop` and is `Unpin` only
        // if they are; they are not moved.
        match unsafe { &mut self.get_unchecked_mut().0 } {
            In::Exclusive(acquire) => poll(acquire, context),
            In::Shared(acquire) => poll(acquire, context),
            In::Upgradable(acquire) => poll(acquire, context),
        }
    }
}

impl<R: Route> Taking<R> {
    #[inline]
    #[cfg_attr(feature = "check", track_caller)]
    pub(crate) fn new(route: R) -> Self {
        let taken = Some(Taken { route, count: 0 });
        Self { waiting: None, taken, site: Site::here().in_order() }
    }

    /// True once the locks were handed out; polling again would panic.
    pub(crate) fn is_terminated(&self) -> bool {
        self.taken.is_none()
    }

    /// The route, until the locks are handed out.
    #[inline(always)]
    pub(crate) fn route(&self) -> Option<&R> {
        self.taken.as_ref().map(|taken| &taken.route)
    }

    /// The route of one that was never polled (it is `!Unpin`, so one that was can't be moved here).
    pub(crate) fn into_route(self) -> R {
        self.taken.expect("never polled, so it is there").leave_held()
    }

    /// Ends without the locks; those that were taken are released.
    pub(crate) fn end(self: Pin<&mut Self>) {
        // SAFETY: as in `poll`.
        let (mut waiting, taken) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.waiting), &mut this.taken)
        };
        // First what may point to a lock of the route.
        waiting.set(None);
        *taken = None;
    }

    /// Ready with all the locks of the route.
    #[inline]
    pub(crate) fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Taken<R>> {
        // SAFETY: `waiting` is pinned and only ever replaced through the pin; `taken` is not pinned:
        // `Route` promises that its locks do not mind. `Self` has no `Drop`, and is `Unpin` only if
        // `waiting` is.
        let (waiting, slot, site) = unsafe {
            let this = self.get_unchecked_mut();
            (Pin::new_unchecked(&mut this.waiting), &mut this.taken, this.site)
        };
        let Some(taken) = slot else { polled_after_completion() };
        let Taken { route, count } = taken;
        if !route.walk(&mut Take { past: 0, count, waiting, context, site }) {
            route.check();
            return Poll::Pending;
        }
        Poll::Ready(slot.take().expect("it was there above"))
    }
}

#[cold]
#[inline(never)]
fn polled_after_completion() -> ! {
    panic!("a future of several locks was polled after completion")
}

impl<R: Route> Taken<R> {
    /// All the locks of the route, if none of them has to be waited for; else none is taken.
    #[cfg_attr(feature = "check", track_caller)]
    pub(crate) fn try_take(route: R) -> Option<Self> {
        let site = Site::here().in_order();
        let mut taken = Self { route, count: 0 };
        let Self { route, count } = &mut taken;
        let has_all = route.walk(&mut Try { count, site });
        has_all.then_some(taken)
    }

    /// The route, whose locks stay held: their holds are the caller's now.
    #[inline]
    pub(crate) fn leave_held(self) -> R {
        let this = core::mem::ManuallyDrop::new(self);
        // SAFETY: `this` is never dropped, so the route is moved out once.
        unsafe { core::ptr::read(&raw const this.route) }
    }
}

impl<R: Route> Drop for Taken<R> {
    fn drop(&mut self) {
        let Self { route, count } = self;
        let mut released = 0;
        let mut tried = None;
        // A walk that came to an end before it had released one more will do so again.
        Shield::run_to_end(|| {
            if released < *count && tried.replace(released) != Some(released) {
                route.walk(&mut Release { past: 0, released: &mut released, count: *count });
            }
        });
    }
}

/// Takes lock after lock, and stops where it has to wait.
struct Take<'f, 'c> {
    /// How many locks the walk has come past.
    past: usize,
    /// How many are held.
    count: &'f mut usize,
    waiting: Pin<&'f mut Option<Waiting>>,
    context: &'f mut Context<'c>,
    site: Site,
}

impl Walker for Take<'_, '_> {
    #[inline(always)]
    fn seen(&mut self) -> usize {
        self.past = *self.count;
        self.past
    }

    #[inline]
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        if self.past == *self.count {
            let unit = budget::take(self.context);
            // As `Acquire::queue_at_least`: a task whose budget is spent leaves a free lock alone.
            if unit.is_pending() && raw.is_free::<M>() {
                return false;
            }
            // As the first poll of a lock future would.
            // SAFETY: `Among` modes are `Fresh`: they keep nothing while they wait.
            if self.waiting.is_none() && unsafe { M::take_quiet(raw) } {
                // SAFETY: the lock was taken in the mode `M`, just now.
                let permit = unsafe { Permit::<_, M>::new(Erased::new(raw)) };
                let mut wait = Wait::new(self.site.nth(*self.count));
                let waker = self.context.waker();
                permit.was_awaited(&mut wait, <M as Mode>::WAY, waker).leave_held();
            } else if !self.wait::<M>(raw) {
                return false;
            }
            if let Poll::Ready(unit) = unit {
                unit.spend();
            }
            *self.count += 1;
        }
        self.past += 1;
        true
    }
}

impl Take<'_, '_> {
    /// True if the lock is held now.
    #[cold]
    fn wait<M: Among>(&mut self, raw: &RawLock) -> bool {
        if self.waiting.is_none() {
            // SAFETY: the lock is on the route, so it lives and stays where it is as long as the
            // route; `waiting` is dropped before that, and replaced before the route is handed out.
            let raw: &'static RawLock = unsafe { &*core::ptr::from_ref(raw) };
            self.waiting
                .set(Some(M::wait(Erased::new(raw), Wait::new(self.site.nth(*self.count)))));
        }
        let waiting = self.waiting.as_mut().as_pin_mut().expect("set above");
        let is_taken = waiting.poll(self.context).is_ready();
        if is_taken {
            self.waiting.set(None);
        }
        is_taken
    }
}

/// Takes lock after lock, and stops where it would have to wait.
struct Try<'f> {
    count: &'f mut usize,
    site: Site,
}

impl Walker for Try<'_> {
    #[inline]
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        let Some(permit) = try_acquire::<_, M>(Erased::new(raw), self.site) else { return false };
        permit.leave_held();
        *self.count += 1;
        true
    }
}

/// Releases the locks of the walk that are held. A walk that a waker's panic has ended is begun anew, and
/// comes past what is released already.
struct Release<'f> {
    /// How many locks the walk has come past.
    past: usize,
    /// How many are released: they come first.
    released: &'f mut usize,
    /// How many were taken.
    count: usize,
}

impl Walker for Release<'_> {
    fn seen(&mut self) -> usize {
        self.past = *self.released;
        self.past
    }

    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        if self.past == *self.released {
            *self.released += 1;
            // SAFETY: the lock is among the first `count` of the route, so it was taken as `M` says and
            // left held, for the one `Taken` that counts it, which is being dropped. `released` has just
            // gone past it, so it is taken up once.
            drop(unsafe { Permit::<_, M>::take_up(Erased::new(raw)) });
        }
        self.past += 1;
        self.past < self.count
    }
}
