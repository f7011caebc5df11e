use std::{array, collections::BTreeSet, vec::Vec};

use super::*;

const NEW: Outcome = Outcome { pause: 0, credit: 0 };

#[test]
fn a_bias_that_paid_pauses_shortly_and_one_that_did_not_longer_each_time() {
    let enough = 50 * PAYS_FROM;
    let paid = Outcome { pause: 50 * SHORT_PAUSE, credit: 0 };
    assert_eq!(Outcome { pause: 4000, ..NEW }.after(enough, 50), paid);
    let in_vain = |pause| Outcome { pause, credit: 0 };
    assert_eq!(NEW.after(enough - 1, 50), in_vain(50 * LONG_PAUSE));
    assert_eq!(in_vain(4000).after(enough - 1, 50), in_vain(8000));
    assert_eq!(in_vain(LONGEST_PAUSE).after(0, 1), in_vain(LONGEST_PAUSE));
    assert_eq!(in_vain(u32::MAX).after(0, u32::MAX), in_vain(LONGEST_PAUSE));
}

#[test]
fn what_lasted_longer_makes_up_for_what_did_not() {
    let long = NEW.after(20 * PAYS_FROM, 4);
    assert_eq!(long, Outcome { pause: 4 * SHORT_PAUSE, credit: 16 * PAYS_FROM });
    let short = long.after(0, 4);
    assert_eq!(short, Outcome { pause: 4 * SHORT_PAUSE, credit: 12 * PAYS_FROM });
    assert_eq!(short.after(0, 13).pause, 13 * LONG_PAUSE, "more than it had");
    assert_eq!(NEW.after(u32::MAX, 0).credit, MOST_CREDIT, "not for ever");
}

#[test]
fn an_address_without_room_for_the_count_is_refused() {
    assert!(Key(0x7fff_fff0).has_room());
    assert!(!Key(usize::MAX << HIGH_BITS).has_room() || HIGH_BITS == 0);
    assert!(Group::claim(Key(!0 << 4)).is_none() || HIGH_BITS == 0);
}

/// Addresses as those of locks.
fn keys<const N: usize>() -> [Key; N] {
    array::from_fn(|number| Key(0x7f00_0000 + number * 48))
}

#[test]
fn a_slot_counts_the_marks_of_one_lock() {
    let slot = Slot::new();
    let [key, other] = keys();
    let is = |count| {
        assert_eq!((marks(slot.0.load(Ordering::Relaxed), key), slot.take_all(other)), (count, 0));
    };
    is(0);
    assert!(!slot.leave(key), "there is none");
    for count in 1..=3 {
        assert!(slot.enter(key));
        is(count);
        assert!(!slot.enter(other) && !slot.leave(other), "it is the first one's");
    }
    assert!(slot.leave(key));
    is(2);
    assert!(slot.leave(key) && slot.leave(key) && !slot.leave(key));
    is(0);
    assert!(slot.enter(other) && slot.leave(other), "it is free for another");
    assert!(slot.enter(key) && slot.enter(key));
    assert_eq!((slot.take_all(key), slot.take_all(key)), (2, 0));
    assert!(!slot.leave(key), "they are taken away");
}

#[test]
fn a_full_slot_takes_no_mark_and_keeps_the_address() {
    let slot = Slot::new();
    let [key] = keys();
    slot.0.store(key.none_in_slot() + MOST - 1, Ordering::Relaxed);
    assert!(slot.enter(key) && !slot.enter(key));
    assert_eq!(slot.take_all(key) as usize, MOST);
    assert_eq!(slot.0.load(Ordering::Relaxed), 0);
}

#[test]
fn a_group_counts_what_is_marked_in_the_slots_of_all_threads() {
    let group = Group::new();
    let [key, other] = keys();
    group.owner.store(key.0, Ordering::Relaxed);
    assert!(group.is_of(key) && !group.is_of(other));
    assert!(group.slot().enter(key) && group.slot().enter(key));
    assert_eq!(group.count(), 2);
    let threads = std::thread::scope(|scope| {
        let mark = || scope.spawn(|| group.slot().enter(key)).join().expect("no panic");
        [mark(), mark()].map(u32::from).iter().sum::<u32>()
    });
    assert_eq!(threads, 2, "each finds room for its mark");
    assert_eq!((group.count(), group.take_all(), group.count()), (4, 4, 0));
    group.give_back();
    assert!(!group.is_of(key));
}

#[test]
fn locks_beside_each_other_are_spread_over_the_table() {
    if !SPREADS {
        return;
    }
    let numbers: Vec<_> = keys::<256>().into_iter().map(|key| key.spread(GROUPS)).collect();
    assert!(numbers.iter().all(|number| *number < GROUPS));
    let different = numbers.iter().collect::<BTreeSet<_>>().len();
    assert!(different > GROUPS / 2, "{different} of {GROUPS} groups");
}

#[test]
#[cfg_attr(ironfence_biased, ignore = "there each of them looks")]
fn after_a_long_pause_few_look_at_the_clock() {
    const AGES: u32 = u32::MAX / 2;
    let is_over = |pause, since: u32| {
        let past = Past::new();
        past.pause.store(pause, Ordering::Relaxed);
        past.since.store(since, Ordering::Relaxed);
        (0..1000).filter(|_| past.is_over()).count()
    };
    let long_ago = ticks().wrapping_sub(AGES);
    assert_eq!(is_over(0, ticks()), 1000, "there was none");
    assert_eq!(is_over(SOON, long_ago), 1000);
    let some = is_over(SOON + 1, long_ago);
    assert!(0 < some && some < 500, "{some}");
    assert_eq!(is_over(AGES, ticks()), 0, "it has just begun");
    assert_eq!(is_over(AGES, long_ago.wrapping_sub(AGES / 2)).min(1), 1);
}

#[test]
fn a_lock_learns_from_each_bias() {
    let lasted = |so_long: u32| {
        let (past, now) = (Past::new(), ticks());
        past.learn(now.wrapping_sub(so_long), now);
        assert_eq!(past.since.load(Ordering::Relaxed), now);
        past.outcome()
    };
    let in_vain = lasted(0);
    assert!(in_vain.credit == 0 && in_vain.pause >= LONG_PAUSE, "{in_vain:?}");
    // Ending it takes no time here, unless this thread is held up.
    assert!((0..1000).any(|_| lasted(MOST_CREDIT).credit > MOST_CREDIT / 2));
}
