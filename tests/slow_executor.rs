//! An executor of one thread that is the same in every run, and slow to poll some of its tasks.
//!
//! Tasks are polled in the order in which they are woken. The slow ones have a line of their own: one
//! of them is polled after so many polls of the others, or when no other can run. Such is the root
//! future of tokio's `block_on` on a current-thread runtime, with 61 polls. Sleeps are virtual: the
//! clock goes on when nobody can run.

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    future::{Future, poll_fn},
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

/// Who can run: the numbers of the ordinary tasks, and of the slow ones.
#[derive(Debug, Default)]
struct Runnable {
    ordinary: Line,
    slow: Line,
}

/// Tasks in the order in which they were woken, each once.
#[derive(Debug, Default)]
struct Line {
    order: VecDeque<usize>,
    /// Whether the task of this number is among them.
    is_here: Vec<bool>,
}

impl Line {
    fn push(&mut self, number: usize) {
        if self.is_here.len() <= number {
            self.is_here.resize(number + 1, false);
        }
        if !std::mem::replace(&mut self.is_here[number], true) {
            self.order.push_back(number);
        }
    }

    fn pop(&mut self) -> Option<usize> {
        let number = self.order.pop_front()?;
        self.is_here[number] = false;
        Some(number)
    }
}

/// A task's waker. It queues the task once, however often it is woken before its next poll.
#[derive(Debug)]
struct Task {
    number: usize,
    is_slow: bool,
    runnable: Arc<Mutex<Runnable>>,
}

impl Wake for Task {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let mut runnable = self.runnable.lock().unwrap_or_else(PoisonError::into_inner);
        let line = if self.is_slow { &mut runnable.slow } else { &mut runnable.ordinary };
        line.push(self.number);
    }
}

/// Where a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// All tasks are done.
    AllDone,
    /// Some are not, and nobody will wake them.
    Asleep,
    /// After so many polls there is still somebody to poll.
    Limit,
}

/// The clock of an executor, and what waits for it: by the time, and by the order of asking.
#[derive(Clone, Debug, Default)]
pub struct Clock(Rc<RefCell<Timers>>);

#[derive(Debug, Default)]
struct Timers {
    now: u64,
    count: u64,
    waiting: BTreeMap<(u64, u64), Waker>,
}

impl Clock {
    /// How much time has passed.
    pub fn now(&self) -> u64 {
        self.0.borrow().now
    }

    /// Sleeps for so long.
    pub fn sleep(&self, time: u64) -> impl Future<Output = ()> + use<> {
        let timers = self.0.clone();
        let mut until = None;
        poll_fn(move |context| {
            let mut timers = timers.borrow_mut();
            let until = *until.get_or_insert(timers.now + time);
            if timers.now >= until {
                return Poll::Ready(());
            }
            timers.count += 1;
            let count = timers.count;
            timers.waiting.insert((until, count), context.waker().clone());
            Poll::Pending
        })
    }

    /// Goes on to the next time at which somebody is to be woken. False if there is none.
    fn advance(&self) -> bool {
        let mut timers = self.0.borrow_mut();
        let Some(((time, _), waker)) = timers.waiting.pop_first() else {
            return false;
        };
        timers.now = time;
        let mut due = vec![waker];
        while timers.waiting.first_key_value().is_some_and(|((next, _), _)| *next == time) {
            due.extend(timers.waiting.pop_first().map(|(_, waker)| waker));
        }
        drop(timers);
        due.into_iter().for_each(Waker::wake);
        true
    }
}

/// A task's future, until it is done, and its waker.
type Slot<'a> = (Option<Pin<Box<dyn Future<Output = ()> + 'a>>>, Waker);

/// The executor.
pub struct SlowExecutor<'a> {
    tasks: Vec<Slot<'a>>,
    runnable: Arc<Mutex<Runnable>>,
    clock: Clock,
    every: usize,
    since_slow: usize,
    polls: usize,
}

