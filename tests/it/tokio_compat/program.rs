//! A program written for `tokio::sync`. Whoever includes it says what `sync` is; nothing else in
//! here may depend on it.

use std::{
    collections::HashMap,
    error::Error,
    fmt::{Debug, Display},
    future::Future,
    pin::{Pin, pin},
    sync::Arc,
    task::{Context, Waker},
    thread,
};

use super::sync::{
    MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock,
    RwLockMappedWriteGuard, RwLockReadGuard, RwLockWriteGuard, TryLockError,
};

static NAMES: Mutex<Vec<&str>> = Mutex::const_new(Vec::new());
static LIMITS: RwLock<u32> = RwLock::const_new(1);
static FEW_READERS: RwLock<u32> = RwLock::const_with_max_readers(1, 2);

/// Every guard in a place where its type is written out.
struct Held<'a> {
    mutex: MutexGuard<'a, u32>,
    mapped: MappedMutexGuard<'a, str>,
    owned: OwnedMutexGuard<u32>,
    owned_mapped: OwnedMappedMutexGuard<Pair, u32>,
    owned_mapped_whole: OwnedMappedMutexGuard<u32>,
    write: RwLockWriteGuard<'a, u32>,
    mapped_write: RwLockMappedWriteGuard<'a, str>,
    owned_write: OwnedRwLockWriteGuard<u32>,
    owned_mapped_write: OwnedRwLockMappedWriteGuard<Pair, u32>,
    owned_mapped_write_whole: OwnedRwLockMappedWriteGuard<u32>,
    read: RwLockReadGuard<'a, str>,
    owned_read: OwnedRwLockReadGuard<u32>,
    owned_mapped_read: OwnedRwLockReadGuard<Pair, u32>,
}

#[derive(Debug, Default, PartialEq)]
struct Pair {
    number: u32,
    name: String,
}

fn pair() -> Pair {
    Pair { number: 1, name: "one".into() }
}

trait Animal: Send + Sync {
    fn rename(&mut self, name: &str);
    fn name(&self) -> &str;
}

impl Animal for Pair {
    fn rename(&mut self, name: &str) {
        self.name = name.into();
    }

    fn name(&self) -> &str {
        &self.name
    }
}

/// Polls once, with a waker that nobody hears.
fn is_pending<F: Future>(future: Pin<&mut F>) -> bool {
    future.poll(&mut Context::from_waker(Waker::noop())).is_pending()
}

fn shown(value: &(impl Debug + ?Sized)) -> String {
    format!("{value:?}")
}

fn printed(value: &(impl Display + ?Sized)) -> String {
    format!("{value}")
}

mod mutex {
    use super::*;

    #[tokio::test]
    async fn is_made_in_every_way_and_taken_apart_again() {
        let mut mutex = Mutex::new(1);
        *mutex.get_mut() += 1;
        assert_eq!(mutex.into_inner(), 2, "`get_mut` writes the value");
        assert_eq!(Mutex::from(3).into_inner(), 3);
        let converted: Mutex<&str> = "a".into();
        assert_eq!(converted.into_inner(), "a");
        assert_eq!(Mutex::<Pair>::default().into_inner(), Pair::default());
        NAMES.lock().await.push("a");
        assert_eq!(*NAMES.lock().await, ["a"], "a static is locked like any other");
    }

