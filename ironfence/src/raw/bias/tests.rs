//! What is promised of an rwlock, of one that is biased: by futures that are polled by hand.

use std::{
    boxed::Box,
    future::Future,
    iter, mem,
    pin::{Pin, pin},
    sync::{Arc, Mutex, MutexGuard, PoisonError, atomic::Ordering::SeqCst},
    task::{Context, Poll, Waker},
    thread,
    vec::Vec,
};

use super::{
    super::{
        handle::Lockable,
        permit::{Exclusive, Shared},
        waiting::tests::Woken,
    },
    *,
};
use crate::{
    ArcField, OwnedRwLockReadGuard, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard,
    RwLockWriteGuard,
    sync::{GROUPS, SLOTS},
};

/// The table is one for all tests, and each wants to find a free group in it.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(PoisonError::into_inner)
}

fn begin<T>(lock: &RwLock<T>) {
    assert!(lock.raw().begin_bias(), "a group is free, and nobody but readers is there");
    assert!(is_biased(lock));
}

fn biased<T>(value: T) -> Box<RwLock<T>> {
    let lock = Box::new(RwLock::new(value));
    begin(&lock);
    lock
}

fn is_biased<T>(lock: &RwLock<T>) -> bool {
    lock.raw().state().is_biased()
}

/// Readers that are marked, and those in the count, of a biased lock.
fn marked_and_counted<T>(lock: &RwLock<T>) -> (u32, i32) {
    let state = lock.raw().state();
    assert!(state.is_biased());
    (Group::of_number(state.group()).count(), state.counted())
}

fn assert_idle<T>(lock: &RwLock<T>) {
    assert!(!lock.is_locked(), "{:?}", lock.raw().state());
    lock.raw().end_bias();
    assert_eq!(lock.raw().state(), State(0), "nobody holds it");
}

fn poll<F: Future>(future: &mut Pin<&mut F>, woken: &Arc<Woken>) -> Poll<F::Output> {
    future.as_mut().poll(&mut Context::from_waker(&Waker::from(woken.clone())))
}

/// What needs no waiting.
fn now<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(output) => output,
        Poll::Pending => panic!("it waits"),
    }
}

#[test]
fn readers_of_a_biased_lock_write_nothing_to_it() {
    let _alone = alone();
    let lock = biased(1);
    let before = lock.raw().state();
    let guards = [now(lock.read()), lock.try_read().unwrap(), now(lock.read_recursive())];
    assert_eq!(lock.raw().state(), before);
    assert_eq!(marked_and_counted(&lock), (3, 0));
    assert_eq!(lock.reader_count(), 3);
    assert!(lock.is_locked() && !lock.is_locked_exclusive());
    assert_eq!(*guards[2], 1);
    drop(guards);
    assert_eq!(lock.raw().state(), before);
    assert_eq!(marked_and_counted(&lock), (0, 0));
    assert_idle(&lock);
}

#[test]
fn a_free_lock_is_written_at_once_and_no_longer_biased() {
    let _alone = alone();
    let lock = biased(1);
    drop(now(lock.read()));
    *lock.try_write().expect("nobody reads any more") += 1;
    assert!(!is_biased(&lock));
    begin(&lock);
    *now(lock.write()) += 1;
    begin(&lock);
    *lock.blocking_write() += 1;
    assert_eq!(*now(lock.read()), 4);
    assert_idle(&lock);
}

#[test]
fn a_writer_sleeps_until_the_last_marked_reader_leaves_and_is_woken_by_it() {
    let _alone = alone();
    let lock = biased(());
    let (first, second) = (now(lock.read()), now(lock.read()));
    let (woken, mut writing) = (Arc::new(Woken::default()), pin!(lock.write()));
    assert!(poll(&mut writing, &woken).is_pending());
    assert!(!is_biased(&lock));
    assert_eq!(lock.reader_count(), 2);
    assert!(lock.try_read().is_err(), "readers do not starve a writer that sleeps");
    drop(first);
    assert_eq!(woken.times(), 0);
    drop(second);
    assert_eq!(woken.times(), 1, "the last one wakes it");
    assert!(poll(&mut writing, &woken).is_ready());
    assert_idle(&lock);
}

#[test]
fn a_writer_that_goes_away_lets_readers_in() {
    let _alone = alone();
    let lock = biased(());
    let first = now(lock.read());
    let woken = Arc::new(Woken::default());
    {
        let mut writing = Box::pin(lock.write());
        assert!(poll(&mut writing.as_mut(), &woken).is_pending());
        let mut reading = Box::pin(lock.read());
        assert!(poll(&mut reading.as_mut(), &woken).is_pending());
        drop(writing);
        assert_eq!(woken.times(), 1);
        assert!(poll(&mut reading.as_mut(), &woken).is_ready());
    }
    drop(first);
    assert_idle(&lock);
}

