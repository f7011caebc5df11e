//! Who reads together: a barrier inside the readers says that they are in at one time.

use std::{
    future::Future,
    pin::Pin,
    sync::{
        Arc as StdArc,
        atomic::{AtomicUsize, Ordering},
    },
};

use shuttle::sync::Barrier;

use super::{
    acts::visitor,
    draw, explore,
    ledger::{Ledger, is_as_new},
    one_in,
    tasks::{all_at_once, give_up, pause, queued, run},
};
use crate::{OwnedRwLockReadGuard, RwLock};

type Pages = super::ledger::Pages;
type Reader = Pin<Box<dyn Future<Output = OwnedRwLockReadGuard<Pages>> + Send>>;

/// So many readers that stand in the queue, one behind the other.
fn readers(ledger: &Ledger, count: usize) -> Vec<Reader> {
    (0..count).map(|_| queued(ledger.lock.clone().read_owned()) as Reader).collect()
}

/// Comes in, and goes when the others are in too.
fn meet(reader: Reader, inside: &StdArc<Barrier>) -> Box<dyn FnOnce() + Send> {
    let inside = inside.clone();
    Box::new(move || {
        let guard = run(reader);
        inside.wait();
        drop(guard);
    })
}

#[test]
fn readers_in_front_come_in_together() {
    explore(|| {
        let ledger = Ledger::new();
        let holding = ledger.lock.clone().try_write_owned().expect("nobody has it");
        // More than are called in one critical section.
        let count = 2 + draw(3) as usize;
        let stays = one_in(2);
        let inside = StdArc::new(Barrier::new(count + usize::from(stays)));
        let mut all: Vec<_> =
            readers(&ledger, count).into_iter().map(|it| meet(it, &inside)).collect();
        all.push(visitor(&ledger));
        all.push(Box::new(move || {
            if stays {
                let reading = holding.downgrade();
                inside.wait();
                drop(reading);
            } else {
                drop(holding);
            }
        }));
        all_at_once(all);
        ledger.close();
    });
}

/// The bearer of a call may be any of those who were called.
#[test]
fn readers_come_in_together_although_some_of_them_go_away() {
    explore(|| {
        let ledger = Ledger::new();
        let holding = ledger.lock.clone().try_write_owned().expect("nobody has it");
        let mut queue = readers(&ledger, 5);
        let leaving: Vec<_> =
            (0..2).map(|_| queue.remove(draw(queue.len() as u32) as usize)).collect();
        let inside = StdArc::new(Barrier::new(queue.len()));
        let mut all: Vec<_> = queue.into_iter().map(|it| meet(it, &inside)).collect();
        for reader in leaving {
            all.push(Box::new(move || {
                if one_in(2) {
                    pause();
                    drop(reader);
                } else {
                    drop(run(give_up(reader)));
                }
            }));
        }
        all.push(visitor(&ledger));
        all.push(Box::new(move || {
            if one_in(2) {
                drop(holding.downgrade());
            } else {
                drop(holding);
            }
        }));
        all_at_once(all);
        ledger.close();
    });
}

/// As many as may read do so together, and each that leaves makes place for the next.
#[test]
fn a_limit_admits_readers_up_to_it() {
    explore(|| {
        const ROUNDS: usize = 2;
        let most = 1 + draw(2) as usize;
        let ledger = Ledger::with_max_readers(most);
        let reading = StdArc::new(AtomicUsize::new(0));
        let inside = StdArc::new(Barrier::new(most));
        let holding = ledger.lock.try_write().expect("nobody has it");
        let mut all: Vec<Box<dyn FnOnce() + Send>> = Vec::new();
        for reader in readers(&ledger, ROUNDS * most) {
            let (inside, reading) = (inside.clone(), reading.clone());
            all.push(Box::new(move || {
                let guard = run(reader);
                assert!(reading.fetch_add(1, Ordering::Relaxed) < most, "no more than may");
                inside.wait();
                reading.fetch_sub(1, Ordering::Relaxed);
                drop(guard);
            }));
        }
        drop(holding);
        all_at_once(all);
        ledger.close();
    });
}

/// One reads while the lock gets another group in the table of marks, as a second lock has taken the one that it had.
#[test]
fn a_reader_that_comes_late_to_the_group_that_its_lock_had_is_seen_by_who_writes() {
    explore(|| {
        let locks = [(); 2].map(|()| StdArc::new(RwLock::new(())));
        let reader = |lock: StdArc<RwLock<()>>| -> Box<dyn FnOnce() + Send> {
            Box::new(move || {
                for _ in 0..3 {
                    let guard = lock.try_read();
                    pause();
                    drop(guard);
                }
            })
        };
        let writer = {
            let locks = locks.clone();
            Box::new(move || {
                for _ in 0..4 {
                    let guard = locks[draw(2) as usize].try_write();
                    pause();
                    drop(guard);
                }
            })
        };
        let [first, second] = &locks;
        let readers = [first, first, second].map(|lock| reader(lock.clone()));
        all_at_once(readers.into_iter().chain([writer as _]).collect());
        locks.iter().for_each(|lock| is_as_new(lock));
    });
}
