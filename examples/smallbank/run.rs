//! Lets the tasks work: each library for a while, in turns if there are several.

use std::{
    io::Write,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ironfence::task;
use tokio::{
    runtime::Runtime,
    task::{JoinError, JoinSet},
    time::{interval, sleep},
};

use super::{
    Failure,
    arguments::{Arguments, Choice},
    libraries::{AsyncLock, Ironfence, Library, Tokio},
    meter::Meter,
    mix::Chooser,
    naive::{Clerk, Deadlock, Floor},
    report,
    state::{Bank, Cents, Missing, Posting},
    tally::{Kind, Outcome, Tally},
};

/// How often each library has its turn when there are several: short enough that what else happens on
/// the machine meets all of them.
const ROUNDS: u16 = 5;

/// A task enters its transactions into the books so many at a time.
const PAGE: u64 = 256;

/// The auditor rests as long after each branch.
const PAUSE: Duration = Duration::from_millis(5);

/// What one library did.
#[derive(Debug)]
pub(crate) struct Figures {
    pub(crate) name: &'static str,
    pub(crate) tally: Tally,
    /// Transactions a second, of each round.
    pub(crate) rates: Vec<f64>,
    /// The money in all accounts.
    pub(crate) total: Cents,
}

pub(crate) fn run(arguments: &Arguments, out: &mut dyn Write) -> Result<(), Failure> {
    let runtime = Runtime::new()?;
    report::write_head(out, arguments)?;
    let mut courses = courses(arguments, &runtime);
    let rounds = if courses.len() > 1 { ROUNDS } else { 1 };
    let seconds = Duration::from_secs(arguments.seconds.into());
    let mut meter = Meter::start(seconds * courses.len() as u32);
    for _ in 0..rounds {
        for course in &mut courses {
            if let Err(deadlock) = course.round(&runtime, seconds / rounds.into(), &mut meter) {
                drop(meter);
                report::write_deadlock(out, &deadlock)?;
                return Err(Failure::Deadlock(deadlock));
            }
        }
    }
    drop(meter);
    let mut figures = Vec::new();
    let mut missing = None;
    for course in courses {
        let (figure, counted) = course.finish(&runtime);
        figures.push(figure);
        missing = missing.or(counted.err());
    }
    report::write_tables(out, &figures)?;
    if let Some(missing) = missing {
        return Err(missing.into());
    }
    #[cfg(feature = "check")]
    if let Some(file) = &arguments.order {
        std::fs::write(file, ironfence::check::graph().to_svg())?;
    }
    #[cfg(feature = "check")]
    ironfence::check::expect_none();
    report::write_counted(out, &figures)?;
    Ok(())
}

fn courses(arguments: &Arguments, runtime: &Runtime) -> Vec<Box<dyn Round>> {
    match arguments.locks {
        Choice::Ironfence => vec![Course::<Ironfence>::open(arguments, runtime)],
        Choice::Tokio => vec![Course::<Tokio>::open(arguments, runtime)],
        Choice::AsyncLock => vec![Course::<AsyncLock>::open(arguments, runtime)],
        Choice::All => vec![
            Course::<Ironfence>::open(arguments, runtime),
            Course::<Tokio>::open(arguments, runtime),
            Course::<AsyncLock>::open(arguments, runtime),
        ],
    }
}

/// A bank with some library's locks, and what was done in it so far.
struct Course<L: Library> {
    arguments: Arguments,
    bank: Arc<Bank<L>>,
    tally: Tally,
    rates: Vec<f64>,
}

/// A course, whatever the library.
trait Round {
    /// Works for a while; less if there is a deadlock.
    fn round(
        &mut self,
        runtime: &Runtime,
        lasts: Duration,
        meter: &mut Meter,
    ) -> Result<(), Deadlock>;

    /// Counts the money.
    fn finish(self: Box<Self>, runtime: &Runtime) -> (Figures, Result<(), Missing>);
}

impl<L: Library> Course<L> {
    fn open(arguments: &Arguments, runtime: &Runtime) -> Box<dyn Round> {
        let bank = Arc::new(Bank::open(arguments.accounts));
        if arguments.steal {
            runtime.block_on(bank.steal());
        }
        Box::new(Self {
            arguments: arguments.clone(),
            bank,
            tally: Tally::new(),
            rates: Vec::new(),
        })
    }
}

impl<L: Library> Round for Course<L> {
    fn round(
        &mut self,
        runtime: &Runtime,
        lasts: Duration,
        meter: &mut Meter,
    ) -> Result<(), Deadlock> {
        let started = Instant::now();
        let done = Arc::new(AtomicU64::new(self.tally.transactions()));
        let floor = self.arguments.naive.then(|| Floor::new(self.arguments.tasks.into()));
        let mut tellers = JoinSet::new();
        let handle = runtime.handle();
        for number in 0..usize::from(self.arguments.tasks) {
            let seed = number + self.rates.len() * usize::from(self.arguments.tasks);
            let teller = Teller {
                bank: self.bank.clone(),
                chooser: Chooser::new(&self.arguments, seed as u64),
                clerk: floor.as_ref().map(|floor| floor.clerk(number)),
                until: started + lasts,
                done: done.clone(),
            };
            tellers.spawn_on(task::named(format!("teller {number}"), teller.work()), handle);
        }
        // The auditor would be part of other circles than the one that is to be shown.
        let mut auditors = JoinSet::new();
        if floor.is_none() {
            let audit = audit(self.bank.clone(), started + lasts);
            auditors.spawn_on(task::named("auditor", audit), handle);
        }

        let mut tallies = Vec::new();
        runtime.block_on(async {
            let mut ticks = interval(Duration::from_millis(100));
            let mut circle = None;
            while !tellers.is_empty() {
                tokio::select! {
                    Some(ended) = tellers.join_next() => tallies.push(ended.unwrap_or_else(pass_on)),
                    _ = ticks.tick() => {
                        meter.show(L::NAME, started.elapsed(), done.load(Ordering::Relaxed));
                        let now = floor.as_ref().and_then(|floor| floor.circle());
                        match (circle.take(), &now) {
                            (Some(before), Some(now)) if now.is_still(&before) => {
                                return Err(now.clone());
                            }
                            _ => circle = now,
                        }
                    }
                }
            }
            while let Some(ended) = auditors.join_next().await {
                tallies.push(ended.unwrap_or_else(pass_on));
            }
            Ok(())
        })?;
        let took = started.elapsed();
        meter.add(lasts);
        let before = self.tally.transactions();
        tallies.iter().for_each(|tally| self.tally.add(tally));
        let transactions = self.tally.transactions() - before;
        self.rates.push(transactions as f64 / took.as_secs_f64());
        Ok(())
    }

    fn finish(self: Box<Self>, runtime: &Runtime) -> (Figures, Result<(), Missing>) {
        let Self { bank, tally, rates, .. } = *self;
        let counted = runtime.block_on(bank.count(tally.transactions()));
        let total = *counted.as_ref().unwrap_or(&0);
        (Figures { name: L::NAME, tally, rates, total }, counted.map(drop))
    }
}

/// One task that makes transactions.
struct Teller<L: Library> {
    bank: Arc<Bank<L>>,
    chooser: Chooser,
    clerk: Option<Clerk>,
    until: Instant,
    /// How many transactions all of them have made, for the meter.
    done: Arc<AtomicU64>,
}

impl<L: Library> Teller<L> {
    async fn work(mut self) -> Tally {
        let mut tally = Tally::new();
        let mut page = Posting::default();
        let mut began = Instant::now();
        while began < self.until {
            let kind = self.chooser.kind();
            match self.bank.transact(kind, &mut self.chooser, self.clerk.as_ref()).await {
                Outcome::Done(cash) => page.cash += cash,
                Outcome::Refused => tally.refused += 1,
            }
            let ended = Instant::now();
            tally.count(kind, ended - began);
            began = ended;
            page.transactions += 1;
            if page.transactions == PAGE {
                self.enter(std::mem::take(&mut page)).await;
                began = Instant::now();
            }
        }
        self.enter(page).await;
        tally
    }

    async fn enter(&self, page: Posting) {
        self.done.fetch_add(page.transactions, Ordering::Relaxed);
        self.bank.enter(page).await;
    }
}

/// Audits branch after branch.
async fn audit<L: Library>(bank: Arc<Bank<L>>, until: Instant) -> Tally {
    let mut tally = Tally::new();
    for number in (0..bank.branches.len()).cycle() {
        let began = Instant::now();
        bank.audit(number).await;
        let ended = Instant::now();
        tally.count(Kind::Audit, ended - began);
        if ended >= until {
            break;
        }
        sleep(PAUSE).await;
    }
    tally
}

/// A task ends early only by a panic: an assertion of this program.
fn pass_on<T>(error: JoinError) -> T {
    resume_unwind(error.into_panic())
}
