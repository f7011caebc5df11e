//! What a guard of a part may borrow is not forgotten where the guard itself is hidden, or swapped.

#![forbid(unsafe_code)]

use std::{any::Any, fmt::Debug, ops::Deref, sync::Arc};

use ironfence::{
    ExclusiveGuard, MappedMutexGuard, Mutex, MutexGuard, OwnedMutexGuard, OwnedRwLockReadGuard,
    PartOf, RwLock, RwLockReadGuard, RwLockUpgradableReadGuard, SharedGuard, lock_pair,
};

type Part = ExclusiveGuard<PartOf<'static, Arc<Mutex<u32>>>, String>;

fn behind_deref<'c>(
    mutex: &Arc<Mutex<u32>>,
    it: &'c mut &'c mut String,
) -> Box<dyn Deref<Target = String>> {
    let guard = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| it);
    Box::new(ExclusiveGuard::map(guard, |it| &mut **it))
}

fn behind_debug<'c>(lock: &Arc<RwLock<u32>>, it: &'c &'c String) -> Box<dyn Debug + Send> {
    let guard = OwnedRwLockReadGuard::map(lock.clone().blocking_read_owned(), |_| it);
    Box::new(SharedGuard::map(guard, |it| *it))
}

fn as_anything<'c>(mutex: &Arc<Mutex<u32>>, it: &'c mut &'c mut String) -> Box<dyn Any> {
    let guard = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| it);
    Box::new(ExclusiveGuard::map(guard, |it| &mut **it))
}

fn in_a_future<'c>(
    mutex: Arc<Mutex<u32>>,
    it: &'c mut &'c mut String,
) -> Box<dyn Future<Output = usize>> {
    let guard = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| it);
    let guard = ExclusiveGuard::map(guard, |it| &mut **it);
    Box::new(async move { guard.len() })
}

fn swapped_with_one_that_stays<'c>(
    stays: &mut Part,
    mutex: Arc<Mutex<u32>>,
    it: &'c mut &'c mut String,
) {
    let guard = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| it);
    let mut guard = ExclusiveGuard::map(guard, |it| &mut **it);
    std::mem::swap(stays, &mut guard);
}

fn swapped_with_the_other_half<'a, 'c>(
    guard: MutexGuard<'a, String>,
    it: &'c mut &'c mut String,
) -> MappedMutexGuard<'a, String> {
    let (mut one, other) = MutexGuard::split(guard, |text| (text, it));
    let mut other = MappedMutexGuard::map(other, |it| &mut **it);
    std::mem::swap(&mut one, &mut other);
    one
}

fn out_of_a_value_that_it_was_put_into<'a, 'c, 't>(
    mut guard: MutexGuard<'a, Option<&'t mut String>>,
    it: &'c mut String,
) -> MappedMutexGuard<'a, String> {
    *guard = Some(it);
    MutexGuard::map(guard, |place| place.as_deref_mut().unwrap())
}

fn through_an_empty_slice<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut String,
) -> MappedMutexGuard<'a, [String]> {
    let guard: MappedMutexGuard<'_, [&'c str]> = MutexGuard::map(guard, |_| &mut [] as &mut [_]);
    MappedMutexGuard::map(guard, |_| std::slice::from_mut(it))
}

fn through_a_downgrade_that_is_covariant<'a, 'c>(
    guard: RwLockUpgradableReadGuard<'a, &'static str>,
    it: &'c String,
) -> RwLockReadGuard<'a, String> {
    let guard: SharedGuard<_, &'c str> = RwLockUpgradableReadGuard::downgrade(guard);
    SharedGuard::map(guard, |_| it)
}

/// A bound that is only in a projection, and not in the type that it stands for.
trait Hides {
    type It;
}

struct Both<'b, 'c>(Option<&'b &'c ()>);

impl Hides for Both<'_, '_> {
    type It = u32;
}

fn through_a_projection<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut String,
) -> MappedMutexGuard<'a, String> {
    fn finds<'c, F>(find: F) -> F
    where
        F: for<'b> FnOnce(&'b mut <Both<'b, 'c> as Hides>::It) -> &'b mut String,
    {
        find
    }
    MutexGuard::map(guard, finds(|_| it))
}

fn through_a_closure_for_any_lifetime<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c str,
) -> RwLockReadGuard<'a, str> {
    fn map<'a, F>(guard: RwLockReadGuard<'a, u32>, find: F) -> RwLockReadGuard<'a, str>
    where
        F: for<'b> FnOnce(&'b u32) -> &'b str,
    {
        RwLockReadGuard::map(guard, find)
    }
    map(guard, move |_| it)
}

async fn of_a_pair<'a, 'c>(
    mutex: &'a Mutex<u32>,
    lock: &'a RwLock<u32>,
    it: &'c &'c String,
) -> RwLockReadGuard<'a, String> {
    let (_, guard) = lock_pair(mutex, lock.read()).await.unwrap();
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| *it)
}

fn out_of_a_scope(mutex: &Mutex<u32>) -> usize {
    let guard = std::thread::scope(|_| {
        let mut text = String::from("gone");
        let it = &mut text;
        let guard = MutexGuard::map(mutex.blocking_lock(), move |_| Box::leak(Box::new(it)));
        MappedMutexGuard::map(guard, |it| &mut **it)
    });
    guard.len()
}

fn main() {}