#[test]
fn one_that_tries_in_vain_leaves_the_readers_in() {
    let _alone = alone();
    let lock = biased(());
    let guard = now(lock.read());
    assert!(lock.try_write().is_err());
    assert_eq!(lock.reader_count(), 1);
    begin(&lock);
    assert_eq!(marked_and_counted(&lock), (0, 1), "it is counted by now");
    let other = now(lock.read());
    drop(guard); // by the mark of the other one
    assert_eq!(marked_and_counted(&lock), (0, 1));
    assert!(lock.try_write().is_err());
    drop(other);
    assert_idle(&lock);
}

#[test]
fn one_may_upgrade_beside_readers_that_were_marked() {
    let _alone = alone();
    let lock = biased(1);
    let guard = now(lock.read());
    let upgradable = lock.try_upgradable_read().expect("readers don't mind");
    assert!(!is_biased(&lock));
    assert_eq!(lock.reader_count(), 2);
    let upgradable = RwLockUpgradableReadGuard::try_upgrade(upgradable).expect_err("one reads");
    drop(guard);
    drop(RwLockUpgradableReadGuard::try_upgrade(upgradable).expect("nobody reads any more"));
    assert_idle(&lock);
}

#[test]
fn a_hold_that_was_downgraded_is_one_among_marks() {
    let _alone = alone();
    let lock = biased(1);
    let guard = RwLockWriteGuard::downgrade(now(lock.write()));
    assert!(!is_biased(&lock), "a downgrade begins none");
    begin(&lock);
    let other = now(lock.read());
    assert_eq!(marked_and_counted(&lock), (1, 1));
    drop((guard, other));
    assert_idle(&lock);
}

#[test]
fn a_guard_may_be_given_up_by_another_thread() {
    let _alone = alone();
    let lock = Arc::new(*biased(1));
    begin_again(&lock);
    let guards: Vec<OwnedRwLockReadGuard<i32>> =
        (0..3).map(|_| now(lock.clone().read_owned())).collect();
    let (woken, mut writing) = (Arc::new(Woken::default()), pin!(lock.write()));
    thread::spawn(move || drop(guards)).join().unwrap();
    assert_eq!(marked_and_counted(&lock), (3, -3), "by the count");
    assert!(!lock.is_locked());
    assert!(poll(&mut writing, &woken).is_ready());
    assert_idle(&lock);
}

/// A lock that was moved is no longer biased for its readers.
fn begin_again<T>(lock: &RwLock<T>) {
    lock.raw().end_bias();
    begin(lock);
}

#[test]
fn parts_and_fields_leave_as_they_came() {
    let _alone = alone();
    let lock = Arc::new(RwLock::new((1, 2)));
    begin(&lock);
    let part = RwLockReadGuard::map(now(lock.read()), |pair| &pair.1);
    let owned = OwnedRwLockReadGuard::map(now(lock.clone().read_owned()), |pair| &pair.0);
    let field = now(ArcField::new(lock.clone(), |lock| lock).read());
    assert_eq!(marked_and_counted(&lock), (3, 0));
    assert_eq!((*part, *owned, *field), (2, 1, (1, 2)));
    drop((part, owned, field));
    assert_eq!(marked_and_counted(&lock), (0, 0));
    assert_eq!(now(lock.with_read(|pair| pair.0)), 1);
    drop(now(crate::lock_all([lock.read()])));
    assert_eq!(marked_and_counted(&lock), (0, 0));
    assert_idle(&lock);
}

#[test]
fn where_a_slot_is_full_readers_are_counted() {
    let _alone = alone();
    let lock = biased(());
    let guards: Vec<_> = (0..5000).map(|_| now(lock.read())).collect();
    let (marked, counted) = marked_and_counted(&lock);
    assert!(counted > 0 && marked as usize + counted as usize == guards.len());
    assert_eq!(lock.reader_count(), guards.len());
    drop(guards);
    assert_eq!(marked_and_counted(&lock), (0, 0));
    assert_idle(&lock);
}

#[test]
fn as_many_are_in_as_can_be_marked_and_counted_and_no_more() {
    let _alone = alone();
    let lock = biased(());
    let mut guards: Vec<_> = iter::from_fn(|| lock.try_read().ok()).collect();
    assert!(!is_biased(&lock), "the one too many has ended it");
    assert!(guards.len() > MAX_READERS as usize, "{}", guards.len());
    assert_eq!(lock.reader_count(), guards.len());
    guards.truncate(MAX_READERS as usize);
    assert!(lock.try_read().is_err());
    let (woken, mut reading) = (Arc::new(Woken::default()), pin!(lock.read()));
    assert!(poll(&mut reading, &woken).is_pending());
    guards.truncate(MAX_READERS as usize - 1);
    assert_eq!(woken.times(), 1, "now there is room");
    assert!(poll(&mut reading, &woken).is_ready());
    drop(guards);
    assert_idle(&lock);
}

