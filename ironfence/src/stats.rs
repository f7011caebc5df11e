//! Statistics: how often each lock is taken, how long it is waited for, how long it is held. Feature `stats`;
//! cheap enough for production.
//!
//! ```
//! # #[tokio::main(flavor = "current_thread")] async fn main() {
//! use ironfence::{Guarded, stats};
//!
//! #[derive(Guarded, Default)]
//! struct Bank {
//!     #[guarded(rwlock)]
//!     accounts: Vec<i64>,
//! }
//!
//! let bank = Bank::default().into_guarded();
//! let before = stats::snapshot();
//! bank.accounts.write().await.push(1);
//! let now = stats::snapshot().since(&before);
//! let accounts = now.class("Bank.accounts").expect("it was taken");
//! assert_eq!((accounts.taken.exclusive, accounts.waited), (1, 0));
//! println!("{now}");
//! # }
//! ```
//!
//! # Classes
//! All locks of a name are counted together: a field of a twin is `Bank.accounts`, in all `Bank`s, or as its
//! `#[guarded(label = "..")]` says. Any other lock goes by the place where it was made, unless it has a [name]. Locks that come from a `Default` or a `From` have neither,
//! and are `a lock without a name`.
//!
//! # What is measured, and when
//! - Each acquisition is counted, also by `try_` methods that had the lock.
//! - A wait is timed from the first poll that did not have the lock until the lock is had. The clock is read by those
//!   who wait, and by nobody else.
//! - A newcomer that takes a free lock before somebody who waits for it is counted as a pass; so is `try_lock`.
//! - Holds are timed if you ask, one in so many: [`time_holds`].
//! - Times go into buckets, four to each power of two. So a quantile is right to a fifth. Sums and greatest times are exact
//!   to the clock.
//!
//! # tokio-console
//! The feature `console` needs none of this. With it each lock stands among the *resources* of tokio-console, from its first
//! use on: its name as the type, `held` and `waiting` as attributes, and each wait as an operation, with the task that
//! waits. tokio's tasks are there if tokio is built with `--cfg tokio_unstable` and its feature `tracing`, which
//! `console-subscriber` asks for. For development: while somebody subscribes, each acquisition is two events.
//!
//! # Cost
//! A free lock and its release take 0.7 to 3.4 ns more (`lock` of a mutex 4.0 and 7.3 ns; two cores of an AMD EPYC;
//! `cargo bench -p ironfence-benches --features stats --bench statistics`, and the same without the feature), and what
//! [`time_holds`] says where holds are timed. Each thread counts in memory of its own, about 3 kB for each class that it uses,
//! so counting makes no thread wait for another. A lock grows by three words, its future by two, its guard by one; a wait may
//! allocate. Without the feature there is no byte of all this.

mod page;
#[cfg(feature = "metrics")]
mod publish;
mod table;
mod value;

use alloc::{
    borrow::ToOwned,
    collections::BTreeMap,
    string::{String, ToString},
    vec,
    vec::Vec,
};
use core::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

pub use self::page::{json, page};
#[cfg(feature = "metrics")]
pub use self::publish::publish;
use crate::{
    raw::handle::Lockable,
    watch::stats::{
        self as listener, counts,
        histogram::{BUCKETS, Histogram, start},
        waiting::{self, now},
    },
};

/// The statistics at one moment, or of a stretch of time: plain data. It displays as a table, the class that was
/// waited for longest in all first.
///
/// [the module](crate::stats) has an example.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Snapshot {
    /// By how long they were waited for in all, the longest first.
    pub classes: Vec<Class>,
    /// How long these were counted: since the first use of a lock, or since an earlier snapshot.
    pub over: Duration,
}

/// What was counted of all locks of one name.
///
/// [the module](crate::stats) has an example.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Class {
    /// Such as `Bank.accounts`.
    pub name: String,
    /// How often they were taken.
    pub taken: Taken,
    /// How many of these had to wait.
    pub waited: u64,
    /// How many waits were given up: the future was dropped.
    pub given_up: u64,
    /// How many were newcomers that took the lock before somebody who waited for it. Those whose sections are short may,
    /// now and then, and so does `try_lock`; see the fairness of [`Mutex`](crate::Mutex#fairness).
    pub passes: u64,
    /// How long those waited who had to, and got the lock.
    pub wait: Times,
    /// How long the lock was held, of the holds that were timed; see [`time_holds`].
    pub hold: Times,
    /// How many wait now.
    pub waiting: usize,
    /// How long the first of these has waited.
    pub longest_wait_now: Duration,
}

