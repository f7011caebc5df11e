//! A storm of cancellations: 10 000 tasks that take locks and are aborted or run out of time
//! wherever they stand, on three executors. Afterwards every lock is free, every counter exact and
//! every waker dropped.
//!
//! `IRONFENCE_STORM=100000` makes it more tasks, `IRONFENCE_STORM_SEED=…` repeats a storm (as far as
//! threads and clocks let it).

mod wakers;

use std::{
    env,
    future::Future,
    ops::DerefMut,
    panic::resume_unwind,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::Duration,
};

use ironfence::{
    Mutex, MutexGuard, OwnedMutexGuard, OwnedRwLockUpgradableReadGuard, OwnedRwLockWriteGuard,
    RwLock, RwLockUpgradableReadGuard, RwLockWriteGuard,
};
use ironfence_tests::watchdog::must_end;
use wakers::CountsWakers;

// The counters are relaxed throughout: a stronger order would hide from the ThreadSanitizer whether
// the locks themselves order what is done in their sections.

/// How many tasks are under way at once.
const WAVE: usize = 500;

/// A small generator of chance (splitmix64): the same seed, the same storm.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn one_in(&mut self, many: u64) -> bool {
        self.below(many) == 0
    }

    /// How long a task may take; `None` for one that is left alone, and has to come through: a
    /// wake-up that were lost would not be hidden by a time-out.
    fn limit(&mut self) -> Option<Duration> {
        (!self.one_in(4)).then(|| Duration::from_micros(self.below(3_000)))
    }
}

/// What a lock guards: how many sections were completed, and beside it who is inside, as seen from
/// outside: the number of readers, or -1.
#[derive(Default)]
struct Place<L> {
    lock: L,
    completed: AtomicU64,
    inside: AtomicI64,
}

/// Who is inside, for the length of a section.
struct Inside<'a>(&'a AtomicI64, i64);

impl<'a> Inside<'a> {
    fn alone(inside: &'a AtomicI64) -> Self {
        assert_eq!(inside.fetch_sub(1, Relaxed), 0, "who writes is alone");
        Self(inside, 1)
    }

    fn reading(inside: &'a AtomicI64) -> Self {
        assert!(inside.fetch_add(1, Relaxed) >= 0, "nobody writes while one reads");
        Self(inside, -1)
    }
}

impl Drop for Inside<'_> {
    fn drop(&mut self) {
        self.0.fetch_add(self.1, Relaxed);
    }
}

/// How many tasks of a storm came to which end.
#[derive(Debug, Default)]
struct Ends {
    finished: usize,
    cancelled: usize,
}

struct Storm {
    seed: u64,
    tasks: usize,
    mutexes: [Place<Arc<Mutex<u64>>>; 2],
    rwlocks: [Place<Arc<RwLock<u64>>>; 2],
    /// How many of our wakers are alive, and how many there were.
    wakers: Arc<[AtomicUsize; 2]>,
}

impl Storm {
    fn new() -> Arc<Self> {
        let number = |name| env::var(name).ok().map(|it| it.parse().expect("a number"));
        let clock = || std::time::UNIX_EPOCH.elapsed().expect("after 1970").as_nanos() as u64;
        let seed = number("IRONFENCE_STORM_SEED").unwrap_or_else(clock);
        // Shown if the test fails.
        println!("IRONFENCE_STORM_SEED={seed}");
        Arc::new(Self {
            seed,
            tasks: number("IRONFENCE_STORM").map_or(10_000, |it| it as usize),
            mutexes: Default::default(),
            rwlocks: Default::default(),
            wakers: Arc::default(),
        })
    }

