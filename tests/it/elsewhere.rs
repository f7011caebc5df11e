//! Read guards that are given up where others were made, of more locks than may be biased at a time, which come and
//! go and move: who writes is alone, nobody is forgotten, and what a lock leaves is nothing to the next one at its place.

use std::{
    future::Future,
    mem,
    ops::Deref as _,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
        mpsc::{Receiver, Sender, channel},
    },
    task::Poll,
    thread,
};

use ironfence::{Mutex, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard, RwLock};
use ironfence_tests::{polled::Polled, watchdog::must_end};

use crate::storm::Chance;

const THREADS: u64 = 4;
/// Each of them has so many.
const TURNS: usize = 5_000;
/// More than there are groups.
const LOCKS: u64 = 80;

/// Two numbers that are equal, and beside them who is inside: -1 if one writes. (It orders nothing: else the
/// ThreadSanitizer would not see whether the lock does.)
#[derive(Default)]
struct Book {
    pages: (u64, u64),
    inside: AtomicI64,
}

impl Book {
    fn write(&mut self) {
        assert_eq!(self.inside.swap(-1, Relaxed), 0, "who writes is alone");
        self.pages.0 += 1;
        self.pages.1 += 1;
        self.inside.store(0, Relaxed);
    }
}

/// A guard, from when it was had until it is given up, wherever that is.
struct Reading(OwnedRwLockReadGuard<Book>);

impl Reading {
    fn new(guard: OwnedRwLockReadGuard<Book>) -> Self {
        assert!(guard.inside.fetch_add(1, Relaxed) >= 0, "nobody writes while one reads");
        Self(guard)
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let book = self.0.deref();
        assert_eq!(book.pages.0, book.pages.1, "nobody writes while one reads");
        assert!(book.inside.fetch_sub(1, Relaxed) > 0, "nobody writes while one reads");
    }
}

/// What one thread does.
struct Clerk {
    shelf: Arc<Vec<Mutex<Arc<RwLock<Book>>>>>,
    chance: Chance,
    others: Vec<Sender<Reading>>,
    given: Receiver<Reading>,
    /// On no shelf.
    spare: RwLock<Book>,
}

impl Clerk {
    fn turn(&mut self) {
        let lock = self.choose();
        match self.chance.below(16) {
            0 => self.wait_for(lock.write()).write(),
            1 => {
                self.wait_for(lock.clone().write_owned()).write();
                let mut guard = self.wait_for(lock.write_owned());
                guard.write();
                self.hand_on(Reading::new(guard.downgrade()));
            }
            2 => {
                if let Ok(mut guard) = lock.try_write() {
                    guard.write();
                }
            }
            3 => {
                if let Ok(guard) = lock.try_upgradable_read_owned() {
                    _ = OwnedRwLockUpgradableReadGuard::try_upgrade(guard)
                        .map(|mut guard| guard.write());
                }
            }
            4 => drop(Polled::new(lock.write()).poll()), // it begins to wait, and goes away
            5 => self.replace(),
            6 => drop(Reading::new(self.wait_for(lock.read_owned()))),
            _ => {
                if let Ok(guard) = lock.try_read_owned() {
                    self.hand_on(Reading::new(guard));
                }
            }
        }
        self.end_the_given();
    }

    /// Three of them are used by all, most of the time.
    fn choose(&mut self) -> Arc<RwLock<Book>> {
        let count = if self.chance.one_in(3) { LOCKS } else { 3 };
        self.shelf[self.chance.below(count) as usize].blocking_lock().clone()
    }

    /// Polls it when it is woken, and not before. Meanwhile what others gave is given up: they may wait for that.
    fn wait_for<F: Future>(&self, future: F) -> F::Output {
        let mut waiting = Polled::new(future);
        loop {
            let wakes = waiting.wakes();
            if let Poll::Ready(guard) = waiting.poll() {
                return guard;
            }
            while waiting.wakes() == wakes {
                self.end_the_given();
                thread::yield_now();
            }
        }
    }

    /// To another thread, or to itself, or to one that has ended.
    fn hand_on(&mut self, guard: Reading) {
        if self.chance.one_in(2) {
            let other = self.chance.below(THREADS) as usize;
            _ = self.others[other].send(guard);
        }
    }

    fn end_the_given(&self) {
        self.given.try_iter().for_each(drop);
    }

    /// One that nobody uses goes, or moves, and another one comes to its address.
    fn replace(&mut self) {
        let number = self.chance.below(LOCKS) as usize;
        let mut place = self.shelf[number].blocking_lock();
        let Some(lock) = Arc::get_mut(&mut place) else { return };
        mem::swap(lock, &mut self.spare);
        if self.chance.one_in(2) {
            let gone = mem::take(&mut self.spare).into_inner();
            assert_eq!(gone.inside.into_inner(), 0, "all have left");
        }
    }
}

#[test]
fn guards_are_given_up_where_others_were_made() {
    must_end(|| {
        let shelf: Arc<Vec<_>> = Arc::new((0..LOCKS).map(|_| Mutex::default()).collect());
        let (others, given): (Vec<_>, Vec<_>) = (0..THREADS).map(|_| channel()).unzip();
        let seed = std::time::UNIX_EPOCH.elapsed().unwrap().as_nanos() as u64;
        println!("seed {seed}"); // shown if it fails
        let clerks = given.into_iter().zip(seed..).map(|(given, seed)| Clerk {
            shelf: shelf.clone(),
            chance: Chance(seed),
            others: others.clone(),
            given,
            spare: RwLock::default(),
        });
        let threads: Vec<_> = clerks
            .map(|mut clerk| thread::spawn(move || (0..TURNS).for_each(|_| clerk.turn())))
            .collect();
        drop(others);
        threads.into_iter().for_each(|thread| thread.join().expect("no thread panics"));
        for place in shelf.iter() {
            let lock = place.blocking_lock();
            assert_eq!(lock.reader_count(), 0, "all have left");
            assert!(lock.try_write().is_ok(), "all have left");
        }
    });
}