/// How often locks were taken, by how.
///
/// [the module](crate::stats) has an example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "serde", derive(serde::Serialize))]
#[non_exhaustive]
pub struct Taken {
    /// Mutexes, writes, and upgrades.
    pub exclusive: u64,
    /// Reads.
    pub shared: u64,
    /// Upgradable reads.
    pub upgradable: u64,
}

/// How long something took, each time.
///
/// ```
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// use ironfence::{Guarded, stats};
///
/// #[derive(Guarded, Default)]
/// struct Till {
///     #[guarded(mutex)]
///     coins: Vec<u32>,
/// }
///
/// stats::time_holds(1);
/// let till = Till::default().into_guarded();
/// till.coins.lock().await.push(1);
/// let now = stats::snapshot();
/// let hold = &now.class("Till.coins").expect("it was taken").hold;
/// assert_eq!((hold.count(), hold.mean()), (1, hold.sum()));
/// assert!(hold.p50() <= hold.p99() && hold.p99() <= hold.max());
/// for (from, to, count) in hold.buckets() {
///     println!("{count} from {from:?} to {to:?}");
/// }
/// # }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Times {
    count: u64,
    sum: Duration,
    max: Duration,
    /// How many were in each bucket; as long as the last one that has any.
    buckets: Vec<u64>,
}

/// Those who wait for one lock.
///
/// [the module](crate::stats) has an example.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Waiting {
    /// How many.
    pub count: usize,
    /// How long the first of them has waited.
    pub longest: Duration,
}

/// The statistics so far.
///
/// Others go on counting meanwhile, so two numbers may be of two moments.
///
/// [the module](crate::stats) has an example.
pub fn snapshot() -> Snapshot {
    let mut classes = BTreeMap::new();
    let load = |number: &AtomicU64| number.load(Ordering::Relaxed);
    counts::each(|class, parts| {
        let sum = |field: fn(&counts::Counts) -> &AtomicU64| -> u64 {
            parts.iter().map(|part| load(field(part))).sum()
        };
        let counted = Class {
            name: class.to_string(),
            taken: Taken {
                exclusive: sum(|part| &part.exclusive),
                shared: sum(|part| &part.shared),
                upgradable: sum(|part| &part.upgradable),
            },
            waited: sum(|part| &part.waited),
            given_up: sum(|part| &part.given_up),
            passes: sum(|part| &part.passes),
            wait: Times::of(parts.iter().map(|part| &part.wait)),
            hold: Times::of(parts.iter().map(|part| &part.hold)),
            ..Class::default()
        };
        // Two modules may have a struct of one name.
        let entry: &mut Class = classes.entry(counted.name.clone()).or_default();
        *entry = core::mem::take(entry).with(counted);
    });
    let now = now();
    for waiter in waiting::all() {
        let name = waiter.class.to_string();
        let class: &mut Class = classes.entry(name.clone()).or_default();
        class.name = name;
        class.waiting += 1;
        let waits = Duration::from_nanos(now.saturating_sub(waiter.since));
        class.longest_wait_now = class.longest_wait_now.max(waits);
    }
    Snapshot::sorted(classes.into_values().collect(), Duration::from_nanos(now))
}

/// Times one hold in `one_in` from now on: 1 times all, 0 none. At first none is timed.
///
/// A hold that is timed reads the clock twice, which takes 60 ns more. One in 64 of them takes 1.5 ns more for each
/// acquisition, and tells enough of locks that are taken often. (`try_lock` and release of a free mutex, the machine of above.)
///
/// [the module](crate::stats) has an example.
pub fn time_holds(one_in: u32) {
    listener::TIMED.store(one_in, Ordering::Relaxed);
}

