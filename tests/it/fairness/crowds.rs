//! A crowd that comes while others sleep: waiting is sleeping, so it costs few polls.

use std::cell::Cell;

use ironfence_tests::slow_executor::{End, SlowExecutor, yield_now};

use super::{ALONE, Locks, Way};

/// What an acquisition may cost, on the average of a crowd.
const POLLS: usize = 3;

/// Lets a holder go when `asleep` tasks wait for it and `fresh` ones can run, and counts what it takes
/// until all have had their turns.
fn polls(asleep: usize, fresh: usize, way: impl Fn(usize) -> Way) -> usize {
    let locks = Locks::new();
    let (asking, is_released) = (Cell::new(0), Cell::new(false));
    let before = Cell::new(0);
    let mut executor = SlowExecutor::new(1);
    executor.spawn(async {
        let inside = async {
            while asking.get() < asleep {
                yield_now().await;
            }
            is_released.set(true);
        };
        match way(0) {
            Way::Read => locks.hold(Way::Write, inside).await,
            way => locks.hold(way, inside).await,
        }
    });
    for number in 0..asleep + fresh {
        let (locks, way) = (&locks, way(number));
        let (asking, is_released, before) = (&asking, &is_released, &before);
        executor.spawn(async move {
            if number < asleep {
                asking.set(asking.get() + 1);
            }
            while number >= asleep && !is_released.get() {
                before.set(before.get() + 1);
                yield_now().await;
            }
            locks.hold(way, async {}).await;
        });
    }
    let count = asleep + fresh;
    let end = executor.run(20 * POLLS * count);
    assert!(end != End::Asleep, "somebody was left asleep");
    // The holder was polled twice.
    executor.polls() - before.get() - 2
}

#[track_caller]
fn assert_few(what: &str, asleep: usize, fresh: usize, way: impl Fn(usize) -> Way) {
    let polls = polls(asleep, fresh, way);
    let count = asleep + fresh;
    assert!(polls <= POLLS * count, "{what}: {polls} polls for {count} turns");
}

#[test]
fn a_crowd_costs_few_polls_a_turn() {
    for way in ALONE {
        for (asleep, fresh) in [(1, 3000), (100, 3000), (400, 400)] {
            assert_few(&format!("{way:?}, {asleep} asleep"), asleep, fresh, |_| way);
        }
    }
}

#[test]
fn a_crowd_of_readers_and_writers_costs_few_polls_a_turn() {
    let mix = |number| if number % 2 == 0 { Way::Read } else { Way::Write };
    let few_write = |number| if number % 20 == 0 { Way::Write } else { Way::Read };
    for (asleep, fresh) in [(1, 3000), (100, 3000), (400, 400)] {
        assert_few("every other one reads", asleep, fresh, mix);
        assert_few("most read", asleep, fresh, few_write);
    }
}
