//! A write guard becomes a read guard of what the closure captured, if it finds that.

#![forbid(unsafe_code)]

use ironfence::{
    ArcField, ExclusiveGuard, OwnedRwLockReadGuard, OwnedRwLockWriteGuard, PartOf, RwLock,
    RwLockReadGuard, RwLockWriteGuard, SharedGuard,
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

/// A longer lifetime may take the place of `'c`.
type Eats<'c> = (fn(&'c str), String);

fn a_struct_that_was_captured_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c Foo<'c>,
) -> RwLockReadGuard<'a, String> {
    let Ok(guard) = RwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)) else { panic!() };
    RwLockReadGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn an_item_of_a_lender_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c <Lender as Lend>::Item<'c>,
) -> RwLockReadGuard<'a, String> {
    let Ok(guard) = RwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)) else { panic!() };
    RwLockReadGuard::try_map(guard, |it| Some(&*it[0])).ok().unwrap()
}

fn a_struct_that_was_captured_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c Foo<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let Ok(guard) = OwnedRwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn a_trait_object_that_was_captured_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c (dyn Name + 'c),
) -> OwnedRwLockReadGuard<u32, String> {
    let Ok(guard) = OwnedRwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |name| Some(name.name())).ok().unwrap()
}

fn a_struct_that_was_captured_of_a_field_written<'c>(
    guard: ExclusiveGuard<Field<RwLock<u32>>, u32>,
    it: &'c Foo<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let Ok(guard) = ExclusiveGuard::try_downgrade_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn a_type_that_is_contravariant_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c Eats<'c>,
) -> RwLockReadGuard<'a, Eats<'static>> {
    RwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)).ok().unwrap()
}

fn a_type_that_is_contravariant_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c Eats<'c>,
) -> OwnedRwLockReadGuard<u32, Eats<'static>> {
    OwnedRwLockWriteGuard::try_downgrade_map(guard, |_| Some(it)).ok().unwrap()
}

fn main() {}
