//! The lock checker, as a listener: what it is told, and what it does about it.
//!
//! Its rooms, in the order in which they may look into each other, the lower ones first:
//!
//! - `mode`, `ways`: whether it is on, what time it is, who waits for whom by the ways alone;
//! - facts: `tasks` and `scope` say who is who, `ledger` keeps what is held and waited for;
//! - judgement: `flow` says what one flow holds for certain, `gates` what keeps two apart, `order` learns who is
//!   taken after whom, `stuck` proves deadlocks. They return what they find;
//! - speech: `report` says it, `table` and `draw` show what there is;
//! - `clock` tells the time, and looks after those who wait too long.

pub(crate) mod clock;
pub(crate) mod draw;
pub(crate) mod flow;
mod gates;
pub(crate) mod ledger;
pub(crate) mod mode;
pub(crate) mod order;
pub(crate) mod report;
mod scope;
mod stuck;
pub(crate) mod table;
mod tasks;
mod ways;

use alloc::{borrow::Cow, sync::Arc, task::Wake};
use core::{
    cell::Cell,
    future::Future,
    mem,
    panic::Location,
    pin::Pin,
    sync::atomic::{AtomicU64, Ordering},
    task::{Context, Poll, Waker},
};
use std::thread_local;

pub(crate) use self::flow::Blocking;
use self::{
    flow::Flow,
    ledger::{Held, Live, Waiting, Woken},
    mode::{Mode, now},
    order::Asked,
    scope::Polls,
    tasks::Task,
};
use super::{
    Way,
    class::{Identity, Whole, lock},
};

/// False if the checker looks at nothing.
#[inline]
pub(crate) fn is_on() -> bool {
    Mode::now().unwrap_or_else(begin) != Mode::Off
}

#[cold]
fn begin() -> Mode {
    let mode = Mode::of_environment();
    set_mode(mode);
    mode
}

pub(crate) fn set_mode(mode: Mode) {
    mode.set();
    if mode != Mode::Off {
        clock::start();
    }
}

/// A lock is being dropped, though guards or futures of it were forgotten.
pub(super) fn is_gone(mark: &Identity) {
    ledger::forget(mark.address());
}

/// The name of a type without its path and its parameters.
fn short_name<T>() -> &'static str {
    let name = core::any::type_name::<T>();
    let name = name.split('<').next().unwrap_or(name);
    name.rsplit("::").next().unwrap_or(name)
}

/// Looks whether `task`, which this thread runs and which has just gone to sleep, waits for ever.
fn look(task: Task) {
    if let Some(stuck) = stuck::look(task) {
        report::deadlock(&stuck, true);
    }
}

thread_local! {
    /// Where all is asked for at the moment, if a [`Site`] covers it.
    static COVERED: Cell<Option<&'static Location<'static>>> = const { Cell::new(None) };
}

/// Where a lock was asked for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Site {
    place: &'static Location<'static>,
    set: u64,
    /// Of the second lock of its set.
    is_second: bool,
    is_nested: bool,
}

impl Site {
    #[inline(always)]
    #[track_caller]
    pub(crate) fn here() -> Self {
        let place = COVERED.try_with(Cell::get).ok().flatten();
        Self {
            place: place.unwrap_or(Location::caller()),
            set: 0,
            is_second: false,
            is_nested: false,
        }
    }

    /// Whatever `run` asks for is asked for here: code between the user and the lock does not say so.
    pub(crate) fn cover<R>(self, run: impl FnOnce() -> R) -> R {
        struct Uncover(Option<&'static Location<'static>>);

        impl Drop for Uncover {
            fn drop(&mut self) {
                _ = COVERED.try_with(|covered| covered.set(self.0));
            }
        }

        let before = COVERED.try_with(|covered| covered.replace(Some(self.place)));
        let _uncover = Uncover(before.ok().flatten());
        run()
    }

    /// Of several locks that are taken together in ascending order: those of different values say nothing
    /// about the order of one another.
    pub(crate) fn in_order(mut self) -> Self {
        static LAST: AtomicU64 = AtomicU64::new(0);
        self.set = LAST.fetch_add(1, Ordering::Relaxed) + 1;
        self
    }

