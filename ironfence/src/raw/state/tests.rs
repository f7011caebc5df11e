use std::collections::BTreeSet;

use super::*;

const ASKERS: [Asker; 5] = [
    Asker::Newcomer { may_barge: false },
    Asker::Newcomer { may_barge: true },
    Asker::Trying,
    Asker::Called { bearer: false },
    Asker::Called { bearer: true },
];

/// Counts of readers that stand for all: a few at both ends. What lies between is one step away
/// from either.
const FEW: u32 = 2;
const MANY: u32 = MAX_READERS - 2;

/// The states that stand for `state`, whose readers may be one step past a representative.
fn representatives(state: State) -> Vec<State> {
    let with = |readers| State(state.0 & !READERS_MASK | (readers * ONE_READER));
    match state.readers() {
        readers if readers == FEW + 1 => vec![with(FEW), with(MANY)],
        readers if readers == MANY - 1 => vec![with(MANY), with(FEW)],
        _ => vec![state],
    }
}

/// The word, taken apart as its picture says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Word {
    exclusive: bool,
    upgradable: bool,
    queued: bool,
    woken: bool,
    call: bool,
    passes: u32,
    readers_called: bool,
    readers: u32,
}

impl From<State> for Word {
    fn from(State(word): State) -> Self {
        let has = |bit: u32| word >> bit & 1 == 1;
        Self {
            exclusive: has(0),
            upgradable: has(1),
            queued: has(2),
            woken: has(3),
            call: has(4),
            passes: word >> 5 & 0b1_1111,
            readers_called: has(10),
            readers: word >> 11,
        }
    }
}

impl Word {
    fn held(self) -> bool {
        self.exclusive || self.upgradable || self.readers > 0
    }

    fn waiters(self) -> bool {
        self.queued || self.woken
    }

    /// How many readers have room beside those who are in.
    fn room(self, max_readers: u32) -> u32 {
        if self.exclusive {
            0
        } else {
            max_readers.saturating_sub(self.readers + u32::from(self.upgradable))
        }
    }

    /// All who wait are readers that were called.
    fn calls_only_readers(self) -> bool {
        self.readers_called && !self.queued
    }

    /// The rows of the table that it belongs to.
    fn rows(self) -> Vec<&'static str> {
        let quiet = !self.waiters();
        let parts = self.exclusive && self.readers > 0;
        let table = [
            ("idle", !self.held() && quiet),
            ("write", self.exclusive && !parts && quiet),
            ("read", !self.exclusive && !self.upgradable && self.readers > 0 && quiet),
            ("upgradable", self.upgradable && quiet),
            ("parts", parts),
            ("held+Q", self.held() && !parts && self.queued && !self.woken),
            ("free+Q", !self.held() && self.queued && !self.woken),
            ("free+W", !self.held() && self.woken),
            ("held+W", self.held() && !parts && self.woken),
        ];
        table.iter().filter(|row| row.1).map(|row| row.0).collect()
    }

    /// One more has passed the bearer, if there is any.
    fn passed(self) -> Self {
        let passes = if self.waiters() { BARGE_LIMIT.min(self.passes + 1) } else { self.passes };
        Self { passes, ..self }
    }

    /// A sign for the next release, if somebody sleeps and somebody was called.
    fn to_call(self) -> Self {
        Self { call: self.call || self.queued && self.woken, ..self }
    }

    /// Nobody is called.
    fn uncalled(self) -> Self {
        Self { woken: false, call: false, readers_called: false, ..self }
    }

    fn settled(self) -> Self {
        Self { passes: if self.waiters() { self.passes } else { 0 }, ..self }
    }
}

/// What is told to `asker`, who wants the lock so: `Ok` with the word after it was taken.
fn told(word: Word, asker: Asker, wants: Wanted, max_readers: u32) -> Result<Word, Answer> {
    let room = word.room(max_readers) > 0;
    let (has_room, hold) = match wants {
        Wanted::Exclusive => (!word.held(), Word { exclusive: true, ..word }),
        Wanted::Shared | Wanted::Recursive => (room, Word { readers: word.readers + 1, ..word }),
        Wanted::Upgradable => (room && !word.upgradable, Word { upgradable: true, ..word }),
        Wanted::Upgrade => (word.readers == 0, Word { exclusive: true, upgradable: false, ..word }),
    };
    if !has_room {
        return Err(Answer::Wait);
    }
    let is_beside =
        wants == Wanted::Shared && max_readers == MAX_READERS && word.calls_only_readers();
    let waits_for_nobody = matches!(wants, Wanted::Recursive | Wanted::Upgrade);
    match asker {
        Asker::Called { bearer: true } => return Ok(Word { passes: 0, ..hold.uncalled() }),
        Asker::Called { bearer: false } if word.held() => return Ok(hold.to_call()),
        Asker::Called { bearer: false } => return Ok(hold.to_call().passed()),
        _ if is_beside => return Ok(hold),
        _ if !word.waiters() || waits_for_nobody => {}
        _ if word.held() && word.queued => return Err(Answer::Wait),
        Asker::Trying => {}
        Asker::Newcomer { may_barge } if may_barge && word.passes < BARGE_LIMIT => {}
        Asker::Newcomer { .. } if word.held() => return Err(Answer::Wait),
        Asker::Newcomer { .. } => return Err(Answer::Watch),
    }
    Ok(hold.passed())
}