#[test]
fn all_who_are_marked_may_leave_by_the_count() {
    let _alone = alone();
    let lock = Arc::new(RwLock::new(()));
    begin(&lock);
    let fill_a_slot = || -> Vec<_> {
        let before = lock.raw().state();
        let has_room = || lock.raw().state() == before;
        iter::from_fn(|| has_room().then(|| now(lock.clone().read_owned()))).collect()
    };
    let fill = |_| thread::scope(|threads| threads.spawn(fill_a_slot).join().unwrap());
    let guards: Vec<_> = (0..SLOTS).flat_map(fill).collect();
    let (marked, _) = marked_and_counted(&lock);
    assert!(marked as usize > 2 * SLOTS, "each thread has filled its slot: {marked}");
    drop(guards);
    let (marked, counted) = marked_and_counted(&lock);
    assert_eq!(marked as i32, -counted, "but for those in the slot of this thread");
    assert!(!lock.is_locked());
    assert!(lock.try_write().is_ok());
    assert_idle(&lock);
}

#[test]
fn threads_that_share_a_slot_are_marked_there_together() {
    let _alone = alone();
    let lock = Arc::new(RwLock::new(()));
    begin(&lock);
    let guards: Vec<_> = (0..2 * SLOTS)
        .map(|_| {
            let lock = lock.clone();
            thread::spawn(move || now(lock.read_owned())).join().unwrap()
        })
        .collect();
    assert_eq!(marked_and_counted(&lock), (2 * SLOTS as u32, 0));
    drop(guards);
    assert_idle(&lock);
}

#[test]
fn there_are_so_many_groups_and_each_is_given_back() {
    let _alone = alone();
    for _ in 0..3 {
        let locks: Vec<_> = (0..GROUPS).map(biased).collect();
        let one_more = RwLock::new(());
        assert!(!one_more.raw().begin_bias(), "no group is free");
        drop(now(one_more.read()));
        drop(now(locks[3].write()));
        begin(&one_more);
        assert!(!locks[3].raw().begin_bias(), "its group is another's");
        for lock in &locks {
            drop(now(lock.read()));
            drop(now(lock.write()));
        }
    }
}

#[test]
fn a_lock_with_a_limit_is_never_biased() {
    let _alone = alone();
    let lock = RwLock::with_max_readers((), 2);
    assert!(!lock.raw().begin_bias());
    let guards = (now(lock.read()), now(lock.read()));
    assert!(lock.try_read().is_err());
    drop(guards);
    assert_idle(&lock);
}

#[test]
fn one_that_is_held_alone_or_waited_for_does_not_become_biased() {
    let _alone = alone();
    let lock = RwLock::new(());
    let writing = now(lock.write());
    assert!(!lock.raw().begin_bias());
    drop(writing);
    let upgradable = now(lock.upgradable_read());
    assert!(!lock.raw().begin_bias());
    drop(upgradable);
    let reading = now(lock.read());
    let mut waiting = Box::pin(lock.write());
    assert!(poll(&mut waiting.as_mut(), &Arc::default()).is_pending());
    assert!(!lock.raw().begin_bias());
    drop(waiting);
    drop(reading);
    assert_idle(&lock);
}

/// One that was called, was silent until another one was called past it, and is still there.
fn outlasted<T>(lock: &RwLock<T>) -> Pin<Box<impl Future<Output = RwLockWriteGuard<'_, T>>>> {
    let (woken, holding) = (Arc::default(), now(lock.write()));
    let mut silent = Box::pin(lock.write());
    assert!(poll(&mut silent.as_mut(), &woken).is_pending());
    drop(holding);
    assert_eq!(woken.times(), 1);
    let mut next = pin!(lock.write());
    while poll(&mut next, &woken).is_pending() {}
    silent
}

#[test]
fn one_that_was_outlasted_answers_to_a_lock_that_is_biased_by_now() {
    let _alone = alone();
    // One of them is in another group than the first.
    let locks = [RwLock::new(()), RwLock::new(())];
    for goes_away in [true, false] {
        let silent = locks.each_ref().map(outlasted);
        locks.iter().for_each(begin);
        for (lock, mut silent) in locks.iter().zip(silent) {
            let (before, reading) = (lock.raw().state(), now(lock.read()));
            if goes_away {
                drop(silent);
                assert_eq!(lock.raw().state(), before, "it is nothing to the readers");
                drop(reading);
            } else {
                let woken = Arc::default();
                assert!(poll(&mut silent.as_mut(), &woken).is_pending(), "one reads");
                drop(reading);
                assert!(poll(&mut silent.as_mut(), &woken).is_ready());
            }
            assert_idle(lock);
        }
    }
}

