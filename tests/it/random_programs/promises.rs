//! What the lock promises after each step of a program, and at its end.

use std::task::{Context, Poll, Waker};

use super::{
    Program,
    model::{MAY_PASS, Mode, Model, UNTIL_SILENT},
    subject::{Kind, Outcome, Subject},
    waiting::Waiting,
    world::World,
};

impl<'l> World<'l> {
    /// What is true after each step.
    #[track_caller]
    pub(super) fn check(&mut self) {
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
    pub(super) fn settle(&mut self, program: &Program) {
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
pub(super) fn idle(subject: &Subject, model: &Model) {
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
