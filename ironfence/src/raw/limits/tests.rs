use super::*;

fn without_limit() -> Limits {
    Limits::new(MAX_READERS, false, 0)
}

/// One with this score.
fn scored(score: u32) -> Limits {
    let limits = without_limit();
    for _ in 0..score {
        limits.have_spun(true);
    }
    limits
}

/// How many of 128 questions are answered with yes.
fn in_128(mut ask: impl FnMut() -> bool) -> usize {
    (0..128).filter(|_| ask()).count()
}

#[test]
fn so_many_may_read() {
    for (asked, limit) in
        [(0, 0), (1, 1), (5, 5), (MAX_READERS, MAX_READERS), (u32::MAX, MAX_READERS)]
    {
        for is_fifo in [false, true] {
            let limits = Limits::new(asked, is_fifo, 0);
            for _ in 0..300 {
                limits.wants_a_sample();
                limits.have_spun(true);
            }
            assert_eq!(limits.seen().max_readers(), limit);
            assert_eq!(limits.full(), limit * ONE_READER);
            assert_eq!(limits.is_limited(), limit < MAX_READERS);
            assert_eq!(limits.seen().is_fifo(), is_fifo);
        }
    }
}

#[test]
fn newcomers_barge_while_the_score_is_above_0_but_where_the_order_is_strict() {
    assert!(!without_limit().seen().may_barge());
    for score in 1..=BEST {
        assert!(scored(score).seen().may_barge(), "{score}");
    }
    let strict = Limits::new(MAX_READERS, true, 0);
    strict.have_spun(true);
    assert!(!strict.seen().may_barge());
}

#[test]
fn the_score_goes_from_0_to_the_best() {
    let limits = scored(BEST + 3);
    for _ in 1..BEST {
        limits.have_spun(false);
        assert!(limits.seen().may_barge());
    }
    for _ in 0..3 {
        limits.have_spun(false);
        assert!(!limits.seen().may_barge());
    }
    limits.have_spun(true);
    assert!(limits.seen().may_barge());
}

#[test]
fn a_short_wait_begins_a_trial_and_changes_no_score_that_is_better() {
    let limits = without_limit();
    limits.may_be_short();
    assert!(limits.seen().may_barge() && !limits.pays_to_yield());
    limits.have_spun(false);
    assert!(!limits.seen().may_barge(), "the first failure ends it");

    let limits = scored(PROVEN);
    limits.may_be_short();
    assert!(limits.pays_to_yield());
}

#[test]
fn suspended_holders_end_it_at_once() {
    let limits = scored(BEST);
    limits.are_suspended();
    assert!(!limits.seen().may_barge());
}

#[test]
fn it_pays_to_yield_from_a_proven_score_on() {
    for score in 0..=BEST {
        assert_eq!(scored(score).pays_to_yield(), score >= PROVEN, "{score}");
    }
}

#[test]
fn one_in_128_is_sampled_but_where_the_order_is_strict() {
    let limits = without_limit();
    for _ in 0..3 {
        assert_eq!(in_128(|| limits.wants_a_sample()), 1);
    }
    let strict = Limits::new(1, true, 0);
    assert_eq!(in_128(|| strict.wants_a_sample()), 0);
}

#[test]
fn it_spins_where_that_has_helped() {
    for score in 1..=BEST {
        let limits = scored(score);
        assert_eq!(in_128(|| limits.spins(limits.seen(), false) == MAX_SPINS), 128, "{score}");
        let expected = if score >= PROVEN { 1 } else { 128 };
        assert_eq!(in_128(|| limits.spins(limits.seen(), true) == MAX_SPINS), expected, "{score}");
        let others = in_128(|| ![0, MAX_SPINS].contains(&limits.spins(limits.seen(), true)));
        assert_eq!(others, 0, "{score}");
    }
    for has_queue in [false, true] {
        let limits = without_limit();
        assert_eq!(
            in_128(|| limits.spins(limits.seen(), has_queue) == MAX_SPINS / 2),
            1,
            "a trial"
        );
        assert_eq!(in_128(|| limits.spins(limits.seen(), has_queue) == 0), 127);
    }
}

#[test]
fn a_level_stands_beside_the_rest_and_neither_touches_the_other() {
    for (most, is_fifo) in [(MAX_READERS, false), (1, true), (0, false)] {
        for level in 0..=MAX_LEVEL {
            let (made, moved) = (Limits::new(most, is_fifo, level), Limits::new(most, is_fifo, 9));
            moved.set_level(level);
            for limits in [made, moved] {
                in_128(|| limits.wants_a_sample());
                limits.have_spun(true);
                limits.are_suspended();
                assert_eq!(limits.level(), level);
                assert_eq!(limits.seen().max_readers(), most);
                assert_eq!(limits.full(), most * ONE_READER);
                assert_eq!(limits.is_limited(), most < MAX_READERS);
                assert_eq!(limits.seen().is_fifo(), is_fifo);
            }
        }
    }
}