    /// Of the lock of a set before which so many others come.
    pub(crate) fn nth(mut self, before: usize) -> Self {
        self.is_second = before == 1;
        self
    }

    /// A session of `twin` begins here.
    pub(crate) fn begin_session<T>(self, twin: &T, level: u8) {
        if !is_on() {
            return;
        }
        let flow = Flow::of_call();
        let begun = order::Begun {
            task: flow.task,
            place: self.place,
            whole: Whole::of(twin),
            name: short_name::<T>(),
            level,
        };
        if let Some(held) = order::begin_session(&begun, &flow) {
            report::held_outside_session(&held, &begun);
        }
    }

    /// Of a lock that may be taken beside others of its class.
    pub(crate) fn nested(mut self) -> Self {
        self.is_nested = true;
        self
    }
}

/// In each permit: the number of the hold in its task's part of the ledger.
#[derive(Debug)]
pub(crate) struct Hold {
    task: Task,
    /// 0 for none.
    number: u64,
}

/// In each lock future.
#[derive(Debug)]
pub(crate) struct Wait {
    site: Site,
    /// The number in the ledger, from the first poll that had to wait; else 0.
    number: u64,
    task: Task,
    /// What an upgrade holds meanwhile.
    upgrading: Hold,
    /// What it was polled with when it took the lock. Kept until the permit exists: to drop it may
    /// run foreign code.
    waker: Option<Waker>,
}

/// What the queue wakes: notes it, and forwards.
struct WaitWaker {
    woken: Arc<Woken>,
    inner: Waker,
}

impl Wake for WaitWaker {
    fn wake(self: Arc<Self>) {
        match Arc::try_unwrap(self) {
            Ok(Self { woken, inner }) => {
                woken.now(now());
                inner.wake();
            }
            Err(this) => this.wake_by_ref(),
        }
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.now(now());
        self.inner.wake_by_ref();
    }
}

impl Wait {
    #[inline(always)]
    pub(crate) fn new(site: Site) -> Self {
        Self::upgrading(Hold::none(), site)
    }

    #[inline(always)]
    pub(crate) fn upgrading(upgrading: Hold, site: Site) -> Self {
        Self { site, number: 0, task: Task::NOBODY, upgrading, waker: None }
    }

    pub(crate) fn map_site(&mut self, change: impl FnOnce(Site) -> Site) {
        self.site = change(self.site);
    }

    /// A poll that may have to wait.
    pub(crate) fn polled<R>(
        &mut self,
        mark: &Identity,
        (way, max_readers): (Way, Option<u32>),
        context: &mut Context<'_>,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<R>,
    ) -> Poll<R> {
        if !is_on() {
            return poll(context);
        }
        let flow = Flow::current(Some(context.waker()));
        let woken = Arc::default();
        self.awake(mark, (way, max_readers), &flow, &woken);
        let inner = context.waker().clone();
        let waker = Waker::from(Arc::new(WaitWaker { woken, inner }));
        let polled = poll(&mut Context::from_waker(self.waker.insert(waker)));
        if polled.is_pending() {
            // The queue has it, or has not.
            self.waker = None;
            let number = self.number;
            ledger::with(self.task, |live| {
                if let Some(waiting) = live.waiting.iter_mut().find(|it| it.number == number) {
                    waiting.is_asleep = true;
                }
            });
            // A scope looks when its poll ends.
            if flow.sleeps() {
                look(flow.task);
            }
        }
        polled
    }

    /// It is polled: puts it into the ledger, or brings it up to date there.
    fn awake(
        &mut self,
        mark: &Identity,
        (way, max_readers): (Way, Option<u32>),
        flow: &Flow,
        woken: &Arc<Woken>,
    ) {
        let is_first = self.number == 0;
        if is_first {
            let asked = self.asked(mark, way, flow);
            let found =
                order::look(&asked, flow, |look| ledger::with(flow.task, |live| look(live)));
            report::say_found(found, &asked);
        }
        let previous = self.leave();
        self.task = flow.task;
        self.number = previous.as_ref().map_or_else(
            || {
                static LAST: AtomicU64 = AtomicU64::new(0);
                LAST.fetch_add(1, Ordering::Relaxed) + 1
            },
            |waiting| waiting.number,
        );
        let waiting = Waiting {
            number: self.number,
            task: flow.task,
            lock: mark.address(),
            class: mark.class(),
            way,
            max_readers,
            place: self.site.place,
            since: previous.map_or_else(now, |waiting| waiting.since),
            poll: flow.poll,
            is_direct: flow.is_direct,
            is_blocking: flow.is_blocking,
            is_asleep: false,
            woken: woken.clone(),
            last: Task(mark.taken_by()),
        };
        ledger::begin_wait(waiting);
    }