/// Makes each wait that takes so long an event of `tracing`: target `ironfence`, level `WARN`, with the fields `lock` and
/// `waited_ms`. The event comes when the wait ends with the lock. `None` for none, as at first.
///
/// [the module](crate::stats) has an example.
#[cfg(feature = "tracing")]
pub fn warn_of_waits(over: Option<Duration>) {
    let nanos = over.map_or(u64::MAX, |limit| limit.as_nanos().try_into().unwrap_or(u64::MAX));
    listener::WAIT_LIMIT.store(nanos, Ordering::Relaxed);
}

/// Gives a lock that is no field of a twin a name, instead of the place where it was made.
///
/// ```
/// let cache = ironfence::Mutex::new(0);
/// ironfence::stats::name(&cache, "page cache");
/// ```
pub fn name<L: Lockable>(lock: &L, name: &str) {
    lock.raw().mark.is_named(name);
}

/// Those who wait for this lock now: for a debug page.
///
/// ```
/// let cache = ironfence::Mutex::new(0);
/// assert_eq!(ironfence::stats::waiting_for(&cache).count, 0);
/// ```
pub fn waiting_for<L: Lockable>(lock: &L) -> Waiting {
    let (address, now) = (lock.raw().mark.address(), now());
    let mut found = Waiting::default();
    for waiter in waiting::all() {
        if waiter.lock == address {
            found.count += 1;
            let waits = Duration::from_nanos(now.saturating_sub(waiter.since));
            found.longest = found.longest.max(waits);
        }
    }
    found
}

impl Snapshot {
    fn sorted(mut classes: Vec<Class>, over: Duration) -> Self {
        classes.sort_by(|one, other| {
            let rank = |class: &Class| (class.wait.sum, class.taken.all());
            rank(other).cmp(&rank(one)).then_with(|| one.name.cmp(&other.name))
        });
        Self { classes, over }
    }

    /// The class of this name, if one of its locks was ever taken or waited for.
    ///
    /// [the module](crate::stats) has an example.
    pub fn class(&self, name: &str) -> Option<&Class> {
        self.classes.iter().find(|class| class.name == name)
    }

    /// What was counted since an earlier snapshot. Those who wait are those of now.
    ///
    /// [the module](crate::stats) has an example.
    #[must_use = "the snapshot itself stays as it is"]
    pub fn since(&self, earlier: &Self) -> Self {
        let classes = self.classes.iter().map(|class| match earlier.class(&class.name) {
            Some(before) => class.since(before),
            None => class.clone(),
        });
        Self::sorted(classes.collect(), self.over.saturating_sub(earlier.over))
    }
}

impl Class {
    /// The share of the acquisitions that had to wait, from 0 to 1.
    ///
    /// [the module](crate::stats) has an example.
    pub fn share_that_waited(&self) -> f64 {
        match self.taken.all() {
            0 => 0.0,
            all => self.waited as f64 / all as f64,
        }
    }

    fn with(self, other: Self) -> Self {
        Self {
            name: other.name,
            taken: Taken {
                exclusive: self.taken.exclusive + other.taken.exclusive,
                shared: self.taken.shared + other.taken.shared,
                upgradable: self.taken.upgradable + other.taken.upgradable,
            },
            waited: self.waited + other.waited,
            given_up: self.given_up + other.given_up,
            passes: self.passes + other.passes,
            wait: self.wait.with(other.wait),
            hold: self.hold.with(other.hold),
            waiting: self.waiting + other.waiting,
            longest_wait_now: self.longest_wait_now.max(other.longest_wait_now),
        }
    }

    fn since(&self, before: &Self) -> Self {
        Self {
            name: self.name.clone(),
            taken: Taken {
                exclusive: self.taken.exclusive.saturating_sub(before.taken.exclusive),
                shared: self.taken.shared.saturating_sub(before.taken.shared),
                upgradable: self.taken.upgradable.saturating_sub(before.taken.upgradable),
            },
            waited: self.waited.saturating_sub(before.waited),
            given_up: self.given_up.saturating_sub(before.given_up),
            passes: self.passes.saturating_sub(before.passes),
            wait: self.wait.since(&before.wait),
            hold: self.hold.since(&before.hold),
            waiting: self.waiting,
            longest_wait_now: self.longest_wait_now,
        }
    }
}

