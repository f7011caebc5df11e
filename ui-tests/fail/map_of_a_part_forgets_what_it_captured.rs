//! A guard that was mapped, or only looks so, is mapped twice more.

#![forbid(unsafe_code)]

use ironfence::{
    ExclusiveGuard, MappedMutexGuard, OwnedRwLockMappedWriteGuard, OwnedRwLockWriteGuard,
    RwLockMappedWriteGuard, RwLockWriteGuard,
};

/// What may borrow from itself, so that nothing else keeps its lifetime.
struct Foo<'c> {
    text: String,
    _other: Option<&'c str>,
}

trait Name {
    fn name(&self) -> &String;
    fn name_mut(&mut self) -> &mut String;
}

fn a_struct_that_was_captured_of_a_part<'a, 'c>(
    guard: MappedMutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let guard = MappedMutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_that_was_captured_of_a_part<'a, 'c>(
    guard: MappedMutexGuard<'a, u32>,
    it: &'c mut (dyn Name + 'c),
) -> MappedMutexGuard<'a, String> {
    let guard = MappedMutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |name| name.name_mut())
}

fn a_whole_that_is_called_a_part<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> RwLockMappedWriteGuard<'a, String> {
    let guard = RwLockWriteGuard::into_mapped(guard);
    let guard = RwLockMappedWriteGuard::map(guard, |_| it);
    RwLockMappedWriteGuard::map(guard, |foo| &mut foo.text)
}

fn an_owned_whole_that_is_called_a_part<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedRwLockMappedWriteGuard<u32, String> {
    let guard = OwnedRwLockWriteGuard::into_mapped(guard);
    let guard = ExclusiveGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn main() {}
