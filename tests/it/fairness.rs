//! Who waits has its turn: in the order of coming while others sleep with the lock, on executors that
//! poll it late, in crowds, and beside futures that nobody polls. For every way to hold something.

mod crowds;
mod loaded;
mod readers;
mod runtimes;
mod silent;
mod slow;
mod turns;

use std::future::Future;

use ironfence::{Guarded, Mutex, RwLock, lock_pair};

/// A way to hold a lock, or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Lock,
    Read,
    Write,
    Upgradable,
    Set,
    Pair,
}

/// Whoever waits, and whom it waits for: each way among the ways that keep it out.
const AMONG: [(Way, Way); 8] = [
    (Way::Lock, Way::Lock),
    (Way::Write, Way::Read),
    (Way::Read, Way::Write),
    (Way::Write, Way::Write),
    (Way::Upgradable, Way::Upgradable),
    (Way::Upgradable, Way::Write),
    (Way::Set, Way::Set),
    (Way::Pair, Way::Pair),
];

/// The ways that only one task at a time can go.
const ALONE: [Way; 5] = [Way::Lock, Way::Write, Way::Upgradable, Way::Set, Way::Pair];

#[derive(Guarded, Default)]
#[guarded(name = Two)]
struct PlainTwo {
    #[guarded(mutex)]
    first: u64,
    #[guarded(rwlock)]
    second: u64,
}

/// What there is to hold.
struct Locks {
    mutex: Mutex<()>,
    rwlock: RwLock<()>,
    two: Two,
    one: Mutex<()>,
    other: Mutex<()>,
}

impl Locks {
    fn new() -> Self {
        Self {
            mutex: Mutex::default(),
            rwlock: RwLock::default(),
            two: PlainTwo::default().into_guarded(),
            one: Mutex::default(),
            other: Mutex::default(),
        }
    }

    /// Takes what the way says, runs `inside` with it, and releases.
    async fn hold<R>(&self, way: Way, inside: impl Future<Output = R>) -> R {
        match way {
            Way::Lock => {
                let _guard = self.mutex.lock().await;
                inside.await
            }
            Way::Read => {
                let _guard = self.rwlock.read().await;
                inside.await
            }
            Way::Write => {
                let _guard = self.rwlock.write().await;
                inside.await
            }
            Way::Upgradable => {
                let _guard = self.rwlock.upgradable_read().await;
                inside.await
            }
            Way::Set => {
                let _held = self.two.locks().lock_first().write_second().await;
                inside.await
            }
            Way::Pair => {
                let _both = lock_pair(&self.one, &self.other).await.expect("they are two");
                inside.await
            }
        }
    }
}
