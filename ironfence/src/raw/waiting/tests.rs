//! Steps of a waiter that tests from outside can't see: some only steer the lock, others matter only where two
//! threads meet.

use std::{
    boxed::Box,
    marker::{PhantomData, PhantomPinned},
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    task::Wake,
    vec::Vec,
};

use super::{
    super::{
        mode::Fresh,
        permit::{Exclusive, Shared},
    },
    *,
};
use crate::{lookout::tests::let_pass, sync::BARGE_LIMIT};

const MINUTE: u32 = 60_000_000;

/// Counts how often it was woken.
#[derive(Default)]
pub(in crate::raw) struct Woken(AtomicUsize);

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, SeqCst);
    }
}

impl Woken {
    pub(in crate::raw) fn times(&self) -> usize {
        self.0.load(SeqCst)
    }
}

/// A waiter for `raw` that is polled by hand.
struct Asked<'r, M: Fresh> {
    raw: &'r RawLock,
    waiter: Pin<Box<(Waiter, PhantomPinned)>>,
    woken: Arc<Woken>,
    mode: PhantomData<M>,
}

impl<'r, M: Fresh> Asked<'r, M> {
    fn new(raw: &'r RawLock) -> Self {
        let waiter = Box::pin((Waiter::new(M::WANTS), PhantomPinned));
        Self { raw, waiter, woken: Arc::default(), mode: PhantomData }
    }

    /// One that was polled once, and did not get the lock.
    fn polled(raw: &'r RawLock) -> Self {
        let asked = Self::new(raw);
        assert!(!asked.poll(), "it has to wait");
        asked
    }

    /// True if it has the lock now, which is the test's to release.
    fn poll(&self) -> bool {
        let waker = Waker::from(self.woken.clone());
        let mut context = Context::from_waker(&waker);
        // SAFETY: a `Fresh` mode keeps nothing. The waiter is pinned, waits for this lock alone, and is
        // cancelled before it dies.
        let polled = unsafe {
            match self.waiter().lookout.is_fresh() {
                true => self.raw.begin_to_wait::<M>(self.waiter(), &mut context),
                false => self.raw.go_on_waiting::<M>(self.waiter(), &mut context),
            }
        };
        polled.is_ready()
    }

    fn waiter(&self) -> &Waiter {
        &self.waiter.0
    }

    fn status(&self) -> Status {
        self.waiter().status()
    }

    fn wakes(&self) -> usize {
        self.woken.times()
    }
}

impl<M: Fresh> Drop for Asked<'_, M> {
    fn drop(&mut self) {
        if self.status() != Status::Idle {
            // SAFETY: it waits for this lock.
            unsafe { self.raw.cancel::<M>(self.waiter()) };
        }
    }
}

fn take<M: Fresh>(raw: &RawLock) {
    // SAFETY: a `Fresh` mode keeps nothing.
    assert!(unsafe { raw.try_take::<M>() }, "it is free");
}

fn release(raw: &RawLock) {
    // SAFETY: the test has taken it.
    unsafe { raw.release_exclusive() };
}

/// A waiter that was called, for which the lock is free.
fn bearer(raw: &RawLock) -> Asked<'_, Exclusive> {
    take::<Exclusive>(raw);
    let bearer = Asked::polled(raw);
    release(raw);
    assert_eq!((bearer.status(), raw.state().is_held()), (Status::Bearer, false));
    bearer
}

/// A lock whose holders are not suspended, as far as it knows.
fn brief() -> RawLock {
    let raw = RawLock::new();
    for _ in 0..7 {
        raw.limits.have_spun(true);
    }
    assert!(raw.limits.seen().may_barge() && raw.limits.pays_to_yield());
    raw
}

#[test]
fn one_strict_newcomer_in_128_is_sampled() {
    let raw = RawLock::new();
    let _bearer = bearer(&raw);
    let newcomers: Vec<_> = (0..256).map(|_| Asked::<Exclusive>::polled(&raw)).collect();
    let sampled = newcomers.iter().filter(|it| it.waiter().lookout.sampled_for().is_some());
    assert_eq!(sampled.count(), 2);
}

#[test]
fn nobody_is_sampled_who_is_polled_again_or_may_barge() {
    let raw = RawLock::new();
    let _bearer = bearer(&raw);
    let waiters: Vec<_> = (0..256).map(|_| Asked::<Exclusive>::polled(&raw)).collect();
    let sampled =
        || waiters.iter().filter(|it| it.waiter().lookout.sampled_for().is_some()).count();
    assert_ne!(sampled(), 0);
    assert!(waiters.iter().all(|it| !it.poll()));
    assert_eq!(sampled(), 0);

    let raw = brief();
    let _bearer = bearer(&raw);
    raw.update(State::reserved);
    let newcomers: Vec<_> = (0..256).map(|_| Asked::<Exclusive>::polled(&raw)).collect();
    assert!(newcomers.iter().all(|it| it.waiter().lookout.sampled_for().is_none()));
}

/// If it waited for a moment only, sections may be short.
#[test]
fn the_lock_learns_from_a_sampled_waiter() {
    let has_learned_from = |waited: Option<u32>| {
        let raw = RawLock::new();
        let bearer = bearer(&raw);
        if let Some(microseconds) = waited {
            bearer.waiter().lookout.sample();
            let_pass(&bearer.waiter().lookout, microseconds);
        }
        assert!(bearer.poll(), "it is free");
        release(&raw);
        raw.limits.seen().may_barge()
    };
    assert!(!has_learned_from(Some(MINUTE)));
    assert!(!has_learned_from(None), "that was not sampled");
    // This thread may be held up meanwhile, but not each time.
    assert!((0..10_000).any(|_| has_learned_from(Some(0))));
}