/// In which ways a lock is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wanted {
    Exclusive,
    Shared,
    Recursive,
    Upgradable,
    Upgrade,
}

/// Every state that one step leads to; `max_readers` may read.
fn steps(state: State, max_readers: u32) -> Vec<State> {
    let mut next = Vec::new();
    let mut answer = |asker, answer| match answer {
        Answer::Take(taken) => next.push(taken),
        Answer::Wait | Answer::Watch => next.push(state.queued_by(asker)),
    };
    for asker in ASKERS {
        let is_called = matches!(asker, Asker::Called { .. });
        if is_called && state.0 & WOKEN_BIT == 0 {
            continue;
        }
        answer(asker, state.ask_exclusive(asker));
        answer(asker, state.ask_shared(asker, max_readers));
        answer(asker, state.ask_recursive(asker, max_readers));
        answer(asker, state.ask_upgradable(asker, max_readers));
        answer(asker, state.ask_past_upgradables(max_readers));
        if state.0 & UPGRADABLE_BIT != 0 {
            answer(asker, state.ask_upgrade(asker));
        }
    }
    if state.is_exclusive() {
        next.push(state.without_part());
        next.extend(state.with_part());
        if state.readers() == 0 {
            next.push(State(state.0 - EXCLUSIVE_BIT + ONE_READER));
            next.push(State(state.0 - EXCLUSIVE_BIT + UPGRADABLE_BIT));
        }
    } else if state.readers() > 0 {
        next.push(State(state.0 - ONE_READER));
    }
    if state.0 & UPGRADABLE_BIT != 0 {
        next.push(State(state.0 - UPGRADABLE_BIT));
        if state.readers() < MAX_READERS {
            next.push(State(state.0 - UPGRADABLE_BIT + ONE_READER));
        }
    }
    if state.0 & WOKEN_BIT != 0 {
        next.extend([state.answered(), state.without_bearer(), state.reserved()]);
    }
    if state.has_queue() {
        next.extend([state.without_queue(), state.reserved()]);
        // Who outlasts a silent bearer calls without asking `may_call`.
        for readers in [false, true] {
            next.extend([true, false].map(|all| state.called(true, all, readers)));
        }
        next.push(state.called(false, true, false));
    }
    next.push(state.to_call());
    next
}

/// Every state that some steps lead to, by representatives.
fn reachable(max_readers: u32) -> BTreeSet<u32> {
    let mut seen = BTreeSet::from([0]);
    let mut ahead = vec![State(0)];
    while let Some(state) = ahead.pop() {
        for next in steps(state, max_readers).into_iter().flat_map(representatives) {
            if seen.insert(next.0) {
                ahead.push(next);
                assert!(seen.len() < 10_000, "from {state:?} on the states have no end");
            }
        }
    }
    seen
}

/// The limits that locks are made with: a mutex, small ones, and none.
const LIMITS: [u32; 4] = [0, 1, 2, MAX_READERS];

#[test]
fn nobody_passes_past_the_bound_nor_at_all_without_leave() {
    let mut count = 0;
    for state in reachable(MAX_READERS).into_iter().map(State) {
        if state.is_held() || !state.has_waiters() {
            continue;
        }
        let mut may_barge = vec![false];
        may_barge.extend((state.passes() >= BARGE_LIMIT).then_some(true));
        for asker in may_barge.into_iter().map(|may_barge| Asker::Newcomer { may_barge }) {
            assert_eq!(state.ask_exclusive(asker), Answer::Watch, "{state:?}");
            assert_eq!(state.ask_upgradable(asker, MAX_READERS), Answer::Watch, "{state:?}");
            let reads = matches!(state.ask_shared(asker, MAX_READERS), Answer::Take(_));
            assert_eq!(reads, state.calls_only_readers(), "{state:?}: beside readers only");
            count += 1;
        }
    }
    assert!(count > 100, "the bound is reached: {count}");
}

