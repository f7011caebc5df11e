//! Carries out a program on a lock and on the model, and compares after each step.

use std::{
    ops::Range,
    panic,
    task::{Context, Poll, Waker},
};

use super::{
    Program, Step,
    model::{MAY_PASS, Mode, Model, UNTIL_SILENT, WIDTH},
    subject::{Held, Kind, Outcome, Subject, bump},
    waiting::Waiting,
};

/// A guard, and which cells it is of.
struct Hold<'l> {
    guard: Held<'l>,
    range: Range<usize>,
}

pub(super) struct World<'l> {
    subject: &'l Subject,
    model: Model,
    waiting: Vec<Waiting<'l>>,
    holds: Vec<Hold<'l>>,
    started: usize,
    tickets: usize,
}

/// Runs the program to its end, the end that it must come to included.
pub(super) fn run(subject: &Subject, program: &Program) {
    let mut world = World {
        subject,
        model: Model::default(),
        waiting: Vec::new(),
        holds: Vec::new(),
        started: 0,
        tickets: 0,
    };
    for &step in &program.steps {
        world.step(step);
        world.check();
    }
    world.settle(program);
    let model = std::mem::take(&mut world.model);
    drop(world);
    idle(subject, &model);
}

/// Picks one of so many.
fn pick(index: u8, len: usize) -> Option<usize> {
    (len > 0).then(|| usize::from(index) % len)
}

impl<'l> World<'l> {
    fn step(&mut self, step: Step) {
        match step {
            Step::Start(kind) => self.start(kind),
            Step::Ask(kind) => {
                self.start(kind);
                self.poll(self.waiting.len() - 1, false);
            }
            Step::Crowd(kind, count) => {
                for _ in 0..count {
                    self.step(Step::Ask(kind));
                    self.check();
                }
            }
            Step::Poll(index) => {
                if let Some(index) = pick(index, self.waiting.len()) {
                    self.poll(index, false);
                }
            }
            Step::PollElsewhere(index) => {
                if let Some(index) = pick(index, self.waiting.len()) {
                    self.poll(index, true);
                }
            }
            Step::PollWoken(index) => {
                let woken = self.indices(Waiting::is_woken);
                if let Some(index) = pick(index, woken.len()) {
                    self.poll(woken[index], false);
                }
            }
            Step::Cancel(index) => {
                if let Some(index) = pick(index, self.waiting.len()) {
                    self.cancel(index);
                }
            }
            Step::CancelWoken(index) => {
                let woken = self.indices(Waiting::is_woken);
                if let Some(index) = pick(index, woken.len()) {
                    self.cancel(woken[index]);
                }
            }
            Step::Try(kind) => self.try_take(kind),
            Step::Pass(count) => {
                for _ in 0..count {
                    self.pass();
                    self.check();
                }
            }
            Step::Rush(count) => self.rush(count),
            Step::Release(index) => {
                if let Some(index) = pick(index, self.holds.len()) {
                    self.release(index, drop);
                }
            }
            Step::Panic(index) => {
                if let Some(index) = pick(index, self.holds.len()) {
                    self.release(index, |guard| {
                        let panics = panic::AssertUnwindSafe(|| {
                            let _guard = guard;
                            panic::resume_unwind(Box::new("in the section"));
                        });
                        assert!(panic::catch_unwind(panics).is_err(), "it panics");
                    });
                }
            }
            Step::Downgrade(index, mapping) => self.downgrade(index, mapping),
            Step::DowngradeToUpgradable(index) => self.downgrade_to_upgradable(index),
            Step::Upgrade(index) => self.upgrade(index),
            Step::TryUpgrade(index) => self.try_upgrade(index),
            Step::Map(index) => self.map(index),
            Step::Split(index) => self.split(index),
        }
    }

