//! Carries out a program on a lock and on the model, and compares after each step.

use std::{ops::Range, panic, task::Poll};

use super::{
    Program, Step,
    model::{Mode, Model, WIDTH},
    promises::idle,
    subject::{Held, Kind, Outcome, Subject, bump},
    waiting::{Others, Waiting},
};

/// One that has watched a silent one looks so often at least, before it has the next one called.
const UNTIL_OUTLASTED: usize = 60;

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
    pub(super) started: usize,
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

    /// What they do who were polled, the one at `but` aside, and have not ended.
    fn others(&self, but: Option<usize>) -> Others {
        let polled = |&(index, it): &(usize, &Waiting<'_>)| Some(index) != but && it.was_polled;
        let all = || self.waiting.iter().enumerate().filter(polled).map(|(_, it)| it);
        let upgradable = |it: &Waiting<'_>| it.kind.mode() == Mode::Upgradable;
        Others {
            wait: all().next().is_some(),
            sleep: all().any(Waiting::is_asleep),
            sleep_for_upgradable: all().filter(|it| it.is_asleep()).all(upgradable),
            are_called: all().any(Waiting::is_called),
            called_read: all().filter(|it| it.is_called()).all(|it| it.kind.mode().reads()),
            watch: all().any(|it| it.looks > 0),
        }
    }

    /// True if a reader may come in past those who sleep: it keeps none of them out.
    fn is_past_upgradables(&self, mode: Mode, others: Others) -> bool {
        mode == Mode::Read && self.model.upgradable && others.sleep_for_upgradable
    }

    /// May one take the lock that was not called and does not go past all others?
    fn may_come_in(&self, mode: Mode, others: Others) -> bool {
        let waits_for = if self.model.several_are_called { others.sleep } else { others.wait };
        let joins = mode == Mode::Read && !others.sleep && others.called_read;
        !waits_for || joins || self.is_past_upgradables(mode, others)
    }

    pub(super) fn start(&mut self, kind: Kind) {
        self.waiting.push(Waiting::new(self.started, kind, self.subject.start(kind)));
        self.started += 1;
    }

    pub(super) fn cancel(&mut self, index: usize) {
        let waiting = self.waiting.remove(index);
        if waiting.kind == Kind::Upgrade {
            self.model.release(Mode::Upgradable);
        }
        self.model.watch_is_open |= waiting.watches();
        let asleep = self.indices(Waiting::is_asleep);
        waiting.end();
        for index in asleep {
            let other = &mut self.waiting[index];
            other.may_be_relief |= self.model.watch_is_open && other.is_called();
        }
    }

    pub(super) fn poll(&mut self, index: usize, with_a_new_waker: bool) {
        let others = self.others(Some(index));
        let waiting = &mut self.waiting[index];
        let mode = waiting.kind.mode();
        let was_called = waiting.is_called();
        let watched = waiting.watches();
        let outlasts = waiting.looks >= UNTIL_OUTLASTED;
        if !waiting.is_asleep() && (others.wait || !self.model.admits(mode)) {
            self.model.arrivals += 1;
        }
        let poll = waiting.poll(with_a_new_waker, others, &self.model, &mut self.tickets);
        let watches = poll.is_pending() && self.waiting[index].watches();
        self.model.watch_is_open = !watches && (watched || self.model.watch_is_open);
        let Poll::Ready(outcome) = poll else {
            return;
        };
        self.waiting.remove(index).end();
        if !was_called && !mode.goes_past() {
            assert!(
                outlasts || !self.model.is_in_order() || self.may_come_in(mode, others),
                "first come, first served: {mode:?} passed {others:?}"
            );
            self.model.several_are_called |= outlasts;
            self.check_starving(mode, others);
        }
        self.model.take(mode);
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
        let others = self.others(None);
        let promised = self.model.promises_to_try(kind.mode(), others.wait);
        let taken = self.subject.try_take(kind);
        if let Some(promised) = promised {
            assert_eq!(taken.is_ok(), promised, "trying {kind:?} beside {:?}", self.model);
        }
        if let Ok(guard) = taken {
            self.check_starving(kind.mode(), others);
            self.model.take(kind.mode());
            self.hold(guard);
        }
    }

    #[track_caller]
    fn check_starving(&self, mode: Mode, others: Others) {
        assert!(
            !self.model.starves(mode, others.sleep) || self.is_past_upgradables(mode, others),
            "readers don't starve those who sleep"
        );
    }

    /// Takes the lock and lets it go, if it is free.
    fn pass(&mut self) {
        if self.model.is_free() {
            self.try_take(Kind::Write);
            self.release(self.holds.len() - 1, drop);
        }
    }

    /// So many newcomers take the lock and let it go, until one has to wait; it goes away.
    fn rush(&mut self, count: u8) {
        for _ in 0..count {
            let holding = self.holds.len();
            self.step(Step::Ask(Kind::Write));
            self.check();
            if self.holds.len() == holding {
                self.cancel(self.waiting.len() - 1);
                return;
            }
            self.release(holding, drop);
            self.check();
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
                self.model.take(Mode::Upgrade);
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
