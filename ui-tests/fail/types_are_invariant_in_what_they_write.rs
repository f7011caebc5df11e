//! A short-lived value could be put where a long-lived one is expected: so what writes, and what
//! has the lock itself in its type, is invariant in the value.

#![forbid(unsafe_code)]

use ironfence::{
    ArcField, ExclusiveGuard, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard,
    OwnedMutexGuard, OwnedRwLockMappedWriteGuard, OwnedRwLockReadGuard,
    OwnedRwLockUpgradableReadGuard, OwnedRwLockWriteGuard, PartOf, RwLock, RwLockMappedWriteGuard,
    RwLockReadGuard, RwLockUpgradableReadGuard, RwLockWriteGuard,
    futures::{Lock, LockOwned, Read, Upgrade, Write},
    sessions::{Outer, Root},
};

fn a_mutex<'c>(it: Mutex<&'static str>, _: &'c str) -> Mutex<&'c str> {
    it
}

fn an_rwlock<'c>(it: RwLock<&'static str>, _: &'c str) -> RwLock<&'c str> {
    it
}

fn a_reference_to_a_mutex<'a, 'c>(it: &'a Mutex<&'static str>, _: &'c str) -> &'a Mutex<&'c str> {
    it
}

fn a_mutex_guard<'a, 'c>(it: MutexGuard<'a, &'static str>, _: &'c str) -> MutexGuard<'a, &'c str> {
    it
}

fn a_mapped_guard<'a, 'c>(
    it: MappedMutexGuard<'a, &'static str>,
    _: &'c str,
) -> MappedMutexGuard<'a, &'c str> {
    it
}

fn an_owned_guard<'c>(it: OwnedMutexGuard<&'static str>, _: &'c str) -> OwnedMutexGuard<&'c str> {
    it
}

fn an_owned_guard_of_a_part<'c>(
    it: OwnedMappedMutexGuard<u32, &'static str>,
    _: &'c str,
) -> OwnedMappedMutexGuard<u32, &'c str> {
    it
}

fn an_owned_guard_of_a_part_in_its_whole<'c>(
    it: OwnedMappedMutexGuard<&'static str, u32>,
    _: &'c str,
) -> OwnedMappedMutexGuard<&'c str, u32> {
    it
}

fn a_write_guard<'a, 'c>(
    it: RwLockWriteGuard<'a, &'static str>,
    _: &'c str,
) -> RwLockWriteGuard<'a, &'c str> {
    it
}

fn a_mapped_write_guard<'a, 'c>(
    it: RwLockMappedWriteGuard<'a, &'static str>,
    _: &'c str,
) -> RwLockMappedWriteGuard<'a, &'c str> {
    it
}

fn an_upgradable_guard<'a, 'c>(
    it: RwLockUpgradableReadGuard<'a, &'static str>,
    _: &'c str,
) -> RwLockUpgradableReadGuard<'a, &'c str> {
    it
}

fn an_owned_upgradable_guard<'c>(
    it: OwnedRwLockUpgradableReadGuard<&'static str>,
    _: &'c str,
) -> OwnedRwLockUpgradableReadGuard<&'c str> {
    it
}

fn an_owned_write_guard<'c>(
    it: OwnedRwLockWriteGuard<&'static str>,
    _: &'c str,
) -> OwnedRwLockWriteGuard<&'c str> {
    it
}

fn an_owned_mapped_write_guard<'c>(
    it: OwnedRwLockMappedWriteGuard<u32, &'static str>,
    _: &'c str,
) -> OwnedRwLockMappedWriteGuard<u32, &'c str> {
    it
}

fn an_owned_read_guard_in_its_whole<'c>(
    it: OwnedRwLockReadGuard<&'static str, u32>,
    _: &'c str,
) -> OwnedRwLockReadGuard<&'c str, u32> {
    it
}

fn a_field_in_its_owner<'c>(
    it: ArcField<&'static str, Mutex<u32>>,
    _: &'c str,
) -> ArcField<&'c str, Mutex<u32>> {
    it
}

fn a_field_in_its_lock<'c>(
    it: ArcField<u32, Mutex<&'static str>>,
    _: &'c str,
) -> ArcField<u32, Mutex<&'c str>> {
    it
}

fn a_part_of_a_field_in_its_owner<'c>(
    it: ExclusiveGuard<PartOf<'static, ArcField<&'static str, Mutex<u32>>>, u32>,
    _: &'c str,
) -> ExclusiveGuard<PartOf<'static, ArcField<&'c str, Mutex<u32>>>, u32> {
    it
}

fn a_lock_future<'a, 'c>(it: Lock<'a, &'static str>, _: &'c str) -> Lock<'a, &'c str> {
    it
}

fn an_owned_lock_future<'c>(it: LockOwned<&'static str>, _: &'c str) -> LockOwned<&'c str> {
    it
}

fn a_read_future<'a, 'c>(it: Read<'a, &'static str>, _: &'c str) -> Read<'a, &'c str> {
    it
}

fn an_upgrade<'a, 'c>(it: Upgrade<'a, &'static str>, _: &'c str) -> Upgrade<'a, &'c str> {
    it
}

fn a_write_future<'a, 'c>(it: Write<'a, &'static str>, _: &'c str) -> Write<'a, &'c str> {
    it
}

fn an_outer_session<'c>(
    it: Outer<Mutex<&'static str>, (), Root>,
    _: &'c str,
) -> Outer<Mutex<&'c str>, (), Root> {
    it
}

fn a_mutex_guard_of_what_eats<'c>(
    it: MutexGuard<'c, fn(&'c str)>,
) -> MutexGuard<'c, fn(&'static str)> {
    it
}

fn a_mapped_guard_of_what_eats<'c>(
    it: MappedMutexGuard<'c, fn(&'c str)>,
) -> MappedMutexGuard<'c, fn(&'static str)> {
    it
}

fn an_upgradable_guard_of_what_eats<'c>(
    it: RwLockUpgradableReadGuard<'c, fn(&'c str)>,
) -> RwLockUpgradableReadGuard<'c, fn(&'static str)> {
    it
}

fn a_write_future_of_what_eats<'c>(it: Write<'c, fn(&'c str)>) -> Write<'c, fn(&'static str)> {
    it
}

fn an_owned_read_guard_whose_whole_eats<'c>(
    it: OwnedRwLockReadGuard<fn(&'c str), u32>,
) -> OwnedRwLockReadGuard<fn(&'static str), u32> {
    it
}

fn a_borrow_that_gets_longer<'c>(it: MutexGuard<'c, u32>) -> MutexGuard<'static, u32> {
    it
}

fn a_read_borrow_that_gets_longer<'c>(
    it: RwLockReadGuard<'c, u32>,
) -> RwLockReadGuard<'static, u32> {
    it
}

fn a_part_whose_borrow_gets_longer<'c>(
    it: MappedMutexGuard<'c, u32>,
) -> MappedMutexGuard<'static, u32> {
    it
}

fn an_owned_part_whose_end_gets_later<'c>(
    it: ExclusiveGuard<PartOf<'c, std::sync::Arc<Mutex<u32>>>, u32>,
) -> ExclusiveGuard<PartOf<'static, std::sync::Arc<Mutex<u32>>>, u32> {
    it
}

fn main() {}