impl Taken {
    /// All of them.
    ///
    /// [the module](crate::stats) has an example.
    pub fn all(&self) -> u64 {
        self.exclusive + self.shared + self.upgradable
    }
}

impl Default for Times {
    fn default() -> Self {
        Self { count: 0, sum: Duration::ZERO, max: Duration::ZERO, buckets: Vec::new() }
    }
}

impl Times {
    fn of<'a>(histograms: impl Iterator<Item = &'a Histogram>) -> Self {
        let (mut sum, mut max, mut buckets) = (0, 0, vec![0; BUCKETS]);
        for histogram in histograms {
            sum += histogram.sum.load(Ordering::Relaxed);
            max = histogram.max.load(Ordering::Relaxed).max(max);
            for (all, part) in buckets.iter_mut().zip(&histogram.buckets) {
                *all += part.load(Ordering::Relaxed);
            }
        }
        Self::new(Duration::from_nanos(sum), Duration::from_nanos(max), buckets)
    }

    fn new(sum: Duration, max: Duration, mut buckets: Vec<u64>) -> Self {
        let used = buckets.iter().rposition(|count| *count != 0).map_or(0, |last| last + 1);
        buckets.truncate(used);
        Self { count: buckets.iter().sum(), sum, max, buckets }
    }

    fn with(self, other: Self) -> Self {
        let mut buckets = vec![0; BUCKETS];
        for of in [&self.buckets, &other.buckets] {
            buckets.iter_mut().zip(of).for_each(|(all, part)| *all += part);
        }
        Self::new(self.sum + other.sum, self.max.max(other.max), buckets)
    }

    fn since(&self, before: &Self) -> Self {
        let mut buckets = self.buckets.to_owned();
        for (now, then) in buckets.iter_mut().zip(&before.buckets) {
            *now = now.saturating_sub(*then);
        }
        let sum = self.sum.saturating_sub(before.sum);
        let mut this = Self::new(sum, self.max, buckets);
        // The greatest may be from before; then all that is known is the end of the last bucket.
        let end = Duration::from_nanos(start(this.buckets.len()));
        this.max = if this.count == 0 { Duration::ZERO } else { self.max.min(end) };
        this
    }

    /// How often.
    ///
    /// [`Times`] has an example.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// All together.
    ///
    /// [`Times`] has an example.
    pub fn sum(&self) -> Duration {
        self.sum
    }

    /// The longest. Of [`Snapshot::since`], at most so long.
    pub fn max(&self) -> Duration {
        self.max
    }

    /// The mean; zero of none.
    ///
    /// [`Times`] has an example.
    pub fn mean(&self) -> Duration {
        let nanos = self.sum.as_nanos().checked_div(self.count.into()).unwrap_or(0);
        Duration::from_nanos(nanos as u64)
    }

    /// Half of them were this long at the most.
    ///
    /// [`Times`] has an example.
    pub fn p50(&self) -> Duration {
        self.quantile(0.5)
    }

    /// 99 of 100 were this long at the most.
    ///
    /// [`Times`] has an example.
    pub fn p99(&self) -> Duration {
        self.quantile(0.99)
    }

    /// So large a share of them, from 0 to 1, was this long at the most; zero of none.
    ///
    /// [`p50`](Times::p50) and [`p99`](Times::p99) are the usual ones.
    pub fn quantile(&self, share: f64) -> Duration {
        let rank = (share.clamp(0.0, 1.0) * self.count as f64).ceil().max(1.0) as u64;
        let mut seen = 0;
        for (bucket, count) in self.buckets.iter().enumerate() {
            seen += count;
            if seen >= rank {
                return Duration::from_nanos(start(bucket + 1)).min(self.max);
            }
        }
        self.max
    }

    /// How many took how long: for each bucket that has any, from where to where it goes, and its count.
    ///
    /// [`Times`] has an example.
    pub fn buckets(&self) -> impl Iterator<Item = (Duration, Duration, u64)> + '_ {
        let buckets = self.buckets.iter().enumerate().filter(|(_, count)| **count != 0);
        buckets.map(|(bucket, count)| {
            let from = if bucket == 0 { 0 } else { start(bucket) };
            (Duration::from_nanos(from), Duration::from_nanos(start(bucket + 1)), *count)
        })
    }
}
