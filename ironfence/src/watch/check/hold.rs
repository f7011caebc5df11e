//! What each permit says: the hold in the ledger.

use core::mem;

use super::{
    clock::is_on,
    flow::Flow,
    ledger::{self, Claim, Held, Live},
    mode::now,
    site::Site,
    tasks::Task,
    trial,
};
use crate::watch::{Way, class::Identity};

/// In each permit: the number of the hold in its task's part of the ledger.
#[derive(Debug)]
pub(crate) struct Hold {
    task: Task,
    /// 0 for none.
    pub(super) number: u64,
}

impl Hold {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self { task: Task::NOBODY, number: 0 }
    }

    /// A hold that was had without waiting: nobody waits for what it takes second.
    pub(crate) fn tried(mark: &Identity, way: Way, may_travel: bool, site: Site) -> Self {
        let mut this = Self::none();
        if is_on() {
            let flow = Flow::current(None);
            mark.is_taken_by(flow.task.0);
            this.enter(&flow, Self::record(&flow, mark, way, may_travel, site), |_| {});
        }
        this
    }

    #[inline]
    pub(super) fn record(
        flow: &Flow,
        mark: &Identity,
        way: Way,
        may_travel: bool,
        site: Site,
    ) -> Held {
        Held {
            claim: Claim::new(mark, (flow.task, flow.home), way, (site.place, site.set)),
            number: 0,
            parts: 1,
            since: now(),
            poll: flow.poll,
            is_direct: flow.is_direct,
            may_travel,
            is_left: false,
        }
    }

    #[inline]
    pub(super) fn enter(&mut self, flow: &Flow, held: Held, look: impl FnOnce(&mut Live)) {
        self.task = flow.task;
        self.number = ledger::with(flow.task, |live| {
            look(live);
            live.enter(held)
        });
    }

    fn change(&self, change: impl FnOnce(&mut Held)) {
        if self.number != 0 {
            ledger::with(self.task, |live| live.find(self.number).map(change));
        }
    }

    /// The same hold in another way.
    pub(crate) fn turned(self, way: Way) -> Self {
        self.change(|held| held.way = way);
        self
    }

    /// A second guard shares the hold.
    pub(crate) fn split(&self) -> Self {
        self.change(|held| held.parts += 1);
        Self { task: self.task, number: self.number }
    }

    /// The hold goes on without a permit.
    pub(crate) fn leave(self, _: &Identity) {
        if self.number != 0 {
            ledger::with(self.task, |live| live.leave(self.number));
        }
    }

    /// The hold of a lock that goes on without a permit.
    pub(crate) fn left_of(mark: &Identity) -> Self {
        if !is_on() {
            return Self::none();
        }
        let found = ledger::take_up(mark.address(), Flow::current(None).task);
        found.map_or(Self::none(), |(task, number)| Self { task, number })
    }

    /// It is about to be released: before, so that a lock that is free is never said to be held.
    #[inline]
    pub(crate) fn released(&mut self, _: &Identity) {
        let number = mem::take(&mut self.number);
        if number == 0 {
            return;
        }
        let moved = ledger::with(self.task, |live| live.release(number, self.task.is_elsewhere()));
        if let Some(moved) = moved {
            trial::not_checked(moved.home, &moved.class, moved.place);
        }
    }

    /// It is the current task's.
    pub(crate) fn adopt(&mut self) {
        self.give(&Flow::current(None));
    }

    /// It is nobody's for now.
    pub(crate) fn disown(&mut self) {
        self.give(&Flow::nobody());
    }

    fn give(&mut self, flow: &Flow) {
        let number = mem::take(&mut self.number);
        if number == 0 {
            return;
        }
        let held = ledger::with(self.task, |live| match live.find(number) {
            // The parts are one record, which stays where it is; but it proves nothing any more.
            Some(held) if held.parts > 1 => {
                held.may_travel = true;
                None
            }
            _ => live.remove(number),
        });
        match held {
            None => self.number = number,
            Some(held) => {
                let (poll, is_direct) = (flow.poll, flow.is_direct);
                let claim = Claim { task: flow.task, ..held.claim };
                let held = Held { claim, poll, is_direct, may_travel: false, ..held };
                self.enter(flow, held, |_| {});
            }
        }
    }
}
