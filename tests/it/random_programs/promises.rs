//! What the lock promises after each step of a program, and at its end.

use std::{
    task::{Context, Poll, Waker},
    time::{Duration, Instant},
};

use super::{
    Program,
    model::{Mode, Model},
    subject::{Kind, Outcome, Subject},
    waiting::Waiting,
    world::World,
};

/// Not a promise of the lock: only so that a test that hangs says so.
const WATCHDOG: Duration = Duration::from_secs(60);

impl<'l> World<'l> {
    /// What is true after each step.
    #[track_caller]
    pub(super) fn check(&mut self) {
        let called = self.indices(Waiting::is_called).len();
        self.model.several_are_called |= called > 1;
        if !self.waiting.iter().any(|it| it.was_polled) {
            self.model.several_are_called = false;
        }
        self.waiting.iter().for_each(Waiting::check_wakers);
        self.check_watch();
        self.model.steps += 1;
        let asleep = |it: &Waiting<'_>| it.is_asleep();

        let reads = |it: &Waiting<'_>| matches!(it.kind.mode(), Mode::Read | Mode::Recursive);

        // Who is called for the first time stood in front of those who never were.
        let mut last_called = 0;
        let (mut readers_are_called, mut others_are_called) = (false, false);
        for waiting in &mut self.waiting {
            // It may have been called, so its place among others is not known from here on.
            waiting.was_ever_called |= waiting.may_be_relief && waiting.is_called();
            let is_first =
                waiting.newly_called() && !std::mem::replace(&mut waiting.was_ever_called, true);
            // An upgrade goes before all others: they could not come in anyway.
            if is_first && waiting.kind != Kind::Upgrade {
                last_called = last_called.max(waiting.ticket.expect("it has queued"));
                readers_are_called |= reads(waiting);
                others_are_called |= !reads(waiting);
            }
        }
        // Readers are called past those who want the upgradable place beside another one.
        let wants_upgradable = |it: &Waiting<'_>| it.kind.mode() == Mode::Upgradable;
        let is_taken = self.model.upgradable
            || self.waiting.iter().any(|it| wants_upgradable(it) && it.is_called());
        let skipped = |it: &Waiting<'_>| {
            !it.was_ever_called
                && asleep(it)
                && it.ticket.is_some_and(|it| it < last_called)
                && !(is_taken && wants_upgradable(it))
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

    /// Whoever went to sleep before a free lock, because another one kept watch, is not left alone: while the
    /// lock is not taken somebody looks, or was woken since then, to look in the other's stead.
    #[track_caller]
    fn check_watch(&mut self) {
        let now = self.model.steps;
        self.waiting.iter_mut().for_each(|it| it.note_wake(now));
        for since in self.waiting.iter().filter_map(|it| it.relies_since(&self.model)) {
            assert!(
                self.waiting.iter().any(|it| it.looks_for(since)),
                "a watch that ends is taken over, or handed to one that sleeps"
            );
        }
    }

    /// The end: all guards go, who is woken is polled, and so all get the lock, but for those that
    /// are silent: woken, they are not polled.
    pub(super) fn settle(&mut self, program: &Program) {
        // An upgrade holds the lock, so who is silent there is to blame, and not of interest here.
        let newcomers = self.started..;
        let is_silent = |it: &Waiting<'_>| {
            it.kind != Kind::Upgrade
                && program.silent.contains(&it.id)
                && !newcomers.contains(&it.id)
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
        // Who sleeps behind a silent one may need a newcomer that watches it.
        if self.waiting.iter().any(is_silent) {
            for _ in 0..self.waiting.len() {
                self.bring_newcomer();
                self.poll_woken(program, is_silent);
            }
            let waiting = self.waiting.len();
            self.bring_newcomer();
            assert_eq!(self.waiting.len(), waiting, "in the end nobody waits for a silent one");
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

    fn bring_newcomer(&mut self) {
        self.start(Kind::Write);
        self.poll(self.waiting.len() - 1, false);
        self.check();
        self.release_all();
    }

    fn release_all(&mut self) {
        while !self.holds.is_empty() {
            self.release(0, drop);
            self.check();
        }
    }

    /// Polls all who are woken, in turn, until nobody is.
    fn poll_woken(&mut self, program: &Program, is_silent: impl Fn(&Waiting<'l>) -> bool) {
        let began = Instant::now();
        loop {
            let woken = self.indices(|it| it.is_woken() && !is_silent(it));
            let mut ids: Vec<_> = woken.into_iter().map(|index| self.waiting[index].id).collect();
            if ids.is_empty() {
                return;
            }
            if program.backwards {
                ids.reverse();
            }
            for id in ids {
                let index = self.waiting.iter().position(|it| it.id == id);
                self.poll(index.expect("only its own poll ends it"), false);
                self.check();
                self.release_all();
            }
            assert!(began.elapsed() < WATCHDOG, "waiters that are polled get the lock some time");
        }
    }
}

/// After everything is dropped the lock is as new.
pub(super) fn idle(subject: &Subject, model: &Model) {
    assert!(model.is_free(), "all guards are gone");
    assert_eq!(subject.owners(), 1, "no handle is left behind");
    assert!(!subject.shown().contains("<locked>"), "Debug finds the lock free");
    let now =
        |kind| match subject.start(kind).as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(Outcome::Guard(guard)) => guard,
            _ => panic!("a lock that nobody holds nor waits for is had at once"),
        };
    drop(now(Kind::Write));
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