#[test]
fn every_state_that_can_be_reached_is_in_one_row_of_the_table() {
    for max_readers in LIMITS {
        let seen = reachable(max_readers);
        let mut found = BTreeSet::new();
        for state in seen.iter().copied().map(State) {
            let rows = Word::from(state).rows();
            assert_eq!(rows.len(), 1, "{state:?} is in the rows {rows:?}");
            found.extend(rows);
            let has = |bit| state.0 & bit != 0;
            assert!(!(state.is_exclusive() && has(UPGRADABLE_BIT)), "{state:?}: `E` excludes `U`");
            assert!(state.passes() <= BARGE_LIMIT, "{state:?}: the passes end there");
            assert!(state.passes() == 0 || state.has_waiters(), "{state:?}: nobody to pass");
            let both = has(QUEUED_BIT) && has(WOKEN_BIT);
            assert!(!has(CALL_BIT) || both, "{state:?}: `CALL` is set only beside `Q` and `W`");
            assert!(
                !has(READERS_CALLED_BIT) || has(WOKEN_BIT),
                "{state:?}: `READERS` is set only beside `W`"
            );
        }
        assert_eq!(found.len(), 9, "each row can be reached: {found:?}");
        assert!(seen.len() > 100, "{} states", seen.len());
    }
}

/// No step carries from one part of the word into its neighbour: what has nothing to do with the
/// readers changes them by one at the most.
#[test]
fn no_step_overflows() {
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State) {
            for next in steps(state, max_readers) {
                let change = next.readers().abs_diff(state.readers());
                assert!(change <= 1, "{state:?} to {next:?}: one reader comes or goes");
            }
        }
    }
}

/// No wake-up is lost: where somebody falls asleep while the lock is held, the release that
/// follows may call.
#[test]
fn who_falls_asleep_while_the_lock_is_held_is_called_by_the_release() {
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State).filter(|it| it.is_held()) {
            for asker in ASKERS {
                let asleep = state.queued_by(asker);
                let released = State(asleep.0 & !HELD_MASK);
                assert!(asleep.may_call() && released.may_call(), "{state:?} {asker:?}");
            }
        }
    }
}

/// Each answer, and the word after it, in every state.
#[test]
fn who_asks_is_told_what_the_table_says() {
    use Wanted::*;
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State) {
            for asker in ASKERS {
                for wants in [Exclusive, Shared, Recursive, Upgradable, Upgrade] {
                    let answer = match wants {
                        Exclusive => state.ask_exclusive(asker),
                        Shared => state.ask_shared(asker, max_readers),
                        Recursive => state.ask_recursive(asker, max_readers),
                        Upgradable => state.ask_upgradable(asker, max_readers),
                        Upgrade if state.0 & UPGRADABLE_BIT == 0 => continue,
                        Upgrade => state.ask_upgrade(asker),
                    };
                    let answer = match answer {
                        Answer::Take(next) => Ok(Word::from(next)),
                        other => Err(other),
                    };
                    let told = told(state.into(), asker, wants, max_readers);
                    assert_eq!(answer, told, "{wants:?} by {asker:?} in {:?}", Word::from(state));
                }
            }
        }
    }
}

#[test]
fn a_reader_goes_past_those_who_want_the_upgradable_place_beside_one_who_has_it() {
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State) {
            let word = Word::from(state);
            let may_join = word.upgradable
                && (!word.woken || word.readers_called)
                && max_readers == MAX_READERS
                && word.room(max_readers) > 0;
            let joined = Word { readers: word.readers + 1, ..word };
            match state.ask_past_upgradables(max_readers) {
                Answer::Take(next) => assert_eq!((may_join, Word::from(next)), (true, joined)),
                answer => assert_eq!((may_join, answer), (false, Answer::Wait), "{word:?}"),
            }
        }
    }
}

