//! What the office knows: its events, seats, users, orders and journal, and which lock guards what.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use ironfence::Guarded;
use serde::{Deserialize, Serialize};
use tokio_util::task::TaskTracker;

/// The office. It is declared before its events: its level is 0, that of an event is 1.
#[derive(Guarded)]
pub(crate) struct Office {
    /// Read by nearly every request, for a moment: the `Arc` is cloned.
    #[guarded(rwlock)]
    pub(crate) config: Arc<Config>,
    /// An event is taken out of the map by its `Arc`, so the map is not held while an event is waited for.
    #[guarded(rwlock)]
    pub(crate) events: BTreeMap<u32, Arc<EventGuarded>>,
    /// How many seats each user has reserved and not paid.
    #[guarded(mutex)]
    pub(crate) users: HashMap<String, usize>,
    #[guarded(rwlock)]
    pub(crate) orders: BTreeMap<u64, Order>,
    #[guarded(mutex)]
    pub(crate) journal: Journal,
    /// The payments that are on their way, to be waited for in the end.
    pub(crate) payments: TaskTracker,
    /// For events, reservations and orders. No lock: it is only ever counted up.
    last_id: AtomicU64,
}

/// An event. Requests for different events do not meet in its locks.
#[derive(Guarded)]
pub(crate) struct Event {
    pub(crate) id: u32,
    pub(crate) name: String,
    /// In cents.
    pub(crate) price: u64,
    #[guarded(rwlock)]
    pub(crate) seats: Vec<Seat>,
    #[guarded(mutex)]
    pub(crate) reservations: HashMap<u64, Reservation>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Seat {
    Free,
    /// By this reservation.
    Reserved(u64),
    /// By this order.
    Sold(u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Reservation {
    pub(crate) user: String,
    pub(crate) seats: Vec<usize>,
    pub(crate) ends: Instant,
    /// A payment is on its way, so the reservation does not expire.
    pub(crate) is_being_paid: bool,
}

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Order {
    pub(crate) id: u64,
    pub(crate) event: u32,
    pub(crate) user: String,
    pub(crate) seats: Vec<usize>,
    /// In cents.
    pub(crate) paid: u64,
}

/// What may be changed while the service runs, by `PUT /config`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Config {
    /// How long a reservation lasts that is not paid, in milliseconds.
    pub(crate) reservation_ms: u64,
    /// How many seats a user may have reserved at a time.
    pub(crate) seats_a_user: usize,
    /// How long a request may take before it is answered with 503, in milliseconds.
    pub(crate) patience_ms: u64,
}

/// Sums of all that was ever sold, and the last lines.
#[derive(Debug, Default, Clone, Serialize)]
pub(crate) struct Journal {
    pub(crate) orders: u64,
    pub(crate) seats_sold: u64,
    pub(crate) seats_expired: u64,
    /// In cents.
    pub(crate) revenue: u64,
    pub(crate) last: VecDeque<String>,
}

impl Default for Config {
    fn default() -> Self {
        Self { reservation_ms: 300, seats_a_user: 8, patience_ms: 2_000 }
    }
}

impl Config {
    pub(crate) fn reservation(&self) -> Duration {
        Duration::from_millis(self.reservation_ms)
    }

    pub(crate) fn patience(&self) -> Duration {
        Duration::from_millis(self.patience_ms)
    }

    /// What is wrong with it, if anything is.
    pub(crate) fn mistake(&self) -> Option<&'static str> {
        if self.seats_a_user == 0 {
            return Some("`seats_a_user` must be 1 or more: with 0 nobody can reserve a seat");
        }
        if self.patience_ms == 0 {
            return Some(
                "`patience_ms` must be 1 or more: with 0 every request is answered with 503",
            );
        }
        None
    }
}

impl Office {
    pub(crate) fn new(config: Config) -> Self {
        Self {
            config: Arc::new(config),
            events: BTreeMap::new(),
            users: HashMap::new(),
            orders: BTreeMap::new(),
            journal: Journal::default(),
            payments: TaskTracker::new(),
            last_id: AtomicU64::new(0),
        }
    }
}

impl OfficeGuarded {
    pub(crate) fn next_id(&self) -> u64 {
        // ORDERING: only that no number comes twice matters.
        self.last_id.fetch_add(1, Ordering::Relaxed) + 1
    }
}

impl Event {
    pub(crate) fn new(id: u32, name: String, price: u64, seats: usize) -> Self {
        Self { id, name, price, seats: vec![Seat::Free; seats], reservations: HashMap::new() }
    }
}

impl Journal {
    /// How many lines are kept.
    const LINES: usize = 100;

    pub(crate) fn write(&mut self, line: String) {
        if self.last.len() == Self::LINES {
            self.last.pop_front();
        }
        self.last.push_back(line);
    }
}
