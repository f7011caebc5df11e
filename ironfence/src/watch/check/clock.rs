//! A thread of the checker's own: it tells the time, cheaply for the others, and looks after those who
//! wait too long.

use alloc::{boxed::Box, format, string::String, vec::Vec};
use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};
use std::{
    collections::HashSet,
    env,
    sync::{LazyLock, Mutex, Once},
    thread,
    time::Instant,
};

use super::{
    ledger::{self, Held, Waiting},
    lock,
    mode::{self, Mode, now},
    report::{self, Kind, Report, ago, at, say},
    scope::scope_of,
    stuck,
    table::Table,
    tasks::Sort,
};
use core::fmt::Write as _;

const TICK: Duration = Duration::from_millis(10);
/// Ticks from one look to the next.
const LOOK: u64 = 25;

/// In milliseconds; `u64::MAX` for no limit.
pub(crate) static WAIT_LIMIT: AtomicU64 = AtomicU64::new(10_000);
pub(crate) static WOKEN_LIMIT: AtomicU64 = AtomicU64::new(10_000);
pub(crate) static HOLD_LIMIT: AtomicU64 = AtomicU64::new(u64::MAX);
pub(crate) static DUMP_EVERY: AtomicU64 = AtomicU64::new(u64::MAX);

pub(crate) fn millis(limit: Option<Duration>) -> u64 {
    limit.map_or(u64::MAX, |limit| limit.as_millis().try_into().unwrap_or(u64::MAX))
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
    stuck::look_at_all().iter().for_each(|stuck| report::deadlock(stuck, false));
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
    let over = waiting.iter().filter(move |it| it.sleeps() && is_over(it.since, limit));
    let report = |it: &Waiting| {
        let mut text = String::new();
        say!(text, "ironfence: a wait of {} for `{}`", ago(it.since), it.class);
        say!(text, "  {}", it.task.describe());
        report::waits_for(&mut text, it);
        let holders: Vec<_> = held.iter().filter(|held| held.lock == it.lock).collect();
        for held in holders.iter().take(MOST) {
            let is_own = held.task == it.task && it.task.sort() != Sort::Unknown;
            let whose = if is_own { " (the same task)" } else { "" };
            say!(text, "  {}{whose}", held.task.describe());
            report::holds(&mut text, held);
            let theirs = waiting
                .iter()
                .filter(|other| other.task == held.task && other.number != it.number && !is_own);
            theirs.for_each(|other| report::waits_for(&mut text, other));
        }
        match holders.len() {
            0 => say!(text, "  nobody holds it: who was called before has not answered"),
            all if all > MOST => say!(text, "  and {} more hold it", all - MOST),
            _ => {}
        }
        let ahead = waiting.iter().filter(|o| o.lock == it.lock && o.number < it.number);
        for (nth, other) in ahead.clone().take(MOST).enumerate() {
            say!(text, "  ahead of it, {}: {}", nth + 1, other.task.describe());
            report::waits_for(&mut text, other);
            if let Some(woken) = other.woken.at() {
                say!(text, "    woken, and not polled for {}", ago(woken));
            }
        }
        let more = ahead.skip(MOST).count();
        if more > 0 {
            say!(text, "  and {more} more are ahead of it");
        }
        Report::new(Kind::LongWait, [it.class], text)
    };
    over.map(|it| keyed(Kind::LongWait, it.number, move || report(it))).collect()
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
        let mut waits_again = false;
        for other in others.filter(|_| it.task.sort() != Sort::Unknown) {
            report::waits_for(&mut text, other);
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
        Report::new(Kind::NotPolled, [it.class], text)
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
        say!(text, "  {}", held.task.describe());
        report::holds(&mut text, held);
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
        Report::new(Kind::LongHold, [held.class], text)
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