impl std::fmt::Debug for SlowExecutor<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SlowExecutor").field("polls", &self.polls).finish_non_exhaustive()
    }
}

impl<'a> SlowExecutor<'a> {
    /// One that polls a slow task after `every` polls of the others.
    pub fn new(every: usize) -> Self {
        Self::with_clock(every, &Clock::default())
    }

    /// The same, with the clock of tasks that sleep.
    pub fn with_clock(every: usize, clock: &Clock) -> Self {
        Self {
            tasks: Vec::new(),
            runnable: Arc::default(),
            clock: clock.clone(),
            every,
            since_slow: 0,
            polls: 0,
        }
    }

    /// A task that is polled when its turn comes.
    pub fn spawn(&mut self, future: impl Future<Output = ()> + 'a) {
        self.add(future, false);
    }

    /// A task that is polled now and then.
    pub fn spawn_slow(&mut self, future: impl Future<Output = ()> + 'a) {
        self.add(future, true);
    }

    fn add(&mut self, future: impl Future<Output = ()> + 'a, is_slow: bool) {
        let number = self.tasks.len();
        let task = Arc::new(Task { number, is_slow, runnable: self.runnable.clone() });
        task.wake_by_ref();
        self.tasks.push((Some(Box::pin(future)), task.into()));
    }

    /// How often a task was polled, all tasks together.
    pub fn polls(&self) -> usize {
        self.polls
    }

    /// Polls whoever can run, `limit` times at most.
    pub fn run(&mut self, limit: usize) -> End {
        for _ in 0..limit {
            let number = loop {
                match self.next() {
                    Some(number) => break number,
                    None if self.clock.advance() => {}
                    None if self.tasks.iter().all(|(future, _)| future.is_none()) => {
                        return End::AllDone;
                    }
                    None => return End::Asleep,
                }
            };
            let (slot, waker) = &mut self.tasks[number];
            let Some(future) = slot else { continue };
            self.polls += 1;
            if future.as_mut().poll(&mut Context::from_waker(waker)).is_ready() {
                *slot = None;
            }
        }
        match self.tasks.iter().all(|(future, _)| future.is_none()) {
            true => End::AllDone,
            false => End::Limit,
        }
    }

    fn next(&mut self) -> Option<usize> {
        let mut runnable = self.runnable.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = self.since_slow >= self.every || runnable.ordinary.order.is_empty();
        if let Some(number) = if is_due { runnable.slow.pop() } else { None } {
            self.since_slow = 0;
            return Some(number);
        }
        self.since_slow += 1;
        runnable.ordinary.pop()
    }
}

/// Lets others run once.
pub fn yield_now() -> impl Future<Output = ()> + Send {
    let mut yielded = false;
    poll_fn(move |context| {
        if yielded {
            return Poll::Ready(());
        }
        yielded = true;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slow_task_is_polled_after_so_many_polls_of_the_others_or_when_they_sleep() {
        let polled = RefCell::new(String::new());
        let note = |name| polled.borrow_mut().push(name);
        let clock = Clock::default();
        let mut executor = SlowExecutor::with_clock(3, &clock);
        executor.spawn_slow(async {
            for _ in 0..3 {
                note('s');
                yield_now().await;
            }
        });
        executor.spawn(async {
            for _ in 0..4 {
                note('a');
                yield_now().await;
            }
            clock.sleep(5).await;
            note('z');
        });
        executor.spawn(async {
            note('b');
            yield_now().await;
        });
        assert_eq!(executor.run(100), End::AllDone);
        assert_eq!(*polled.borrow(), "abasaassz");
        assert_eq!(clock.now(), 5);
    }

    #[test]
    fn one_that_nobody_wakes_is_asleep() {
        let mut executor = SlowExecutor::new(1);
        executor.spawn(std::future::pending());
        assert_eq!((executor.run(10), executor.polls()), (End::Asleep, 1));
        executor.spawn(async {
            loop {
                yield_now().await;
            }
        });
        assert_eq!((executor.run(10), executor.polls()), (End::Limit, 11));
    }
}
