//! A thread of the checker's own: it tells the time, cheaply for the others, and looks after those who
//! wait too long.

use alloc::{boxed::Box, collections::BTreeMap, format, rc::Rc, string::String, vec::Vec};
use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::{
    collections::HashSet,
    env,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{LazyLock, Mutex, Once},
    thread,
    time::Instant,
};

use super::{
    ledger::{self, Held, Waiting},
    lock,
    mode::{self, Mode, now},
    report::{self, Kind, Report},
    row::{self, Row, ago, at, say},
    scope::scope_of,
    stuck,
    table::Table,
    tasks::Sort,
    trial::Trial,
    words,
};
use core::fmt::Write as _;

const TICK: Duration = Duration::from_millis(10);
/// Ticks from one look to the next.
const LOOK: u64 = 25;

/// In milliseconds; `u64::MAX` for no limit.
pub(crate) static WAIT_LIMIT: AtomicU64 = AtomicU64::new(10_000);
pub(crate) static WOKEN_LIMIT: AtomicU64 = AtomicU64::new(10_000);
pub(crate) static HOLD_LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);
/// How long a trial may take.
pub(crate) static TRIAL_LIMIT: AtomicU64 = AtomicU64::new(60_000);
pub(crate) static DUMP_EVERY: AtomicU64 = AtomicU64::new(u64::MAX);

pub(crate) fn millis(limit: Option<Duration>) -> u64 {
    limit.map_or(u64::MAX, |limit| limit.as_millis().try_into().unwrap_or(u64::MAX))
}

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
        start();
    }
}

pub(crate) fn start() {
    static STARTED: Once = Once::new();
    STARTED.call_once(|| {
        let seconds = env::var("IRONFENCE_CHECK_DUMP").ok().and_then(|text| text.parse().ok());
        let period = seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        if period.is_some() {
            DUMP_EVERY.store(millis(period), Ordering::Relaxed);
        }
        // Without the thread there is no time, and all else works.
        _ = thread::Builder::new().name("ironfence-check".into()).spawn(run);
    });
}

fn run() {
    let began = Instant::now();
    let mut last_dump = 0;
    for tick in 1u64.. {
        thread::sleep(TICK);
        let now = 1 + began.elapsed().as_millis() as u64;
        mode::set_now(now);
        if tick % LOOK == 0 && Mode::now() != Some(Mode::Off) {
            look();
        }
        let every = DUMP_EVERY.load(Ordering::Relaxed);
        if every != u64::MAX && now - last_dump >= every {
            last_dump = now;
            let table = Table::now();
            if !table.is_empty() {
                std::eprintln!("{table}");
            }
        }
    }
}

/// Numbers of what was reported already, as long as it lasts.
static SAID: LazyLock<Mutex<HashSet<(Kind, u64)>>> = LazyLock::new(Mutex::default);

fn look() {
    look_at_trials();
    stuck::look_at_all().iter().for_each(|stuck| words::deadlock(stuck, false));
    let limit = |limit: &AtomicU64| limit.load(Ordering::Relaxed);
    let (wait, woken, hold) = (limit(&WAIT_LIMIT), limit(&WOKEN_LIMIT), limit(&HOLD_LIMIT));
    let (held, waiting) = ledger::all();
    let mut all = waits_over(wait, &held, &waiting);
    all.extend(unpolled_over(woken, &waiting));
    all.extend(holds_over(hold, &held, &waiting));
    let mut said = lock(&SAID);
    all.retain(|(key, _)| !said.contains(key));
    // What is over is forgotten, so that this stays as small as what is live.
    let holds: HashSet<_> = held.iter().map(key_of).collect();
    let waits: HashSet<_> = waiting.iter().map(|waiting| waiting.number).collect();
    said.retain(|(kind, number)| match kind {
        Kind::LongHold => holds.contains(number),
        _ => waits.contains(number),
    });
    said.extend(all.iter().map(|(key, _)| *key));
    drop(said);
    for (_, write) in all {
        write().deliver(false);
    }
}

/// How long the thread of a trial may take to say that the time is up, until it is said here.
const PATIENCE: u64 = 1000;