    fn indices(&self, wanted: impl Fn(&Waiting<'l>) -> bool) -> Vec<usize> {
        (0..self.waiting.len()).filter(|&index| wanted(&self.waiting[index])).collect()
    }

    /// True if somebody was polled, the one at `but` aside, and has not ended.
    fn others_wait(&self, but: Option<usize>) -> bool {
        let others = |(index, waiting): (_, &Waiting<'_>)| Some(index) != but && waiting.was_polled;
        self.waiting.iter().enumerate().any(others)
    }

    fn start(&mut self, kind: Kind) {
        self.waiting.push(Waiting::new(self.started, kind, self.subject.start(kind)));
        self.started += 1;
    }

    fn cancel(&mut self, index: usize) {
        let waiting = self.waiting.remove(index);
        if waiting.kind == Kind::Upgrade {
            self.model.release(Mode::Upgradable);
        }
        waiting.end();
    }

    fn poll(&mut self, index: usize, with_a_new_waker: bool) {
        let others_wait = self.others_wait(Some(index));
        let asleep = self.indices(Waiting::is_asleep);
        let somebody_sleeps = asleep.iter().any(|&other| other != index);
        let waiting = &mut self.waiting[index];
        let mode = waiting.kind.mode();
        let was_called = waiting.is_called();
        let poll = waiting.poll(with_a_new_waker, others_wait, &self.model, &mut self.tickets);
        let Poll::Ready(outcome) = poll else {
            return;
        };
        self.waiting.remove(index).end();
        assert!(
            was_called || !self.model.starves(mode, somebody_sleeps),
            "readers don't starve those who sleep"
        );
        self.model.take(mode, others_wait);
        match outcome {
            Outcome::Guard(guard) => self.hold(guard),
            Outcome::Done(seen) => {
                assert_eq!(seen, self.model.cells, "a closure sees what was written");
                if mode == Mode::Write {
                    bump(&mut self.model.cells);
                }
                self.model.release(mode);
            }
        }
    }

    /// The model has taken the lock already.
    fn hold(&mut self, mut guard: Held<'l>) {
        assert_eq!(guard.cells(), self.model.cells, "a guard sees what was written");
        if let Some(cells) = guard.cells_mut() {
            bump(cells);
            bump(&mut self.model.cells);
        }
        self.holds.push(Hold { guard, range: 0..WIDTH });
    }

    fn try_take(&mut self, kind: Kind) {
        let others_wait = self.others_wait(None);
        let promised = self.model.promises(kind.mode(), others_wait);
        let taken = self.subject.try_take(kind);
        if let Some(promised) = promised {
            assert_eq!(taken.is_ok(), promised, "trying {kind:?} beside {:?}", self.model);
        }
        if let Ok(guard) = taken {
            let somebody_sleeps = self.waiting.iter().any(Waiting::is_asleep);
            assert!(
                !self.model.starves(kind.mode(), somebody_sleeps),
                "readers don't starve those who sleep"
            );
            self.model.take(kind.mode(), others_wait);
            self.hold(guard);
        }
    }

    /// Takes the lock and lets it go, if it is free.
    fn pass(&mut self) {
        if self.model.is_free() {
            self.try_take(Kind::Write);
            self.release(self.holds.len() - 1, drop);
        }
    }

    /// So many newcomers take the lock and let it go. If one waiter was called, and not long ago,
    /// then it is not passed without end.
    fn rush(&mut self, count: u8) {
        let mut bound = None;
        if let [waiter] = &self.waiting[..] {
            // If others were called since, or slept, the lock may wait for their answer instead.
            if waiter.is_called()
                && waiter.is_alone
                && self.model.passes < 4
                && self.model.is_free()
            {
                bound = Some(MAY_PASS);
            }
        }
        for passed in 1..=count {
            let holding = self.holds.len();
            self.step(Step::Ask(Kind::Write));
            if self.holds.len() == holding {
                self.check();
                self.waiting.pop().expect("it has not ended").end();
                return;
            }
            self.release(holding, drop);
            self.check();
            assert!(
                bound.is_none_or(|bound| usize::from(passed) <= bound),
                "a waiter that was called is passed by {MAY_PASS} that don't yield, not by more"
            );
        }
    }

    /// Compares, writes once more if that is allowed, and gives up the hold.
    fn release(&mut self, index: usize, give_up: impl FnOnce(Held<'l>)) {
        let Hold { mut guard, range } = self.holds.remove(index);
        assert_eq!(guard.cells(), &self.model.cells[range.clone()], "nobody else has written");
        if let Some(cells) = guard.cells_mut() {
            bump(cells);
            bump(&mut self.model.cells[range]);
        }
        self.model.release(guard.mode());
        give_up(guard);
    }

    fn downgrade(&mut self, index: u8, mapping: bool) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        let Hold { guard, range } = self.holds.remove(index);
        let was = guard.mode();
        let guard = guard.downgrade(mapping).unwrap_or_else(|guard| guard);
        if guard.mode() != was {
            self.model.weaken(was, Mode::Read);
        }
        self.holds.push(Hold { guard, range });
    }

    fn downgrade_to_upgradable(&mut self, index: u8) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        let Hold { guard, range } = self.holds.remove(index);
        let was = guard.mode();
        let guard = guard.downgrade_to_upgradable().unwrap_or_else(|guard| guard);
        if guard.mode() != was {
            self.model.weaken(was, Mode::Upgradable);
        }
        self.holds.push(Hold { guard, range });
    }

    fn upgrade(&mut self, index: u8) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        let Hold { guard, range } = self.holds.remove(index);
        match guard.upgrade() {
            Ok(future) => {
                self.waiting.push(Waiting::new(self.started, Kind::Upgrade, future));
                self.started += 1;
                self.poll(self.waiting.len() - 1, false);
            }
            Err(guard) => self.holds.push(Hold { guard, range }),
        }
    }