    #[tokio::test]
    async fn shows_its_value_unless_it_is_locked() {
        let mutex = Mutex::new(1);
        assert_eq!(shown(&mutex), "Mutex { data: 1 }");
        let guard = mutex.lock().await;
        assert_eq!(shown(&mutex), "Mutex { data: <locked> }", "showing never waits");
        assert_eq!(shown(&guard), "1", "a guard shows as its value");
        assert_eq!(printed(&guard), "1", "a guard prints as its value");
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn counts_what_many_tasks_add() {
        let count = Arc::new(Mutex::new(0));
        let tasks: Vec<_> = (0..8)
            .map(|_| {
                let count = Arc::clone(&count);
                tokio::spawn(async move {
                    for _ in 0..100 {
                        let mut guard = count.lock().await;
                        let before = *guard;
                        tokio::task::yield_now().await;
                        *guard = before + 1;
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*count.lock().await, 800, "nobody else writes while a guard lives");
    }

    #[tokio::test]
    async fn is_tried_without_waiting() {
        let mutex = Arc::new(Mutex::new(1));
        let guard = mutex.try_lock().unwrap();
        let error: TryLockError = mutex.try_lock().unwrap_err();
        assert!(!error.to_string().is_empty());
        assert_eq!(shown(&error), "TryLockError(())");
        assert!(mutex.clone().try_lock_owned().is_err());
        drop(guard);
        let guard: OwnedMutexGuard<u32> = mutex.clone().try_lock_owned().unwrap();
        assert!(mutex.try_lock().is_err(), "an owned guard holds the lock as well");
        drop(guard);

        fn tried(mutex: &Mutex<u32>) -> Result<u32, Box<dyn Error + Send + Sync>> {
            Ok(*mutex.try_lock()?)
        }
        assert_eq!(tried(&mutex).unwrap(), 1, "`?` turns the error into a box");
    }

    #[test]
    fn is_locked_by_threads() {
        let mutex = Arc::new(Mutex::new(0));
        let guard = mutex.blocking_lock();
        let threads = [false, true].map(|owned| {
            let mutex = Arc::clone(&mutex);
            thread::spawn(move || {
                if owned {
                    *mutex.blocking_lock_owned() += 1;
                } else {
                    *mutex.blocking_lock() += 1;
                }
            })
        });
        assert_eq!(*guard, 0, "the threads wait");
        drop(guard);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(Arc::into_inner(mutex).unwrap().into_inner(), 2);
    }

    #[tokio::test]
    async fn guard_is_mapped_to_a_part() {
        let mutex = Mutex::new(pair());
        let guard = mutex.lock().await;
        assert!(std::ptr::eq(MutexGuard::mutex(&guard), &raw const mutex));
        let whole: MappedMutexGuard<'_, Pair> = MutexGuard::map(guard, |pair| pair);
        let mut name = MappedMutexGuard::map::<String, _>(whole, |pair| &mut pair.name);
        name.push('!');
        assert!(mutex.try_lock().is_err(), "the part keeps the lock");
        assert_eq!((shown(&name), printed(&name)), ("\"one!\"".into(), "one!".into()));
        let name = MappedMutexGuard::try_map(name, |_| None::<&mut u32>).unwrap_err();
        let name = MappedMutexGuard::try_map(name, |name| Some(name)).unwrap();
        assert_eq!(*name, "one!");
        drop(name);

        let guard = mutex.lock().await;
        let guard = MutexGuard::try_map(guard, |_| None::<&mut u32>).unwrap_err();
        let Ok(mut number) = MutexGuard::try_map(guard, |pair| Some(&mut pair.number)) else {
            panic!("a closure that finds something narrows the guard");
        };
        *number += 1;
        drop(number);
        assert_eq!(mutex.into_inner().number, 2);
    }

    #[tokio::test]
    async fn owned_guard_is_mapped_to_a_part() {
        let mutex = Arc::new(Mutex::new(pair()));
        let guard = mutex.clone().lock_owned().await;
        assert!(Arc::ptr_eq(OwnedMutexGuard::mutex(&guard), &mutex));
        assert!(shown(&guard).contains("one"));
        let whole: OwnedMappedMutexGuard<Pair> = OwnedMutexGuard::map(guard, |pair| pair);
        let mut name: OwnedMappedMutexGuard<Pair, String> =
            OwnedMappedMutexGuard::map(whole, |pair| &mut pair.name);
        name.push('!');
        assert_eq!((shown(&name), printed(&name)), ("\"one!\"".into(), "one!".into()));
        let name = OwnedMappedMutexGuard::try_map(name, |_| None::<&mut u32>).unwrap_err();
        let name = OwnedMappedMutexGuard::try_map(name, |name| Some(name)).unwrap();
        assert_eq!(*name, "one!");
        assert!(mutex.try_lock().is_err(), "the part keeps the lock");
        drop(name);

        let guard = mutex.clone().lock_owned().await;
        let guard = OwnedMutexGuard::try_map(guard, |_| None::<&mut u32>).unwrap_err();
        let part = OwnedMutexGuard::try_map(guard, |pair| Some(&mut pair.number)).unwrap();
        drop(mutex);
        let part = tokio::spawn(async move { part }).await.unwrap();
        assert_eq!((*part, printed(&part)), (1, "1".into()), "the part keeps the value alive");
        let number = Arc::new(Mutex::new(4)).lock_owned().await;
        assert_eq!(printed(&number), "4", "the guard keeps the value alive");
    }

    #[tokio::test]
    async fn guards_a_value_without_a_size() {
        let bytes: &Mutex<[u8]> = &Mutex::new([1, 2, 3]);
        bytes.lock().await[0] = 9;
        assert_eq!(bytes.lock().await.iter().sum::<u8>(), 14);
        let animal: Arc<Mutex<dyn Animal>> = Arc::new(Mutex::new(pair()));
        animal.lock().await.rename("Rex");
        assert_eq!(animal.lock_owned().await.name(), "Rex");
        let mut boxed: Box<Mutex<dyn Animal>> = Box::new(Mutex::new(pair()));
        boxed.get_mut().rename("Tex");
        assert_eq!(boxed.try_lock().unwrap().name(), "Tex");
    }

    #[tokio::test]
    async fn serves_its_waiters_in_order() {
        let mutex = Arc::new(Mutex::new(Vec::new()));
        let guard = mutex.lock().await;
        let tasks: Vec<_> = (0..5)
            .map(|number| {
                let mutex = Arc::clone(&mutex);
                tokio::spawn(async move { mutex.lock().await.push(number) })
            })
            .collect();
        tokio::task::yield_now().await;
        drop(guard);
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*mutex.lock().await, [0, 1, 2, 3, 4], "who queued first has it first");
    }

    #[tokio::test]
    async fn forgets_a_waiter_that_gives_up() {
        let mutex = Mutex::new(1);
        let guard = mutex.lock().await;
        {
            let mut gives_up = pin!(mutex.lock());
            assert!(is_pending(gives_up.as_mut()), "a locked mutex is waited for");
            let never_polled = mutex.lock();
            drop(never_polled);
        }
        drop(guard);
        assert!(mutex.try_lock().is_ok(), "nobody waits, so the lock is free");
    }

    #[tokio::test]
    async fn is_released_by_a_panic_and_not_poisoned() {
        let mutex = Arc::new(Mutex::new(1));
        let panics = tokio::spawn({
            let mutex = Arc::clone(&mutex);
            async move {
                let _guard = mutex.lock().await;
                panic!("while the lock is held");
            }
        });
        assert!(panics.await.is_err());
        assert_eq!(*mutex.lock().await, 1, "a panic releases the lock");
    }

    #[tokio::test]
    async fn future_is_boxed_and_selected() {
        type Boxed<'a> = Pin<Box<dyn Future<Output = MutexGuard<'a, u32>> + Send + 'a>>;
        let mutex = Mutex::new(1);
        let mut future: Boxed<'_> = Box::pin(mutex.lock());
        let guard = tokio::select! {
            guard = &mut future => guard,
            () = std::future::pending() => unreachable!(),
        };
        let late = tokio::time::timeout(std::time::Duration::from_millis(1), mutex.lock()).await;
        assert!(late.is_err(), "a lock that is held is not had in time");
        assert_eq!(*guard, 1);
    }
}

mod rwlock {
    use super::*;

    #[tokio::test]
    async fn is_made_in_every_way_and_taken_apart_again() {
        let mut lock = RwLock::new(1);
        *lock.get_mut() += 1;
        assert_eq!(lock.into_inner(), 2, "`get_mut` writes the value");
        assert_eq!(RwLock::from(3).into_inner(), 3);
        let converted: RwLock<&str> = "a".into();
        assert_eq!(converted.into_inner(), "a");
        assert_eq!(RwLock::<Pair>::default().into_inner(), Pair::default());
        *LIMITS.write().await += 1;
        assert_eq!(*LIMITS.read().await, 2, "a static is locked like any other");
    }

    #[tokio::test]
    async fn shows_its_value_unless_it_is_written() {
        let lock = RwLock::new(1);
        let guard = lock.read().await;
        assert_eq!(shown(&lock), "RwLock { data: 1 }", "readers do not hide the value");
        assert_eq!((shown(&guard), printed(&guard)), ("1".into(), "1".into()));
        drop(guard);
        let guard = lock.write().await;
        assert_eq!(shown(&lock), "RwLock { data: <locked> }", "showing never waits");
        assert_eq!((shown(&guard), printed(&guard)), ("1".into(), "1".into()));
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn counts_what_many_tasks_add() {
        let count = Arc::new(RwLock::new((0, 0)));
        let tasks: Vec<_> = (0..8)
            .map(|task| {
                let count = Arc::clone(&count);
                tokio::spawn(async move {
                    for _ in 0..50 {
                        if task % 2 == 0 {
                            let (left, right) = *count.read().await;
                            assert_eq!(left, right, "nobody reads while somebody writes");
                        } else {
                            let mut guard = count.write().await;
                            guard.0 += 1;
                            tokio::task::yield_now().await;
                            guard.1 += 1;
                        }
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(*count.read().await, (200, 200));
    }

    #[tokio::test]
    async fn has_many_readers_or_one_writer() {
        let lock = Arc::new(RwLock::new(1));
        let (one, other) = tokio::join!(lock.read(), lock.read());
        assert!(lock.try_read().is_ok(), "readers share");
        assert!(lock.try_write().is_err(), "who writes is alone");
        assert!(lock.clone().try_write_owned().is_err());
        drop((one, other));
        let guard = lock.try_write().unwrap();
        let error: TryLockError = lock.try_read().unwrap_err();
        assert!(!error.to_string().is_empty());
        assert!(lock.clone().try_read_owned().is_err());
        drop(guard);
        let one: OwnedRwLockReadGuard<u32> = lock.clone().try_read_owned().unwrap();
        let other = lock.clone().try_read_owned().unwrap();
        assert!(lock.try_write().is_err(), "owned guards hold the lock as well");
        drop((one, other));
        let guard: OwnedRwLockWriteGuard<u32> = lock.clone().try_write_owned().unwrap();
        assert!(lock.try_read().is_err());
        drop(guard);
    }

    #[test]
    fn is_taken_by_threads() {
        let lock = Arc::new(RwLock::new(0));
        let guard = lock.blocking_write();
        let threads = [0, 1].map(|number| {
            let lock = Arc::clone(&lock);
            thread::spawn(move || match number {
                0 => assert_eq!(*lock.blocking_read() % 2, 0),
                _ => *lock.blocking_write() += 2,
            })
        });
        drop(guard);
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(*lock.blocking_read(), 2);
    }

    #[tokio::test]
    async fn admits_no_more_readers_than_its_limit() {
        let lock = RwLock::with_max_readers(1, 2);
        let (one, _other) = (lock.read().await, lock.read().await);
        assert!(lock.try_read().is_err(), "the limit is two readers");
        let mut third = pin!(lock.read());
        assert!(is_pending(third.as_mut()));
        drop(one);
        assert_eq!(*third.await, 1, "one goes, one comes");
        let (_one, _other) = (FEW_READERS.read().await, FEW_READERS.read().await);
        assert!(FEW_READERS.try_read().is_err(), "the limit of a static holds too");
    }

    #[test]
    #[should_panic(expected = "readers")]
    fn has_a_limit_of_readers_that_is_not_too_great() {
        _ = RwLock::with_max_readers(1, (u32::MAX >> 3) + 1);
    }

    #[tokio::test]
    async fn lets_a_writer_that_waits_go_before_new_readers() {
        let lock = RwLock::new(1);
        let reading = lock.read().await;
        {
            let mut writer = pin!(lock.write());
            assert!(is_pending(writer.as_mut()), "somebody reads");
            assert!(lock.try_read().is_err(), "readers do not pass a writer that waits");
            assert!(is_pending(pin!(lock.read())));
        }
        assert!(lock.try_read().is_ok(), "the writer gave up, so readers come in");
        drop(reading);
        assert!(lock.try_write().is_ok(), "nobody is left");
    }

    #[tokio::test]
    async fn read_guard_is_mapped_to_a_part() {
        let lock = RwLock::new(pair());
        let name: RwLockReadGuard<'_, String> =
            RwLockReadGuard::map(lock.read().await, |pair| &pair.name);
        let name: RwLockReadGuard<'_, str> = RwLockReadGuard::map(name, |name| name.as_str());
        let name = RwLockReadGuard::try_map(name, |name| name.get(9..)).unwrap_err();
        let name = RwLockReadGuard::try_map(name, |name| name.get(..1)).unwrap();
        assert_eq!((shown(&name), printed(&name)), ("\"o\"".into(), "o".into()));
        assert!(lock.try_read().is_ok(), "readers share");
        assert!(lock.try_write().is_err(), "the part keeps the lock");
        drop(name);
        assert!(lock.try_write().is_ok());
    }

    #[tokio::test]
    async fn owned_read_guard_is_mapped_to_a_part() {
        let lock = Arc::new(RwLock::new(pair()));
        let guard = lock.clone().read_owned().await;
        assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&guard), &lock));
        let name: OwnedRwLockReadGuard<Pair, str> =
            OwnedRwLockReadGuard::map(guard, |pair| pair.name.as_str());
        assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&name), &lock));
        let name = OwnedRwLockReadGuard::try_map(name, |name| name.get(9..)).unwrap_err();
        let name = OwnedRwLockReadGuard::try_map(name, |name| name.get(..1)).unwrap();
        assert_eq!((shown(&name), printed(&name)), ("\"o\"".into(), "o".into()));
        assert!(lock.try_write().is_err(), "the part keeps the lock");
        drop(lock);
        let name = tokio::spawn(async move { name }).await.unwrap();
        assert_eq!(&*name, "o", "the part keeps the value alive");
    }

    #[tokio::test]
    async fn write_guard_is_mapped_to_a_part() {
        let lock = RwLock::new(pair());
        let mut name: RwLockMappedWriteGuard<'_, String> =
            RwLockWriteGuard::map(lock.write().await, |pair| &mut pair.name);
        name.push('!');
        assert_eq!((shown(&name), printed(&name)), ("\"one!\"".into(), "one!".into()));
        let name: RwLockMappedWriteGuard<'_, str> =
            RwLockMappedWriteGuard::map(name, |name| name.as_mut_str());
        let name = RwLockMappedWriteGuard::try_map(name, |name| name.get_mut(9..)).unwrap_err();
        let name = RwLockMappedWriteGuard::try_map(name, |name| name.get_mut(..1)).unwrap();
        assert!(lock.try_read().is_err(), "the part keeps the lock");
        drop(name);

        let guard = RwLockWriteGuard::try_map(lock.write().await, |_| None::<&mut u32>);
        let guard = RwLockWriteGuard::try_map(guard.unwrap_err(), |pair| Some(&mut pair.number));
        *guard.unwrap() += 1;
        let mut whole: RwLockMappedWriteGuard<'_, Pair> =
            RwLockWriteGuard::into_mapped(lock.write().await);
        whole.number += 1;
        drop(whole);
        assert_eq!(lock.into_inner().number, 3);
    }

    #[tokio::test]
    async fn owned_write_guard_is_mapped_to_a_part() {
        let lock = Arc::new(RwLock::new(pair()));
        let guard = lock.clone().write_owned().await;
        assert!(Arc::ptr_eq(OwnedRwLockWriteGuard::rwlock(&guard), &lock));
        assert!(shown(&guard).contains("one"));
        let mut name: OwnedRwLockMappedWriteGuard<Pair, String> =
            OwnedRwLockWriteGuard::map(guard, |pair| &mut pair.name);
        assert!(Arc::ptr_eq(OwnedRwLockMappedWriteGuard::rwlock(&name), &lock));
        name.push('!');
        assert_eq!((shown(&name), printed(&name)), ("\"one!\"".into(), "one!".into()));
        let name = OwnedRwLockMappedWriteGuard::map(name, |name| name.as_mut_str());
        let name = OwnedRwLockMappedWriteGuard::try_map(name, |name| name.get_mut(9..));
        let name =
            OwnedRwLockMappedWriteGuard::try_map(name.unwrap_err(), |name| name.get_mut(..1));
        let name = name.unwrap();
        assert!(lock.try_read().is_err(), "the part keeps the lock");
        drop(name);

        let guard = lock.clone().write_owned().await;
        let guard = OwnedRwLockWriteGuard::try_map(guard, |_| None::<&mut u32>);
        let guard =
            OwnedRwLockWriteGuard::try_map(guard.unwrap_err(), |pair| Some(&mut pair.number));
        *guard.unwrap() += 1;
        let guard = lock.clone().write_owned().await;
        let mut whole: OwnedRwLockMappedWriteGuard<Pair> =
            OwnedRwLockWriteGuard::into_mapped(guard);
        whole.number += 1;
        drop(whole);
        assert_eq!(lock.read().await.number, 3);
        let number = Arc::new(RwLock::new(4)).write_owned().await;
        assert_eq!(printed(&number), "4", "the guard keeps the value alive");
    }

    #[tokio::test]
    async fn write_guard_is_downgraded() {
        let lock = RwLock::new(pair());
        let mut guard = lock.write().await;
        guard.number += 1;
        let mut waits = pin!(lock.read());
        assert!(is_pending(waits.as_mut()), "somebody writes");
        let guard: RwLockReadGuard<'_, Pair> = guard.downgrade();
        assert_eq!(waits.await.number, 2, "a downgrade lets readers in");
        assert!(lock.try_write().is_err(), "and writers not");
        drop(guard);

        let guard = RwLockWriteGuard::downgrade(lock.write().await);
        drop(guard);
        let name: RwLockReadGuard<'_, str> =
            RwLockWriteGuard::downgrade_map(lock.write().await, |pair| pair.name.as_str());
        assert_eq!(&*name, "one");
        assert!(lock.try_read().is_ok() && lock.try_write().is_err());
        drop(name);

        let guard = lock.write().await;
        let guard = RwLockWriteGuard::try_downgrade_map(guard, |_| None::<&u32>);
        let mut guard = guard.expect_err("a closure that finds nothing leaves a write guard");
        guard.number += 1;
        let number = RwLockWriteGuard::try_downgrade_map(guard, |pair| Some(&pair.number));
        assert_eq!(*number.unwrap(), 3);
        assert!(lock.try_write().is_ok(), "what was downgraded is released");
    }

    #[tokio::test]
    async fn owned_write_guard_is_downgraded() {
        let lock = Arc::new(RwLock::new(pair()));
        let mut guard = lock.clone().write_owned().await;
        guard.number += 1;
        let guard: OwnedRwLockReadGuard<Pair> = guard.downgrade();
        assert_eq!(lock.try_read().unwrap().number, 2, "a downgrade lets readers in");
        assert!(lock.try_write().is_err(), "and writers not");
        drop(guard);

        let guard = lock.clone().write_owned().await;
        let name: OwnedRwLockReadGuard<Pair, str> =
            OwnedRwLockWriteGuard::downgrade_map(guard, |pair| pair.name.as_str());
        assert!(Arc::ptr_eq(OwnedRwLockReadGuard::rwlock(&name), &lock));
        drop(name);

        let guard = lock.clone().write_owned().await;
        let guard = OwnedRwLockWriteGuard::try_downgrade_map(guard, |_| None::<&u32>);
        let mut guard = guard.expect_err("a closure that finds nothing leaves a write guard");
        guard.number += 1;
        let number = OwnedRwLockWriteGuard::try_downgrade_map(guard, |pair| Some(&pair.number));
        assert_eq!(*number.unwrap(), 3);
        assert!(lock.try_write().is_ok(), "what was downgraded is released");
    }

    #[tokio::test]
    async fn guards_a_value_without_a_size() {
        let bytes: &RwLock<[u8]> = &RwLock::new([1, 2, 3]);
        bytes.write().await[0] = 9;
        assert_eq!(bytes.read().await.iter().sum::<u8>(), 14);
        let animal: Arc<RwLock<dyn Animal>> = Arc::new(RwLock::new(pair()));
        animal.write().await.rename("Rex");
        assert_eq!(animal.clone().write_owned().await.downgrade().name(), "Rex");
        assert_eq!(animal.read_owned().await.name(), "Rex");
        let mut boxed: Box<RwLock<dyn Animal>> = Box::new(RwLock::new(pair()));
        boxed.get_mut().rename("Tex");
        assert_eq!(boxed.try_read().unwrap().name(), "Tex");
    }

    #[tokio::test]
    async fn is_released_by_a_panic_and_not_poisoned() {
        let lock = Arc::new(RwLock::new(1));
        let panics = tokio::spawn({
            let lock = Arc::clone(&lock);
            async move {
                let _guard = lock.write().await;
                panic!("while the lock is held");
            }
        });
        assert!(panics.await.is_err());
        assert_eq!(*lock.read().await, 1, "a panic releases the lock");
    }
}

#[tokio::test]
async fn every_guard_is_kept_in_a_struct() {
    let text = Mutex::new(String::from("a"));
    let words = RwLock::new(String::from("b"));
    let more_words = RwLock::new(String::from("c"));
    let (mutex, lock) = (Mutex::new(1), RwLock::new(1));
    let shared_pair = Arc::new(Mutex::new(pair()));
    let shared_lock = Arc::new(RwLock::new(pair()));
    let other_lock = Arc::new(RwLock::new(pair()));
    let number = || Arc::new(Mutex::new(1));
    let locked_number = || Arc::new(RwLock::new(1));
    let held = Held {
        mutex: mutex.lock().await,
        mapped: MutexGuard::map(text.lock().await, |text| text.as_mut_str()),
        owned: number().lock_owned().await,
        owned_mapped: OwnedMutexGuard::map(shared_pair.clone().lock_owned().await, |pair| {
            &mut pair.number
        }),
        owned_mapped_whole: OwnedMutexGuard::map(number().lock_owned().await, |number| number),
        write: lock.write().await,
        mapped_write: RwLockWriteGuard::map(words.write().await, |words| words.as_mut_str()),
        owned_write: locked_number().write_owned().await,
        owned_mapped_write: OwnedRwLockWriteGuard::map(
            shared_lock.clone().write_owned().await,
            |pair| &mut pair.number,
        ),
        owned_mapped_write_whole: OwnedRwLockWriteGuard::into_mapped(
            locked_number().write_owned().await,
        ),
        read: RwLockReadGuard::map(more_words.read().await, |words| words.as_str()),
        owned_read: locked_number().read_owned().await,
        owned_mapped_read: OwnedRwLockReadGuard::map(
            other_lock.clone().read_owned().await,
            |pair| &pair.number,
        ),
    };
    let sum = *held.mutex
        + *held.owned
        + *held.owned_mapped
        + *held.owned_mapped_whole
        + *held.write
        + *held.owned_write
        + *held.owned_mapped_write
        + *held.owned_mapped_write_whole
        + *held.owned_read
        + *held.owned_mapped_read;
    assert_eq!(sum, 10);
    assert_eq!([&*held.mapped, &*held.mapped_write, &*held.read], ["a", "b", "c"]);
}

/// Functions as they stand in programs: generic, with guards in and out.
struct Store<K, V> {
    entries: RwLock<HashMap<K, V>>,
    log: Arc<Mutex<Vec<String>>>,
}

impl<K, V> Store<K, V>
where
    K: std::hash::Hash + Eq + Send + Sync + 'static,
    V: Default + Send + Sync + 'static,
{
    async fn get(&self, key: &K) -> Option<RwLockReadGuard<'_, V>> {
        RwLockReadGuard::try_map(self.entries.read().await, |entries| entries.get(key)).ok()
    }

    async fn get_or_default(&self, key: K) -> RwLockMappedWriteGuard<'_, V> {
        RwLockWriteGuard::map(self.entries.write().await, |entries| entries.entry(key).or_default())
    }

    async fn log(&self, line: impl Into<String>) -> MappedMutexGuard<'_, String> {
        let mut log = self.log.lock().await;
        log.push(line.into());
        MutexGuard::map(log, |log| log.last_mut().expect("just pushed"))
    }

    fn log_in_background(&self, line: &'static str) -> tokio::task::JoinHandle<()> {
        let log = self.log.clone().lock_owned();
        tokio::spawn(async move { log.await.push(line.into()) })
    }
}

#[tokio::test]
async fn a_store_with_two_locks_works() {
    let store = Store::<&str, u32> { entries: RwLock::default(), log: Arc::default() };
    assert!(store.get(&"a").await.is_none());
    *store.get_or_default("a").await += 2;
    assert_eq!(store.get(&"a").await.as_deref(), Some(&2));
    store.log("first").await.push('!');
    store.log_in_background("second").await.unwrap();
    assert_eq!(*store.log.lock().await, ["first!", "second"]);
}