#[test]
fn a_newcomer_comes_back_three_times_before_it_queues_for_a_lock_that_is_promised() {
    let raw = brief();
    let bearer = bearer(&raw);
    raw.update(State::reserved);
    let newcomer = Asked::<Exclusive>::new(&raw);
    for times in 1..=3 {
        assert!(!newcomer.poll());
        assert_eq!((newcomer.status(), newcomer.wakes()), (Status::Idle, times));
    }
    assert!(!newcomer.poll());
    assert_eq!(newcomer.status(), Status::Waiting);
    drop(bearer);

    // So does a reader where others read and a writer was called.
    let raw = brief();
    take::<Shared>(&raw);
    raw.end_bias(); // where locks are biased whenever they can be
    raw.update(|now| now.called(true, true, false));
    raw.update(State::reserved);
    let reader = Asked::<Shared>::polled(&raw);
    assert_eq!((reader.status(), reader.wakes()), (Status::Idle, 1));
    drop(reader);
    raw.update(State::without_bearer);
}

#[test]
fn a_newcomer_queues_at_once_for_a_lock_that_is_held() {
    let raw = brief();
    take::<Exclusive>(&raw);
    let newcomer = Asked::<Exclusive>::polled(&raw);
    assert_eq!((newcomer.status(), newcomer.wakes()), (Status::Waiting, 0));
    drop(newcomer);
    release(&raw);

    // A reader, where others read and a writer sleeps.
    let raw = brief();
    take::<Shared>(&raw);
    let _writer = Asked::<Exclusive>::polled(&raw);
    let reader = Asked::<Shared>::polled(&raw);
    assert_eq!((reader.status(), reader.wakes()), (Status::Waiting, 0));
}

#[test]
fn one_that_was_beaten_for_long_is_passed_by_nobody() {
    let raw = brief();
    let first = bearer(&raw);
    take::<Exclusive>(&raw); // a newcomer passes it
    assert!(!first.poll());
    assert!(raw.limits.seen().may_barge(), "that was the first time");
    let reserved = State(0).called(true, false, false).reserved();
    let passes = |state: State| state.0 & (reserved.0 - State(0).called(true, false, false).0);
    assert_ne!(passes(raw.state()), passes(reserved), "{BARGE_LIMIT} may pass it");
    release(&raw);
    assert_eq!(first.status(), Status::Bearer);
    take::<Exclusive>(&raw);
    let_pass(&first.waiter().lookout, MINUTE);
    assert!(!first.poll());
    assert!(!raw.limits.seen().may_barge(), "the holders are suspended");
    assert_eq!(passes(raw.state()), passes(reserved), "and nobody may pass it");
    release(&raw);
    assert!(first.poll());
    release(&raw);
}

#[test]
fn a_watch_ends_when_the_one_that_keeps_it_has_the_lock() {
    let raw = RawLock::new();
    let bearer = bearer(&raw);
    let watching = Asked::<Exclusive>::polled(&raw);
    assert!(!watching.poll());
    assert_eq!(raw.queue.lock().looks(), 1, "its second look has advanced the counter");
    drop(bearer);
    assert_eq!(watching.status(), Status::Bearer);
    assert!(watching.poll());
    assert_eq!(raw.queue.lock().looks(), NOBODY);
    release(&raw);
}

/// One thread finds it asleep, the other one calls it meanwhile.
#[test]
fn a_waiter_that_takes_the_lock_while_it_is_called_has_answered() {
    let raw = brief();
    let first = bearer(&raw);
    let asker = Asker::Newcomer { may_barge: true };
    // SAFETY: a `Fresh` mode keeps nothing. The lock was taken as `asker`.
    let leftovers = unsafe {
        let now = raw.take_as::<Exclusive>(asker).expect("it is free");
        raw.taken(first.waiter(), asker, now)
    };
    drop(leftovers);
    assert!(raw.state().lacks_bearer() && !raw.state().has_waiters());
    assert_eq!(first.status(), Status::Idle);
    release(&raw);
    assert_eq!(raw.state(), State(0));
}

/// As above, of one that was called beside another: who is asleep behind it relies on the next release.
#[test]
fn a_waiter_that_takes_the_lock_while_it_is_called_beside_others_has_the_release_call() {
    let raw = brief();
    take::<Exclusive>(&raw);
    let readers = [Asked::<Shared>::polled(&raw), Asked::polled(&raw)];
    let writer = Asked::<Exclusive>::polled(&raw);
    release(&raw);
    let statuses = [readers[0].status(), readers[1].status(), writer.status()];
    assert_eq!(statuses, [Status::Called, Status::Bearer, Status::Waiting]);
    assert!(!raw.state().may_call());
    let asker = Asker::Newcomer { may_barge: true };
    // SAFETY: a `Fresh` mode keeps nothing. The lock was taken as `asker`.
    let leftovers = unsafe {
        let now = raw.take_as::<Shared>(asker).expect("it is free");
        assert!(!now.may_call());
        raw.taken(readers[0].waiter(), asker, now)
    };
    assert!(!leftovers.call_others, "that is for the bearer to do");
    drop(leftovers);
    assert!(raw.state().may_call(), "also if the bearer is silent");
    // SAFETY: it was taken above.
    unsafe { raw.release_shared() };
    assert_eq!(writer.status(), Status::Called);
    drop((readers, writer));
    assert_eq!(raw.state(), State(0));
}