/// The steps that are not asked for.
#[test]
fn each_step_changes_what_it_says_and_nothing_else() {
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State) {
            let word = Word::from(state);
            let is = |next: State, then: Word, step| {
                assert_eq!(Word::from(next), then, "{step}, from {word:?}");
            };
            is(state.answered(), Word { passes: 0, ..word.uncalled() }, "answered");
            is(state.without_bearer(), word.uncalled().settled(), "without_bearer");
            is(state.to_call(), word.to_call(), "to_call");
            is(state.reserved(), Word { passes: BARGE_LIMIT, ..word }.settled(), "reserved");
            let emptied = Word { queued: false, call: false, ..word };
            is(state.without_queue(), emptied.settled(), "without_queue");
            for asker in ASKERS {
                let queued = Word { queued: true, ..word };
                let is_bearer = asker == Asker::Called { bearer: true };
                let then = if is_bearer { queued.uncalled() } else { queued.to_call() };
                is(state.queued_by(asker), then, "queued_by");
            }
            for (any, all) in [(true, true), (true, false), (false, true), (false, false)] {
                for readers in [true, false] {
                    // Readers alone, as long as nobody else is called beside them.
                    let only = if word.woken { word.readers_called && readers } else { readers };
                    let then = Word {
                        call: false,
                        woken: word.woken || any,
                        readers_called: if any { only } else { word.readers_called },
                        queued: word.queued && !all,
                        ..word
                    };
                    is(state.called(any, all, readers), then.settled(), "called");
                }
            }
            if word.exclusive {
                let last = Word { exclusive: false, ..word };
                let fewer = Word { readers: word.readers.saturating_sub(1), ..word };
                is(
                    state.without_part(),
                    if word.readers > 0 { fewer } else { last },
                    "without_part",
                );
                let more = Word { readers: word.readers + 1, ..word };
                let has_room = word.readers < MAX_READERS;
                assert_eq!(state.with_part().map(Word::from), has_room.then_some(more), "{word:?}");
            }
        }
    }
}

#[test]
fn the_questions_are_answered_as_they_say() {
    for max_readers in LIMITS {
        for state in reachable(max_readers).into_iter().map(State) {
            let word = Word::from(state);
            let is_shared = word.held() && !word.exclusive;
            let sharing = if is_shared { word.readers + u32::from(word.upgradable) } else { 0 };
            assert_eq!(state.sharing(), sharing, "{word:?}");
            assert_eq!(state.readers(), word.readers, "{word:?}");
            assert_eq!(state.passes(), word.passes, "{word:?}");
            assert_eq!(state.room_for_readers(max_readers), word.room(max_readers), "{word:?}");
            let answers = [
                (state.is_held(), word.held(), "is_held"),
                (state.is_exclusive(), word.exclusive, "is_exclusive"),
                (state.has_queue(), word.queued, "has_queue"),
                (state.has_waiters(), word.waiters(), "has_waiters"),
                (state.lacks_bearer(), !word.woken, "lacks_bearer"),
                (state.may_call(), word.queued && (!word.woken || word.call), "may_call"),
                (state.lets_others_in(), word.queued && !word.exclusive, "lets_others_in"),
                (
                    state.has_no_upgradable(),
                    !word.exclusive && !word.upgradable,
                    "has_no_upgradable",
                ),
                (
                    state.will_find_nobody(),
                    word.exclusive
                        && word.queued
                        && !word.woken
                        && word.passes == 0
                        && word.readers == 0,
                    "will_find_nobody",
                ),
                (
                    state.has_passed(Wants::Shared),
                    word.waiters() && !word.calls_only_readers() && !word.upgradable,
                    "has_passed, of a reader",
                ),
                (state.has_passed(Wants::Exclusive), word.waiters(), "has_passed, of a writer"),
                (
                    state.has_passed(Wants::Upgradable),
                    word.waiters(),
                    "has_passed, of one who may upgrade",
                ),
            ];
            for (answer, is, question) in answers {
                assert_eq!(answer, is, "{question}, of {word:?}");
            }
        }
    }
}

#[test]
fn a_biased_word_has_a_group_and_a_count_and_looks_full() {
    if !CAN_BIAS {
        return;
    }
    for state in reachable(MAX_READERS).into_iter().map(State) {
        assert!(!state.is_biased() && !state.takes_marks(), "{state:?}");
    }
    for group in 0..GROUPS {
        for readers in [0, 1, FEW, MANY, MAX_READERS] {
            let biased = State(readers * ONE_READER).biased(group);
            assert!(biased.is_biased() && biased.takes_marks());
            let ending = State(biased.0 | ENDING_BIT);
            assert!(ending.is_biased() && !ending.takes_marks());
            for state in [biased, ending] {
                assert_eq!((state.group(), state.counted()), (group, readers as i32));
                let with_marked = State((readers + 3) * ONE_READER);
                assert_eq!(state.unbiased(3), with_marked);
                assert!(state.is_held());
                assert_eq!(state.room_for_readers(MAX_READERS), 0);
            }
            // One more left by the count than came by it.
            let fewer = State(biased.0 - (readers + 1) * ONE_READER);
            assert_eq!((fewer.group(), fewer.counted(), fewer.is_biased()), (group, -1, true));
            assert_eq!(fewer.unbiased(1), State(0));
        }
    }
}
