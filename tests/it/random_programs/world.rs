//! Carries out a program on a lock and on the model, and compares after each step.

use std::{ops::Range, panic, task::Poll};

use super::{
    Program, Step,
    model::{MAY_PASS, Mode, Model, WIDTH},
    promises::idle,
    subject::{Held, Kind, Outcome, Subject, bump},
    waiting::Waiting,
};

/// A guard, and which cells it is of.
pub(super) struct Hold<'l> {
    guard: Held<'l>,
    range: Range<usize>,
}

pub(super) struct World<'l> {
    subject: &'l Subject,
    pub(super) model: Model,
    pub(super) waiting: Vec<Waiting<'l>>,
    pub(super) holds: Vec<Hold<'l>>,
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

    pub(super) fn indices(&self, wanted: impl Fn(&Waiting<'l>) -> bool) -> Vec<usize> {
        (0..self.waiting.len()).filter(|&index| wanted(&self.waiting[index])).collect()
    }

    /// True if somebody was polled, the one at `but` aside, and has not ended.
    pub(super) fn others_wait(&self, but: Option<usize>) -> bool {
        let others = |(index, waiting): (_, &Waiting<'_>)| Some(index) != but && waiting.was_polled;
        self.waiting.iter().enumerate().any(others)
    }

    fn start(&mut self, kind: Kind) {
        self.waiting.push(Waiting::new(self.started, kind, self.subject.start(kind)));
        self.started += 1;
    }

    pub(super) fn cancel(&mut self, index: usize) {
        let waiting = self.waiting.remove(index);
        if waiting.kind == Kind::Upgrade {
            self.model.release(Mode::Upgradable);
        }
        waiting.end();
    }

    pub(super) fn poll(&mut self, index: usize, with_a_new_waker: bool) {
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
    pub(super) fn pass(&mut self) {
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
    pub(super) fn release(&mut self, index: usize, give_up: impl FnOnce(Held<'l>)) {
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
}
