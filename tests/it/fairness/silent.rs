//! No lock belongs to a future that nobody polls: whoever comes later goes on, and its patience is paid
//! once for each such future.

use std::{
    cell::Cell,
    future::Future,
    pin::pin,
    task::{Context, Waker},
};

use ironfence_tests::{
    polled::Polled,
    slow_executor::{End, SlowExecutor, yield_now},
    watchdog::must_end,
};

use super::{ALONE, AMONG, Locks, Way};

/// More than any patience takes: the watchdog bites first.
const NO_LIMIT: usize = usize::MAX;

/// What one acquisition may cost when no silent one is left to be patient with.
const POLLS: usize = 3;

/// Holds the lock until it is told to let go, and lets go.
struct Holder<F>(Polled<F>);

impl<F: Future<Output = ()>> Holder<F> {
    fn let_go(mut self) {
        assert!(self.0.poll().is_ready());
    }
}

fn holder(locks: &Locks, way: Way) -> Holder<impl Future<Output = ()> + '_> {
    Holder(Polled::queued(locks.hold(way, yield_now())))
}

/// A waiter that was called and is never polled again.
fn silent(locks: &Locks, way: Way, of_others: Way) -> Polled<impl Future<Output = ()> + '_> {
    let first = holder(locks, of_others);
    let silent = Polled::queued(locks.hold(way, async {}));
    first.let_go();
    assert!(silent.is_woken(), "{way:?} is called after {of_others:?}");
    silent
}

#[test]
fn whoever_comes_later_goes_on() {
    must_end(|| {
        for (way, of_others) in AMONG {
            let locks = Locks::new();
            let silent = silent(&locks, way, of_others);
            let mut executor = SlowExecutor::new(1);
            for _ in 0..4 {
                executor.spawn(async {
                    for _ in 0..10 {
                        locks.hold(of_others, yield_now()).await;
                    }
                });
            }
            let end = executor.run(NO_LIMIT);
            assert_eq!(end, End::AllDone, "{of_others:?} after a silent {way:?}");
            drop(silent);
        }
    });
}

/// Each of them lies in the way of the next.
#[test]
fn whoever_comes_later_goes_on_past_many_silent_ones() {
    must_end(|| {
        for way in ALONE {
            let locks = Locks::new();
            let mut silent: Vec<_> =
                (0..10).map(|_| Polled::new(locks.hold(way, async {}))).collect();
            let first = holder(&locks, way);
            silent.iter_mut().for_each(|silent| assert!(silent.poll().is_pending()));
            first.let_go();
            let mut executor = SlowExecutor::new(1);
            for _ in 0..4 {
                executor.spawn(async {
                    for _ in 0..100 {
                        locks.hold(way, yield_now()).await;
                    }
                });
            }
            let end = executor.run(NO_LIMIT);
            assert_eq!(end, End::AllDone, "{way:?}: those that came later");
            // And they have their turns, late.
            let mut executor = SlowExecutor::new(1);
            executor.spawn(async {
                for silent in &mut silent {
                    std::future::poll_fn(|context| silent.poll_with(context.waker())).await;
                }
            });
            assert_eq!(executor.run(NO_LIMIT), End::AllDone, "{way:?}: those that were late");
        }
    });
}

/// The most polls that one acquisition takes of two tasks that have 1000 turns in all, after one has
/// had its turn already.
fn most_polls(locks: &Locks, way: Way) -> usize {
    let mut executor = SlowExecutor::new(1);
    executor.spawn(locks.hold(way, async {}));
    assert_eq!(executor.run(NO_LIMIT), End::AllDone, "{way:?}");
    let most = Cell::new(0);
    let mut executor = SlowExecutor::new(1);
    for _ in 0..2 {
        executor.spawn(async {
            for _ in 0..500 {
                let has_it = Cell::new(false);
                let inside = async {
                    has_it.set(true);
                    yield_now().await;
                };
                let mut hold = pin!(locks.hold(way, inside));
                let mut polls = 0;
                std::future::poll_fn(|context| {
                    // Those after it has the lock are not the lock's.
                    polls += usize::from(!has_it.get());
                    hold.as_mut().poll(context)
                })
                .await;
                most.set(most.get().max(polls));
                yield_now().await;
            }
        });
    }
    assert_eq!(executor.run(NO_LIMIT), End::AllDone, "{way:?}");
    most.get()
}

#[test]
fn a_silent_one_costs_its_patience_once() {
    must_end(|| {
        for (way, of_others) in AMONG {
            let locks = Locks::new();
            let silent = silent(&locks, way, of_others);
            let polls = most_polls(&locks, of_others);
            assert!(polls <= POLLS, "{of_others:?} after a silent {way:?}: {polls} polls");
            drop(silent);
        }
    });
}

/// A silent one that is polled at last is a waiter like any other, and leaves nothing behind.
#[test]
fn a_silent_one_that_is_polled_at_last_has_its_turn() {
    must_end(|| {
        for (way, of_others) in AMONG {
            let locks = Locks::new();
            let mut late = silent(&locks, way, of_others);
            most_polls(&locks, of_others);
            let other = holder(&locks, of_others);
            if late.poll().is_pending() {
                let wakes = late.wakes();
                other.let_go();
                assert!(late.wakes() > wakes, "{way:?} is called again");
                late.finish();
            }
            let mut context = Context::from_waker(Waker::noop());
            let free = pin!(locks.hold(of_others, async {})).poll(&mut context);
            assert!(free.is_ready(), "{way:?} leaves nothing behind");
        }
    });
}
