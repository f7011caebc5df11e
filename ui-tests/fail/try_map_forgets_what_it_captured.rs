//! What `try_map` finds may be what its closure captured.

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

trait Lend {
    type Item<'c>;
}

struct Lender;

impl Lend for Lender {
    type Item<'c> = Vec<&'c mut String>;
}

/// The lock in a box stands for a field of something larger.
type Field<L> = ArcField<Box<L>, L>;

fn a_struct_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let Ok(guard) = MutexGuard::try_map(guard, |_| Some(it)) else { panic!() };
    MappedMutexGuard::try_map(guard, |foo| Some(&mut foo.text)).ok().unwrap()
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut (dyn Name + 'c),
) -> MappedMutexGuard<'a, String> {
    let Ok(guard) = MutexGuard::try_map(guard, |_| Some(it)) else { panic!() };
    MappedMutexGuard::try_map(guard, |name| Some(name.name_mut())).ok().unwrap()
}

fn a_reference_to_a_reference<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut &'c mut String,
) -> MappedMutexGuard<'a, String> {
    let Ok(guard) = MutexGuard::try_map(guard, |_| Some(it)) else { panic!() };
    MappedMutexGuard::try_map(guard, |it| Some(&mut **it)).ok().unwrap()
}

fn a_struct_that_was_captured_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> RwLockMappedWriteGuard<'a, String> {
    let Ok(guard) = RwLockWriteGuard::try_map(guard, |_| Some(it)) else { panic!() };
    RwLockMappedWriteGuard::try_map(guard, |foo| Some(&mut foo.text)).ok().unwrap()
}

fn a_struct_that_was_captured_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let Ok(guard) = OwnedMutexGuard::try_map(guard, |_| Some(it)) else { panic!() };
    ExclusiveGuard::try_map(guard, |foo| Some(&mut foo.text)).ok().unwrap()
}

fn an_option_that_was_captured_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Option<&'c mut String>,
) -> OwnedMappedMutexGuard<u32, String> {
    let Ok(guard) = OwnedMutexGuard::try_map(guard, |_| Some(it)) else { panic!() };
    ExclusiveGuard::try_map(guard, |it| Some(it.as_deref_mut().unwrap())).ok().unwrap()
}

fn an_item_of_a_lender_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c mut <Lender as Lend>::Item<'c>,
) -> OwnedRwLockMappedWriteGuard<u32, String> {
    let Ok(guard) = OwnedRwLockWriteGuard::try_map(guard, |_| Some(it)) else { panic!() };
    ExclusiveGuard::try_map(guard, |it| Some(&mut *it[0])).ok().unwrap()
}

fn a_struct_that_was_captured_of_a_field<'c>(
    guard: ExclusiveGuard<Field<Mutex<u32>>, u32>,
    it: &'c mut Foo<'c>,
) -> ExclusiveGuard<PartOf<'static, Field<Mutex<u32>>>, String> {
    let Ok(guard) = ExclusiveGuard::try_map(guard, |_| Some(it)) else { panic!() };
    ExclusiveGuard::try_map(guard, |foo| Some(&mut foo.text)).ok().unwrap()
}

fn main() {}
