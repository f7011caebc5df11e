//! Tasks that sleep with the lock have it in the order of coming. The clock is paused, so the sleeps
//! take no time and are the same in every run.

use std::{cell::Cell, rc::Rc, time::Duration};

use tokio::{
    task::LocalSet,
    time::{Instant, sleep},
};

use super::{ALONE, Locks, Way};

const TASKS: usize = 20;
const HOLD: Duration = Duration::from_millis(5);

/// Whose contenders are all tasks, or the first of them the root future.
#[derive(Clone, Copy, Debug)]
enum First {
    IsTask,
    IsRoot,
}

/// The turns of each, in five virtual seconds. The way of a turn depends on whose it is and on which it
/// is.
fn turns(first: First, way: impl Fn(usize, usize) -> Way + Clone + 'static) -> Vec<usize> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap();
    let set = LocalSet::new();
    let turns: Rc<Vec<Cell<usize>>> = Rc::new(vec![Cell::new(0); TASKS]);
    let locks = Rc::new(Locks::new());
    let contender = |number: usize, end: Instant| {
        let (locks, turns, way) = (locks.clone(), turns.clone(), way.clone());
        async move {
            while Instant::now() < end {
                let mine = &turns[number];
                locks.hold(way(number, mine.get()), sleep(HOLD)).await;
                mine.set(mine.get() + 1);
            }
        }
    };
    set.block_on(&runtime, async {
        let end = Instant::now() + Duration::from_secs(5);
        let is_task = |number: &usize| matches!(first, First::IsTask) || *number > 0;
        let tasks: Vec<_> = (0..TASKS)
            .filter(is_task)
            .map(|number| tokio::task::spawn_local(contender(number, end)))
            .collect();
        if matches!(first, First::IsRoot) {
            contender(0, end).await;
        }
        for task in tasks {
            task.await.unwrap();
        }
    });
    turns.iter().map(Cell::get).collect()
}

#[track_caller]
fn assert_even(what: &str, first: First, turns: &[usize]) {
    let (fewest, most) = (turns.iter().min().unwrap(), turns.iter().max().unwrap());
    // The root future is polled once in 61 polls, and on a busy machine it may be outlasted.
    let tenths = if matches!(first, First::IsRoot) { 8 } else { 9 };
    assert!(10 * fewest >= tenths * most, "{what}, {first:?}: from {fewest} to {most}: {turns:?}");
    assert!(*fewest > 0, "{what}, {first:?}: somebody had none");
}

#[test]
fn each_has_as_many_turns_as_the_others() {
    for way in ALONE {
        for first in [First::IsTask, First::IsRoot] {
            assert_even(&format!("{way:?}"), first, &turns(first, move |_, _| way));
        }
    }
}

#[test]
fn each_has_as_many_turns_as_the_others_where_some_read() {
    for first in [First::IsTask, First::IsRoot] {
        let turns = turns(first, |number, nth| match (7 * number + 3 * nth) % 4 {
            0 | 1 => Way::Read,
            2 => Way::Write,
            _ => Way::Upgradable,
        });
        assert_even("a mix", first, &turns);
    }
}
