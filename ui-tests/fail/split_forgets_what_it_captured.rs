//! One half is of the value, and the other half is what the closure captured.

#![forbid(unsafe_code)]

use ironfence::{
    ArcField, ExclusiveGuard, MappedMutexGuard, Mutex, MutexGuard, OwnedMappedMutexGuard,
    OwnedMutexGuard, OwnedRwLockMappedWriteGuard, OwnedRwLockWriteGuard, PartOf,
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

/// The lock in a box stands for a field of something larger.
type Field<L> = ArcField<Box<L>, L>;

fn the_first_half<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let (guard, _) = MutexGuard::split(guard, |number| (it, number));
    MappedMutexGuard::map(guard, |foo| &mut foo.text)
}

fn the_second_half<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let (_, guard) = MutexGuard::split(guard, |number| (number, it));
    MappedMutexGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_as_the_second_half<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut (dyn Name + 'c),
) -> MappedMutexGuard<'a, String> {
    let (_, guard) = MutexGuard::split(guard, |number| (number, it));
    MappedMutexGuard::map(guard, |name| name.name_mut())
}

fn a_captured_whole_that_is_split<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::split(guard, |foo| (&mut foo.text, Box::leak(Box::new(0)))).0
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut (fn(&'c str), String),
) -> RwLockMappedWriteGuard<'a, String> {
    let (_, guard) = RwLockWriteGuard::split(guard, |number| (number, it));
    RwLockMappedWriteGuard::map(guard, |it| &mut it.1)
}

fn the_first_half_of_an_owned_guard<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let (guard, _) = OwnedMutexGuard::split(guard, |number| (it, number));
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn the_second_half_of_an_owned_guard<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let (_, guard) = OwnedMutexGuard::split(guard, |number| (number, it));
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn an_option_as_the_second_half_of_an_owned_guard<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c mut Option<&'c mut String>,
) -> OwnedRwLockMappedWriteGuard<u32, String> {
    let (_, guard) = OwnedRwLockWriteGuard::split(guard, |number| (number, it));
    ExclusiveGuard::map(guard, |it| it.as_deref_mut().unwrap())
}

fn the_first_half_of_a_field<'c>(
    guard: ExclusiveGuard<Field<Mutex<u32>>, u32>,
    it: &'c mut Foo<'c>,
) -> ExclusiveGuard<PartOf<'static, Field<Mutex<u32>>>, String> {
    let (guard, _) = ExclusiveGuard::split(guard, |number| (it, number));
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn a_captured_whole_of_an_owned_guard_that_is_split<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::split(guard, |foo| (&mut foo.text, Box::leak(Box::new(0)))).0
}

fn main() {}