    /// What one task does.
    fn task(self: &Arc<Self>, mut chance: Chance) -> impl Future<Output = ()> + Send + 'static {
        let storm = self.clone();
        let wakers = self.wakers.clone();
        let work = async move {
            for _ in 0..1 + chance.below(8) {
                storm.section(&mut chance).await;
            }
        };
        CountsWakers { work: Box::pin(work), task: None, wakers }
    }

    async fn section(&self, chance: &mut Chance) {
        if chance.one_in(3) {
            self.mutexes[chance.below(2) as usize].section(chance).await;
        } else {
            self.rwlocks[chance.below(2) as usize].section(chance).await;
        }
    }

    /// All tasks are gone.
    fn check(&self, ends: &Ends) {
        let Storm { seed, tasks, .. } = self;
        assert_eq!(ends.finished + ends.cancelled, *tasks, "every task ended, seed {seed}");
        for place in &self.mutexes {
            let guard = place.lock.try_lock().expect("every lock is free");
            assert_eq!(*guard, place.completed.load(Relaxed), "no section is lost, seed {seed}");
            assert_eq!(place.inside.load(Relaxed), 0, "nobody is inside, seed {seed}");
            assert_eq!(Arc::strong_count(&place.lock), 1, "no handle is left, seed {seed}");
        }
        for place in &self.rwlocks {
            let guard = place.lock.try_write().expect("every lock is free");
            assert_eq!(*guard, place.completed.load(Relaxed), "no section is lost, seed {seed}");
            assert_eq!(place.inside.load(Relaxed), 0, "nobody is inside, seed {seed}");
            assert_eq!(Arc::strong_count(&place.lock), 1, "no handle is left, seed {seed}");
        }
        let [alive, ever] = &*self.wakers;
        assert_eq!(alive.load(Relaxed), 0, "every waker is dropped, seed {seed}");
        assert!(ends.finished > tasks / 5, "those left alone come through: {ends:?}, seed {seed}");
        assert!(ends.cancelled > tasks / 20, "some don't: {ends:?}, seed {seed}");
        println!("{ends:?} {} wakers", ever.load(Relaxed));
    }
}

async fn pause(chance: &mut Chance) {
    match chance.below(4) {
        0 => smol::future::yield_now().await,
        1 => {
            smol::future::yield_now().await;
            smol::future::yield_now().await;
        }
        _ => {}
    }
}

impl<L> Place<L> {
    /// A section that writes. After its last await it is completed, in the value and beside it.
    async fn write(&self, mut value: impl DerefMut<Target = u64>, chance: &mut Chance) {
        let _inside = Inside::alone(&self.inside);
        let before = *value;
        pause(chance).await;
        *value = before + 1;
        self.completed.fetch_add(1, Relaxed);
    }

    /// A section that reads.
    async fn read(&self, value: &u64, chance: &mut Chance) {
        let _inside = Inside::reading(&self.inside);
        let before = *value;
        pause(chance).await;
        assert_eq!(*value, before, "nobody writes while one reads");
    }
}

impl Place<Arc<Mutex<u64>>> {
    async fn section(&self, chance: &mut Chance) {
        let mutex = &self.lock;
        match chance.below(5) {
            0 => self.write(mutex.lock().await, chance).await,
            1 => self.write(mutex.clone().lock_owned().await, chance).await,
            2 => self.write(MutexGuard::map(mutex.lock().await, |it| it), chance).await,
            3 => {
                self.write(OwnedMutexGuard::map(mutex.clone().lock_owned().await, |it| it), chance)
                    .await;
            }
            _ => {
                if let Ok(guard) = mutex.try_lock() {
                    self.write(guard, chance).await;
                }
            }
        }
    }
}

impl Place<Arc<RwLock<u64>>> {
    async fn section(&self, chance: &mut Chance) {
        let lock = &self.lock;
        match chance.below(12) {
            0 | 1 => self.read(&*lock.read().await, chance).await,
            2 | 3 => self.read(&*lock.clone().read_owned().await, chance).await,
            4 => self.read(&*lock.read_recursive().await, chance).await,
            5 => self.write(lock.write().await, chance).await,
            6 => self.write(lock.clone().write_owned().await, chance).await,
            7 => {
                let guard = lock.upgradable_read().await;
                let before = *guard;
                self.read(&guard, chance).await;
                let guard = RwLockUpgradableReadGuard::upgrade(guard).await;
                assert_eq!(*guard, before, "nobody writes before an upgrade");
                self.write(guard, chance).await;
            }
            8 => {
                let guard = lock.clone().upgradable_read_owned().await;
                self.read(&guard, chance).await;
                if chance.one_in(2) {
                    let guard = OwnedRwLockUpgradableReadGuard::upgrade(guard).await;
                    self.write(guard, chance).await;
                } else {
                    self.read(&OwnedRwLockUpgradableReadGuard::downgrade(guard), chance).await;
                }
            }
            9 => {
                let mut guard = lock.write().await;
                self.write(&mut *guard, chance).await;
                self.read(&guard.downgrade(), chance).await;
            }
            10 => {
                let mut guard = lock.clone().write_owned().await;
                self.write(&mut *guard, chance).await;
                let guard = OwnedRwLockWriteGuard::downgrade_to_upgradable(guard);
                self.read(&guard, chance).await;
                if let Ok(guard) = OwnedRwLockUpgradableReadGuard::try_upgrade(guard) {
                    self.write(guard, chance).await;
                }
            }
            _ => {
                if let Ok(guard) = lock.try_write() {
                    self.write(RwLockWriteGuard::into_mapped(guard), chance).await;
                } else if let Ok(guard) = lock.try_read() {
                    self.read(&guard, chance).await;
                }
            }
        }
    }
}