/// Wakes the trials whose time is up; speaks for those that are not polled then.
fn look_at_trials() {
    for trial in Trial::all() {
        if trial.looks_at_the_clock() {
            // Foreign code.
            _ = catch_unwind(AssertUnwindSafe(|| trial.wake()));
        } else if trial.late_since().is_some_and(|late| now() - late >= PATIENCE) && trial.is_told()
        {
            std::eprintln!("{}\n", late(&trial));
        }
    }
}

/// The time of a trial is up: who waits for whom.
pub(crate) fn late(trial: &Trial) -> String {
    let (limit, mut text) = (Duration::from_millis(trial.limit()), String::new());
    say!(text, "ironfence: the test `{}` has not ended within {limit:?}", trial.name);
    let table = Table::of_trial(trial.home);
    if table.is_empty() {
        say!(text, "nobody waits for a lock: it waits for something else");
    } else {
        say!(text, "{table}");
    }
    if let Some(verdict) = report::verdict(trial.home) {
        say!(text, "{verdict}");
    }
    text.trim_end().into()
}

/// One number for a hold in all the shards.
fn key_of(held: &Held) -> u64 {
    held.number << 32 ^ held.lock as u64
}

/// What is to be said, and how it is written, if it was not said before.
type Keyed<'a> = ((Kind, u64), Box<dyn FnOnce() -> Report + 'a>);

/// So many of those who hold a lock, or are ahead of a waiter, are listed.
const MOST: usize = 10;

fn keyed<'a>(kind: Kind, number: u64, write: impl FnOnce() -> Report + 'a) -> Keyed<'a> {
    ((kind, number), Box::new(write))
}

fn is_over(since: u64, limit: u64) -> bool {
    limit != u64::MAX && now().saturating_sub(since) >= limit
}

/// Those who have slept for a lock longer than the limit.
pub(crate) fn waits_over<'a>(
    limit: u64,
    held: &'a [Held],
    waiting: &'a [Waiting],
) -> Vec<Keyed<'a>> {
    let over: Vec<_> =
        waiting.iter().filter(|it| it.sleeps() && is_over(it.since, limit)).collect();
    if over.is_empty() {
        return Vec::new();
    }
    // In the order in which they began, as all are.
    let mut queues: BTreeMap<usize, Vec<&Waiting>> = BTreeMap::new();
    waiting.iter().for_each(|it| queues.entry(it.lock).or_default().push(it));
    let queues = Rc::new(queues);
    let report = move |queues: &BTreeMap<usize, Vec<&Waiting>>, it: &Waiting| {
        let mut text = String::new();
        say!(text, "ironfence: a wait of {} for `{}`", ago(it.since), it.class);
        let mut rows = Vec::from([Row::waits(it)]);
        row::list(&mut text, &rows, 1);
        let is_own = |held: &&Held| held.task == it.task && it.task.sort() != Sort::Unknown;
        let holders = || held.iter().filter(|held| held.lock == it.lock);
        let own: Vec<_> = holders().filter(is_own).map(Row::holds).collect();
        if !own.is_empty() {
            say!(text, "  {} (the same task)", it.task.describe());
            row::lines(&mut text, &own.iter().collect::<Vec<_>>());
        }
        let mut others = Vec::new();
        for held in holders().filter(|held| !is_own(held)) {
            others.push(Row::holds(held));
            let theirs = waiting.iter().filter(|other| other.task == held.task);
            others.extend(theirs.filter(|other| other.number != it.number).map(Row::waits));
        }
        let left = row::list(&mut text, &others, MOST);
        if left > 0 {
            say!(text, "  and {left} more hold it");
        }
        if own.is_empty() && others.is_empty() {
            say!(text, "  nobody holds it: who was called before has not answered");
        }
        let queue = queues.get(&it.lock).map_or(&[][..], |queue| queue);
        let ahead = &queue[..queue.partition_point(|other| other.number < it.number)];
        for (nth, other) in ahead.iter().take(MOST).enumerate() {
            say!(text, "  ahead of it, {}: {}", nth + 1, other.task.describe());
            row::lines(&mut text, &[&Row::waits(other)]);
            if let Some(woken) = other.woken.at() {
                say!(text, "    woken, and not polled for {}", ago(woken));
            }
        }
        if ahead.len() > MOST {
            say!(text, "  and {} more are ahead of it", ahead.len() - MOST);
        }
        rows.extend(own);
        rows.extend(others);
        rows.extend(ahead.iter().take(MOST).map(|other| Row::waits(other)));
        Report::new(Kind::LongWait, it.home, [it.class], rows, text)
    };
    let keyed = |it: &'a Waiting| {
        let queues = queues.clone();
        keyed(Kind::LongWait, it.number, move || report(&queues, it))
    };
    over.into_iter().map(keyed).collect()
}

