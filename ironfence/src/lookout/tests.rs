use super::*;

const MINUTE: u32 = 60_000_000;

const AGAIN: Look = Look::Again { give_way: false };

/// Of a waiter that has begun to wait.
fn begun() -> Lookout {
    let lookout = Lookout::new();
    assert!(lookout.is_fresh());
    lookout.begin_to_wait();
    assert!(!lookout.is_fresh());
    lookout
}

/// Pretends that what `lookout` has begun was begun so long ago.
pub(crate) fn let_pass(lookout: &Lookout, microseconds: u32) {
    let now = u32::from_ne_bytes(started());
    lookout.began.set(now.wrapping_sub(microseconds).to_ne_bytes());
}

/// One that keeps watch, so that others may rely on it.
fn watching(counter: &mut u8) -> Lookout {
    let lookout = begun();
    assert_eq!([lookout.look(counter), lookout.look(counter)], [AGAIN; 2]);
    lookout
}

#[test]
fn the_first_look_takes_note_and_each_further_one_advances_the_counter() {
    for first in 0..NOBODY {
        let mut counter = first;
        let lookout = begun();
        assert!(!lookout.end(), "it has not begun");
        assert_eq!((lookout.look(&mut counter), counter), (AGAIN, first));
        for step in 1..10 {
            assert!(matches!(lookout.look(&mut counter), Look::Again { .. }));
            assert_eq!(counter, (first + step) % NOBODY);
        }
    }
}

#[test]
fn others_rely_on_it_from_the_second_look_on() {
    let mut counter = 0;
    let lookout = begun();
    lookout.look(&mut counter);
    assert!(!lookout.end());
    let lookout = watching(&mut counter);
    assert!(lookout.end());
    assert!(!lookout.end(), "it has ended");
    let before = counter;
    assert_eq!((lookout.look(&mut counter), counter), (AGAIN, before), "it begins anew");
}

#[test]
fn one_that_finds_the_counter_advanced_is_relieved_and_begins_anew() {
    let mut counter = 0;
    let relieved = watching(&mut counter);
    watching(&mut counter);
    assert_eq!(relieved.look(&mut counter), Look::Relieved);
    assert!(!relieved.end());
    let before = counter;
    assert_eq!((relieved.look(&mut counter), counter), (AGAIN, before));
}

#[test]
fn where_nobody_keeps_watch_the_next_look_does() {
    let mut counter = NOBODY;
    let lookout = begun();
    assert_eq!((lookout.look(&mut counter), counter), (AGAIN, 0));
    assert_eq!((lookout.look(&mut counter), counter), (AGAIN, 1));
    assert!(lookout.end());
}

#[test]
fn the_thread_gives_way_after_a_few_looks() {
    let mut counter = 0;
    let lookout = begun();
    for number in 1..50 {
        let give_way = number > BRIEF + 1;
        assert_eq!(lookout.look(&mut counter), Look::Again { give_way }, "look {number}");
    }
}

#[test]
fn a_silent_one_is_outlasted_after_so_many_looks_and_so_long() {
    let mut counter = 0;
    let lookout = watching(&mut counter);
    for _ in 0..2 {
        for _ in 2..MIN_LOOKS {
            let_pass(&lookout, MINUTE);
            assert!(matches!(lookout.look(&mut counter), Look::Again { .. }), "few looks");
        }
        let now = |_| {
            let_pass(&lookout, 0);
            lookout.look(&mut counter) != Look::Outlasted
        };
        assert!((0..10).any(now), "no time has gone by");
        let_pass(&lookout, MINUTE);
        while lookout.look(&mut counter) != Look::Outlasted {
            let_pass(&lookout, MINUTE);
        }
        // The next one to be called has as long.
    }
}

#[test]
fn a_watch_has_a_clock_of_its_own() {
    let mut counter = 0;
    let lookout = begun();
    let_pass(&lookout, MINUTE);
    lookout.look(&mut counter);
    lookout.look(&mut counter);
    assert!(elapsed(&lookout.began) < MINUTE, "it has begun at the second look");
}

#[test]
fn one_that_is_sampled_says_once_for_how_long_it_has_waited() {
    let lookout = begun();
    assert_eq!(lookout.sampled_for(), None);
    lookout.sample();
    assert!(lookout.sampled_for().is_some_and(|time| time < MINUTE));
    assert_eq!(lookout.sampled_for(), None);
}

#[test]
fn one_that_is_sampled_keeps_watch_too() {
    let mut counter = 0;
    let lookout = begun();
    lookout.sample();
    let_pass(&lookout, MINUTE);
    assert!(!lookout.end());
    for step in 0..10 {
        assert!(matches!(lookout.look(&mut counter), Look::Again { .. }));
        assert_eq!(counter, step % NOBODY);
    }
    assert!(lookout.sampled_for().is_some_and(|time| time >= MINUTE), "it has waited so long");
    assert!(lookout.end(), "others relied on it all the same");

    lookout.sample();
    let_pass(&lookout, MINUTE);
    lookout.look(&mut counter);
    lookout.look(&mut counter);
    assert!(lookout.end());
    assert!(lookout.sampled_for().is_some_and(|time| time >= MINUTE), "the end keeps the sample");

    lookout.sample();
    counter = NOBODY;
    lookout.look(&mut counter);
    assert!(
        lookout.end() && lookout.sampled_for().is_some(),
        "nor does a watch that is taken over"
    );
    lookout.look(&mut counter);
    assert_eq!(lookout.sampled_for(), None, "a look is no sample");
}

#[test]
fn a_newcomer_yields_so_often() {
    let lookout = begun();
    let yields = [(); 6].map(|()| lookout.may_yield());
    assert_eq!(yields, [0, 1, 2, 3, 4, 5].map(|times| times < YIELDS));
}

#[test]
fn one_that_was_called_says_for_how_long_it_is_beaten() {
    for yields in 0..=YIELDS {
        let lookout = begun();
        for _ in 0..yields {
            lookout.may_yield();
        }
        let_pass(&lookout, MINUTE);
        assert_eq!(lookout.is_beaten_for(), 0, "it was not, after {yields} yields");
        assert!(lookout.is_beaten_for() < MINUTE, "it was a moment ago");
        let_pass(&lookout, MINUTE);
        assert!(lookout.is_beaten_for() >= MINUTE);
    }
}