/// Runs the storm's tasks in waves on tokio: some run out of time, some are aborted.
async fn blow_on_tokio(storm: Arc<Storm>) -> Ends {
    let mut chance = Chance(storm.seed);
    let mut ends = Ends::default();
    for start in (0..storm.tasks).step_by(WAVE) {
        let wave = start..storm.tasks.min(start + WAVE);
        let tasks: Vec<_> = wave
            .map(|_| {
                let (task, limit) = (storm.task(Chance(chance.next())), chance.limit());
                let work = async move {
                    match limit {
                        Some(limit) => tokio::time::timeout(limit, task).await.is_ok(),
                        None => {
                            task.await;
                            true
                        }
                    }
                };
                (tokio::spawn(work), limit)
            })
            .collect();
        for (task, limit) in &tasks {
            if limit.is_some() && chance.one_in(4) {
                task.abort();
            }
            if chance.one_in(8) {
                tokio::task::yield_now().await;
            }
        }
        for (task, _) in tasks {
            match task.await {
                Ok(true) => ends.finished += 1,
                Ok(false) => ends.cancelled += 1,
                Err(error) if error.is_cancelled() => ends.cancelled += 1,
                Err(error) => resume_unwind(error.into_panic()),
            }
        }
    }
    ends
}

/// The same on smol's executor: tasks are cancelled, or just dropped.
async fn blow_on_smol(storm: Arc<Storm>, executor: &smol::Executor<'static>) -> Ends {
    let mut chance = Chance(storm.seed);
    let mut ends = Ends::default();
    for start in (0..storm.tasks).step_by(WAVE) {
        let wave = start..storm.tasks.min(start + WAVE);
        let tasks: Vec<_> = wave
            .map(|_| {
                let (task, limit) = (storm.task(Chance(chance.next())), chance.limit());
                let in_time = async move {
                    task.await;
                    true
                };
                let too_late = async move {
                    match limit {
                        Some(limit) => _ = smol::Timer::after(limit).await,
                        None => std::future::pending().await,
                    }
                    false
                };
                (executor.spawn(smol::future::or(in_time, too_late)), limit)
            })
            .collect();
        for (task, limit) in tasks {
            let finished = match chance.below(10) {
                0 if limit.is_some() => task.cancel().await.unwrap_or(false),
                1 if limit.is_some() => {
                    drop(task);
                    false
                }
                _ => task.await,
            };
            match finished {
                true => ends.finished += 1,
                false => ends.cancelled += 1,
            }
        }
    }
    ends
}

#[test]
fn a_storm_of_cancellations_on_tokio_with_two_threads_leaves_nothing_behind() {
    must_end(|| {
        let storm = Storm::new();
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_time().build();
        let ends = runtime.unwrap().block_on(blow_on_tokio(storm.clone()));
        storm.check(&ends);
    });
}

#[test]
fn a_storm_of_cancellations_on_tokio_with_one_thread_leaves_nothing_behind() {
    must_end(|| {
        let storm = Storm::new();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build();
        let ends = runtime.unwrap().block_on(blow_on_tokio(storm.clone()));
        storm.check(&ends);
    });
}

#[test]
fn a_storm_of_cancellations_on_smol_leaves_nothing_behind() {
    must_end(|| {
        let storm = Storm::new();
        let executor = smol::Executor::new();
        let (running, stopped) = smol::channel::bounded::<()>(1);
        let ends = std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| smol::block_on(executor.run(stopped.recv())));
            }
            let ends = smol::block_on(blow_on_smol(storm.clone(), &executor));
            drop(running);
            ends
        });
        // Drops the tasks that were dropped last.
        drop(executor);
        storm.check(&ends);
    });
}