    fn leave(&mut self) -> Option<Waiting> {
        let number = mem::take(&mut self.number);
        (number != 0).then(|| ledger::end_wait(self.task, number))?
    }

    fn asked(&self, mark: &Identity, way: Way, flow: &Flow) -> Asked {
        Asked {
            task: flow.task,
            lock: mark.address(),
            class: mark.class(),
            whole: mark.whole(),
            level: mark.level(),
            way,
            place: self.site.place,
            set: self.site.set,
            is_second: self.site.is_second,
            is_nested: self.site.is_nested,
        }
    }

    /// The future goes away without the lock.
    pub(crate) fn cancelled(&mut self, mark: &Identity) {
        self.leave();
        self.upgrading.released(mark);
    }
}

impl Hold {
    #[inline(always)]
    pub(crate) const fn none() -> Self {
        Self { task: Task::NOBODY, number: 0 }
    }

    /// `wait` has come to its end, and the hold is this, asked for and held in these ways.
    #[inline]
    pub(crate) fn acquired(
        &mut self,
        wait: &mut Wait,
        mark: &Identity,
        (asked, way): (Way, Way),
        may_travel: bool,
        waker: &Waker,
    ) {
        if !is_on() {
            return;
        }
        let was_first = wait.number == 0;
        if !was_first {
            wait.leave();
            wait.waker = None;
        }
        let flow = Flow::current(Some(waker));
        mark.is_taken_by(flow.task.0);
        if wait.upgrading.number != 0 {
            let hold = mem::replace(&mut wait.upgrading, Self::none());
            *self = hold.turned(way);
            return;
        }
        let held = Self::record(&flow, mark, way, may_travel, wait.site);
        if !was_first {
            // The order was looked at when the wait began.
            self.enter(&flow, held, |_| {});
            return;
        }
        let asked = wait.asked(mark, asked, &flow);
        let found = order::look(&asked, &flow, |look| self.enter(&flow, held, look));
        report::say_found(found, &asked);
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
    fn record(flow: &Flow, mark: &Identity, way: Way, may_travel: bool, site: Site) -> Held {
        Held {
            number: 0,
            task: flow.task,
            lock: mark.address(),
            class: mark.class(),
            whole: mark.whole(),
            level: mark.level(),
            way,
            parts: 1,
            place: site.place,
            since: now(),
            poll: flow.poll,
            is_direct: flow.is_direct,
            may_travel,
            set: site.set,
            is_left: false,
        }
    }

    #[inline]
    fn enter(&mut self, flow: &Flow, held: Held, look: impl FnOnce(&mut Live)) {
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
        ledger::with(self.task, |live| live.release(number));
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
                let (task, poll, is_direct) = (flow.task, flow.poll, flow.is_direct);
                let held = Held { task, poll, is_direct, may_travel: false, ..held };
                self.enter(flow, held, |_| {});
            }
        }
    }
}

/// A poll scope: lives in the future that it is about.
pub(crate) struct Scope(Polls);

impl Scope {
    #[track_caller]
    pub(crate) fn named(name: impl Into<Cow<'static, str>>) -> Self {
        Self(Polls::new(Some(name.into())))
    }

    #[track_caller]
    pub(crate) fn unnamed() -> Self {
        Self(Polls::new(None))
    }

    /// Polls the task.
    pub(crate) fn poll<F: Future>(
        &mut self,
        future: Pin<&mut F>,
        context: &mut Context<'_>,
    ) -> Poll<F::Output> {
        if !is_on() {
            return future.poll(context);
        }
        let polled = self.0.poll(future, context);
        if polled.is_pending() && self.0.has_slept() {
            look(self.0.task());
        }
        polled
    }
}
