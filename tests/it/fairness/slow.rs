//! A waiter that is polled only after 61, 1000 or 10 000 polls of the others has its turn.

use std::cell::Cell;

use ironfence_tests::slow_executor::{Clock, End, SlowExecutor, yield_now};

use super::{AMONG, Locks, Way};

/// How many turns others may have from when it asks for the lock until it has it: the 32 that may pass,
/// and some that a machine under load makes of its patience.
const TURNS: usize = 200;

/// After how many polls of others it is polled: as seldom as tokio's current-thread runtime polls its root
/// future. The lock is patient for 64 looks at least, so this holds on a machine under any load. Whether
/// 1000 or 10 000 polls are within its patience, a time, depends on the machine.
const EVERY: [usize; 2] = [8, 61];

/// What the others do with the lock.
#[derive(Clone, Copy, Debug)]
enum Inside {
    Yield,
    Sleep,
    /// Every other turn this, or that.
    Both,
}

impl Inside {
    async fn run(self, nth: usize, clock: &Clock) {
        match self {
            Self::Yield => yield_now().await,
            Self::Sleep => clock.sleep(3).await,
            Self::Both if nth % 2 == 0 => yield_now().await,
            Self::Both => clock.sleep(3).await,
        }
    }
}

/// Four tasks that take the lock again and again, and a slow one that wants it three times. Returns
/// the most turns that others had while it waited once, or nothing if it waited for ever.
fn most_turns_of_others(way: Way, of_others: Way, inside: Inside, every: usize) -> Option<usize> {
    let locks = Locks::new();
    let (turns, most, done) = (Cell::new(0), Cell::new(0), Cell::new(false));
    let clock = Clock::default();
    let mut executor = SlowExecutor::with_clock(every, &clock);
    for number in 0..4 {
        let (locks, turns, done, clock) = (&locks, &turns, &done, clock.clone());
        executor.spawn(async move {
            // Not all in step, so that readers are never all gone. (Where nobody sleeps the clock
            // stands.)
            for _ in 0..number {
                yield_now().await;
            }
            while !done.get() {
                locks.hold(of_others, inside.run(turns.get(), &clock)).await;
                turns.set(turns.get() + 1);
            }
        });
    }
    executor.spawn_slow(async {
        // One of the others has the lock then.
        yield_now().await;
        for _ in 0..3 {
            let before = turns.get();
            let waited = async { turns.get() - before };
            let waited = locks.hold(way, waited).await;
            most.set(waited.max(most.get()));
            yield_now().await;
        }
        done.set(true);
    });
    // Enough for thrice the turns that it may cost, of ten polls each, and for its own polls.
    let limit = 3 * 10 * TURNS + 100 * every;
    match executor.run(limit) {
        End::AllDone => Some(most.get()),
        End::Limit => None,
        End::Asleep => panic!("{way:?} among {of_others:?}: somebody was left asleep"),
    }
}

fn assert_has_its_turn(inside: Inside) {
    for (way, of_others) in AMONG {
        for every in EVERY {
            let what = format!("{way:?} among {of_others:?}, polled every {every} polls");
            match most_turns_of_others(way, of_others, inside, every) {
                Some(turns) => assert!(turns <= TURNS, "{what}: {turns} turns went by"),
                None => panic!("{what}: it waits for ever"),
            }
        }
    }
}

#[test]
fn it_has_its_turn_among_tasks_that_yield_with_the_lock() {
    assert_has_its_turn(Inside::Yield);
}

#[test]
fn it_has_its_turn_among_tasks_that_sleep_with_the_lock() {
    assert_has_its_turn(Inside::Sleep);
}

#[test]
fn it_has_its_turn_among_tasks_that_do_now_this_now_that() {
    assert_has_its_turn(Inside::Both);
}

/// The others are polled late too: nobody is polled when it expects it.
#[test]
fn all_of_them_have_their_turns_if_all_are_slow() {
    for (way, of_others) in AMONG {
        let locks = Locks::new();
        let left = Cell::new(8);
        let clock = Clock::default();
        let mut executor = SlowExecutor::with_clock(61, &clock);
        for number in 0..left.get() {
            let (locks, left, clock) = (&locks, &left, clock.clone());
            executor.spawn_slow(async move {
                for nth in 0..50 {
                    let way = if (number + nth) % 4 == 0 { way } else { of_others };
                    locks.hold(way, Inside::Both.run(number + nth, &clock)).await;
                }
                left.set(left.get() - 1);
            });
        }
        for _ in 0..2 {
            // They keep the executor busy until it is all over, or seems never to be.
            executor.spawn(async {
                for _ in 0..500_000 {
                    if left.get() == 0 {
                        break;
                    }
                    yield_now().await;
                }
            });
        }
        assert_eq!(executor.run(2_000_000), End::AllDone, "{way:?} among {of_others:?}");
    }
}