    fn try_upgrade(&mut self, index: u8) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        if self.holds[index].guard.mode() != Mode::Upgradable {
            return;
        }
        let Hold { guard, range } = self.holds.remove(index);
        let upgraded = guard.try_upgrade();
        assert_eq!(
            upgraded.is_ok(),
            self.model.admits(Mode::Upgrade),
            "an upgrade waits for readers, and only for them"
        );
        match upgraded {
            Ok(guard) => {
                self.model.take(Mode::Upgrade, self.others_wait(None));
                self.hold(guard);
            }
            Err(guard) => self.holds.push(Hold { guard, range }),
        }
    }

    fn map(&mut self, index: u8) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        let Hold { guard, mut range } = self.holds.remove(index);
        let was = guard.mode();
        let guard = guard.map().inspect(|_| range.start += 1).unwrap_or_else(|guard| guard);
        if guard.mode() != was {
            self.model.weaken(was, Mode::Read);
        }
        self.holds.push(Hold { guard, range });
    }

    fn split(&mut self, index: u8) {
        let Some(index) = pick(index, self.holds.len()) else {
            return;
        };
        let Hold { guard, range } = self.holds.remove(index);
        match guard.split() {
            Ok((first, rest)) => {
                let middle = range.start + 1;
                self.holds.push(Hold { guard: first, range: range.start..middle });
                self.holds.push(Hold { guard: rest, range: middle..range.end });
                self.model.parts += 1;
            }
            Err(guard) => self.holds.push(Hold { guard, range }),
        }
    }

    /// What is true after each step.
    #[track_caller]
    fn check(&mut self) {
        if !self.others_wait(None) {
            self.model.passes = 0;
        }
        self.waiting.iter().for_each(Waiting::check_wakers);
        let asleep = |it: &Waiting<'_>| it.is_asleep();

        let reads = |it: &Waiting<'_>| matches!(it.kind.mode(), Mode::Read | Mode::Recursive);

        // Who is called for the first time stood in front of those who never were.
        let mut last_called = 0;
        let (mut readers_are_called, mut others_are_called) = (false, false);
        for waiting in &mut self.waiting {
            let is_first =
                waiting.newly_called() && !std::mem::replace(&mut waiting.was_ever_called, true);
            // An upgrade goes before all others: they could not come in anyway.
            if is_first && waiting.kind != Kind::Upgrade {
                last_called = last_called.max(waiting.ticket.expect("it has queued"));
                readers_are_called |= reads(waiting);
                others_are_called |= !reads(waiting);
            }
        }
        let disturbing = self.indices(Waiting::is_queued).len();
        if disturbing > 1 {
            self.waiting.iter_mut().for_each(|it| it.is_alone = false);
        }
        let skipped = |it: &Waiting<'_>| {
            !it.was_ever_called && asleep(it) && it.ticket.is_some_and(|it| it < last_called)
        };
        assert!(!self.waiting.iter().any(skipped), "waiters are called in the order they came");

        // Readers that stand in front are called together. (Who was called before stands somewhere
        // in front; then the model does not know the order.)
        let mut sleepers: Vec<_> = self.waiting.iter().filter(|it| it.is_asleep()).collect();
        let only_readers_are_called = readers_are_called && !others_are_called;
        if only_readers_are_called && sleepers.iter().all(|it| !it.was_ever_called) {
            sleepers.sort_by_key(|it| it.ticket);
            let first_reads = sleepers.first().is_some_and(|it| reads(it));
            assert!(!first_reads, "a release admits every reader in front");
        }

        let nobody_is_called = !self.waiting.iter().any(Waiting::is_called);
        if nobody_is_called && self.model.is_free() {
            assert!(!self.waiting.iter().any(asleep), "nobody sleeps at a lock that is free");
        }
        let only_readers =
            self.model.parts == 0 && self.waiting.iter().all(|it| !it.was_polled || reads(it));
        if nobody_is_called && only_readers {
            assert!(!self.waiting.iter().any(asleep), "no reader waits for readers alone");
        }
        let upgrades = |it: &Waiting<'_>| it.kind == Kind::Upgrade && it.is_asleep();
        if nobody_is_called && self.model.readers == 0 {
            assert!(!self.waiting.iter().any(upgrades), "an upgrade waits for readers only");
        }
    }

    /// The end: all guards go, who is woken is polled, and so all get the lock, but for those that
    /// are silent: woken, they are not polled.
    fn settle(&mut self, program: &Program) {
        // An upgrade holds the lock, so who is silent there is to blame, and not of interest here.
        let is_silent = |it: &Waiting<'_>| {
            it.kind != Kind::Upgrade && program.silent & (1 << (it.id % 32)) != 0
        };
        let unpolled = self.indices(|it| !it.was_polled);
        for index in unpolled.into_iter().rev() {
            self.cancel(index);
        }
        while !self.holds.is_empty() {
            let last = if program.backwards { self.holds.len() - 1 } else { 0 };
            self.release(last, drop);
            self.check();
        }
        self.poll_woken(program, is_silent);
        let silent = self.indices(is_silent).len();
        if silent > 0 {
            for _ in 0..(UNTIL_SILENT + 1) * silent {
                self.pass();
                self.poll_woken(program, is_silent);
            }
        }
        assert!(
            self.waiting.iter().all(is_silent),
            "everybody who is polled when woken gets the lock"
        );
        while !self.waiting.is_empty() {
            self.cancel(self.waiting.len() - 1);
            self.check();
        }
    }

    fn poll_woken(&mut self, program: &Program, is_silent: impl Fn(&Waiting<'l>) -> bool) {
        let most = 100 * (self.waiting.len() + 1);
        for _ in 0..most {
            let woken = self.indices(|it| it.is_woken() && !is_silent(it));
            let next = if program.backwards { woken.last() } else { woken.first() };
            let Some(&next) = next else {
                return;
            };
            self.poll(next, false);
            while !self.holds.is_empty() {
                self.release(0, drop);
            }
            self.check();
        }
        panic!("waiters that are polled get the lock some time");
    }
}

/// After everything is dropped the lock is as new.
fn idle(subject: &Subject, model: &Model) {
    assert!(model.is_free(), "all guards are gone");
    assert_eq!(subject.owners(), 1, "no handle is left behind");
    assert!(!subject.shown().contains("<locked>"), "Debug finds the lock free");
    let now =
        |kind| match subject.start(kind).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Outcome::Guard(guard)) => guard,
            _ => panic!("a lock that nobody holds nor waits for is had at once"),
        };
    for _ in 0..2 * MAY_PASS {
        drop(now(Kind::Write));
    }
    if let Subject::RwLock(lock) = subject {
        let readers = [now(Kind::Read), now(Kind::ReadOwned)];
        assert!(lock.try_read().is_ok(), "readers come in beside readers");
        let upgradable = now(Kind::Upgradable);
        assert!(lock.try_read().is_ok(), "readers come in beside one who may upgrade");
        assert!(lock.try_write().is_err(), "writers don't");
        drop((readers, upgradable));
    }
    let guard = subject.try_take(Kind::Write).expect("all was released");
    assert_eq!(guard.cells(), model.cells, "nothing that was written is lost");
}