#[test]
fn the_value_of_a_biased_lock_is_had_as_that_of_any_other() {
    let _alone = alone();
    let mut lock = *biased(1);
    *lock.get_mut() += 1;
    assert_eq!(std::format!("{lock:?}"), "RwLock { data: 2 }");
    assert_eq!(lock.into_inner(), 2);
}

#[test]
fn forgotten_guards_are_none_of_the_next_lock_at_its_place() {
    let _alone = alone();
    let mut place = Box::new(Some(RwLock::new(())));
    for _ in 0..3 {
        let lock = place.as_ref().as_ref().unwrap();
        begin(lock);
        mem::forget(now(lock.read()));
        assert_eq!(marked_and_counted(lock), (1, 0));
        *place = None;
        *place = Some(RwLock::new(()));
        let lock = place.as_ref().as_ref().unwrap();
        begin(lock);
        assert_eq!(marked_and_counted(lock), (0, 0));
        assert!(lock.try_write().is_ok());
    }
}

#[test]
fn a_lock_that_is_moved_takes_its_forgotten_guards_along() {
    let _alone = alone();
    let mut places: Box<[Option<RwLock<()>>; 2]> = Box::new([Some(RwLock::new(())), None]);
    begin(places[0].as_ref().unwrap());
    mem::forget(now(places[0].as_ref().unwrap().read()));
    places[1] = places[0].take();
    places[0] = Some(RwLock::new(()));
    let (next, moved) = (places[0].as_ref().unwrap(), places[1].as_ref().unwrap());
    begin(next);
    assert!(is_biased(moved));
    assert_eq!((next.reader_count(), moved.reader_count()), (0, 1));
    drop(now(moved.read()));
    assert!(!is_biased(moved), "its marks have another address");
    assert!(next.try_write().is_ok());
    assert!(moved.try_write().is_err(), "it is held by a guard that was forgotten");
    begin(moved);
    assert_eq!(marked_and_counted(moved), (0, 1));
}

#[test]
fn a_lock_that_is_moved_takes_its_number_along() {
    let _alone = alone();
    let lock = Arc::new(RwLock::new(()));
    begin(&lock);
    let guard = now(lock.clone().read_owned());
    thread::spawn(move || drop(guard)).join().unwrap();
    assert_eq!(marked_and_counted(&lock), (1, -1));
    let moved = Box::new(Arc::into_inner(lock).expect("nobody else has it"));
    assert!(is_biased(&moved) && !moved.is_locked());
    let guard = now(moved.read());
    assert_eq!(moved.raw().state(), State(ONE_READER));
    drop(guard);
    assert_idle(&moved);
}

#[test]
fn readers_that_collide_begin_a_bias() {
    let _alone = alone();
    let lock = Arc::new(RwLock::new(0));
    let begun = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let threads: Vec<_> = (0..4)
        .map(|_| {
            let (lock, begun) = (lock.clone(), begun.clone());
            thread::spawn(move || {
                while !begun.load(SeqCst) {
                    for _ in 0..1000 {
                        drop(lock.try_read().expect("nobody writes"));
                    }
                    if is_biased(&lock) {
                        begun.store(true, SeqCst);
                    }
                }
            })
        })
        .collect();
    for thread in threads {
        thread.join().unwrap();
    }
    assert_idle(&lock);
}

#[test]
fn a_bias_that_was_in_vain_is_not_begun_again_soon() {
    let _alone = alone();
    let lock = RwLock::new(0);
    // It ends at once, unless this thread is held up.
    assert!((0..10_000).any(|_| {
        begin(&lock);
        lock.raw().end_bias();
        // One call in 16 looks at the clock.
        (0..16).filter(|_| lock.raw().pays_to_bias()).count() <= 1
    }));
}

#[test]
fn a_lock_says_whether_it_is_free_and_whether_it_is_held_alone() {
    let _alone = alone();
    let lock = biased(1);
    let is_free = || {
        let raw = lock.raw();
        [raw.is_free::<Shared>(), raw.is_free::<Exclusive>(), raw.is_held(), raw.is_exclusive()]
    };
    assert_eq!(is_free(), [true, true, false, false], "biased, and nobody reads");
    let reader = now(lock.read());
    assert_eq!(is_free(), [true, false, true, false], "one is marked");
    lock.raw().end_bias();
    assert_eq!(is_free(), [true, false, true, false], "one reads");
    drop(reader);
    assert_eq!(is_free(), [true, true, false, false]);
    let writer = now(lock.write());
    assert_eq!(is_free(), [false, false, true, true]);
    drop(writer);
    assert_eq!(is_free(), [true, true, false, false]);
}