/// Those who were woken for longer than the limit and were not polled.
pub(crate) fn unpolled_over(limit: u64, waiting: &[Waiting]) -> Vec<Keyed<'_>> {
    let woken = |it: &Waiting| it.woken.at().filter(|_| it.is_asleep);
    let over = waiting.iter().filter_map(|it| woken(it).map(|at| (it, at)));
    let over = over.filter(|(_, at)| is_over(*at, limit));
    let report = |it: &Waiting, woken| {
        let mut text = String::new();
        say!(text, "ironfence: a future that waits for `{}` was woken and is not polled", it.class);
        say!(text, "  {}", it.task.describe());
        say!(text, "    asked for `{}` {}, at {}", it.class, it.way.adverb(), at(it.place));
        say!(text, "    woken {} ago", ago(woken));
        let polls = scope_of(it.task).map(|scope| scope.poll.load(Ordering::SeqCst) - it.poll);
        if let Some(polls) = polls.filter(|_| it.task.sort() == Sort::Scope) {
            match polls {
                0 => say!(text, "    the task was not polled since"),
                _ => say!(
                    text,
                    "    the task was polled {polls} times since this future was: it has left it"
                ),
            }
        }
        let others =
            waiting.iter().filter(|other| other.task == it.task && other.number != it.number);
        let mut rows = Vec::from([Row::waits(it)]);
        let mut waits_again = false;
        for other in others.filter(|_| it.task.sort() != Sort::Unknown) {
            let row = Row::waits(other);
            row::lines(&mut text, &[&row]);
            rows.push(row);
            waits_again |= other.lock == it.lock;
        }
        if waits_again {
            say!(
                text,
                "  it waits for the same lock in another future, this is certain: the first one is a place in"
            );
            say!(text, "  the queue that nobody answers for. Drop it, or poll both");
        } else {
            say!(text, "  whoever waits behind it may sleep on: poll it, or drop it");
        }
        Report::new(Kind::NotPolled, it.home, [it.class], rows, text)
    };
    over.map(|(it, at)| keyed(Kind::NotPolled, it.number, move || report(it, at))).collect()
}

/// Guards that are held for longer than the limit.
pub(crate) fn holds_over<'a>(
    limit: u64,
    held: &'a [Held],
    waiting: &'a [Waiting],
) -> Vec<Keyed<'a>> {
    let over = held.iter().filter(|held| is_over(held.since, limit));
    let report = |held: &Held| {
        let mut text = String::new();
        say!(text, "ironfence: `{}` is held for {}", held.class, ago(held.since));
        let rows = Vec::from([Row::holds(held)]);
        row::list(&mut text, &rows, 1);
        let waiters = waiting.iter().filter(|it| it.lock == held.lock).count();
        say!(
            text,
            "  {}",
            match waiters {
                0 => "nobody waits for it".into(),
                1 => "one waits for it".into(),
                _ => format!("{waiters} wait for it"),
            }
        );
        Report::new(Kind::LongHold, held.home, [held.class], rows, text)
    };
    over.map(|held| keyed(Kind::LongHold, key_of(held), move || report(held))).collect()
}

/// One of these, asked for now.
pub(crate) fn over(
    limit: Duration,
    find: impl for<'a> FnOnce(u64, &'a [Held], &'a [Waiting]) -> Vec<Keyed<'a>>,
) -> Vec<Report> {
    let (held, waiting) = ledger::all();
    let found = find(millis(Some(limit)), &held, &waiting);
    found.into_iter().map(|(_, write)| write()).collect()
}
