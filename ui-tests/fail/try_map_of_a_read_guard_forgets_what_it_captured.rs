//! What `try_map` finds may be what its closure captured, borrowed from an owner or not.

#![forbid(unsafe_code)]

use std::cell::Cell;

use ironfence::{ArcField, OwnedRwLockReadGuard, PartOf, RwLock, RwLockReadGuard, SharedGuard};

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

/// A longer lifetime may take the place of `'c`.
type Eats<'c> = (fn(&'c str), String);

fn a_struct_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Foo<'c>,
) -> RwLockReadGuard<'a, String> {
    let Ok(guard) = RwLockReadGuard::try_map(guard, |_| Some(it)) else { panic!() };
    RwLockReadGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c (dyn Name + 'c),
) -> RwLockReadGuard<'a, String> {
    let Ok(guard) = RwLockReadGuard::try_map(guard, |_| Some(it)) else { panic!() };
    RwLockReadGuard::try_map(guard, |name| Some(name.name())).ok().unwrap()
}

fn a_cell_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Cell<&'c String>,
) -> RwLockReadGuard<'a, String> {
    let Ok(guard) = RwLockReadGuard::try_map(guard, |_| Some(it)) else { panic!() };
    RwLockReadGuard::try_map(guard, |it| Some(it.get())).ok().unwrap()
}

fn a_struct_that_was_captured_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c Foo<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let Ok(guard) = OwnedRwLockReadGuard::try_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn a_reference_to_a_reference_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c &'c String,
) -> OwnedRwLockReadGuard<u32, String> {
    let Ok(guard) = OwnedRwLockReadGuard::try_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |it| Some(*it)).ok().unwrap()
}

fn a_struct_that_was_captured_of_a_field<'c>(
    guard: SharedGuard<PartOf<'static, Field<RwLock<u32>>>, u32>,
    it: &'c Foo<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let Ok(guard) = SharedGuard::try_map(guard, |_| Some(it)) else { panic!() };
    SharedGuard::try_map(guard, |foo| Some(&foo.text)).ok().unwrap()
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Eats<'c>,
) -> RwLockReadGuard<'a, Eats<'static>> {
    RwLockReadGuard::try_map(guard, |_| Some(it)).ok().unwrap()
}

fn a_type_that_is_contravariant_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c Eats<'c>,
) -> OwnedRwLockReadGuard<u32, Eats<'static>> {
    OwnedRwLockReadGuard::try_map(guard, |_| Some(it)).ok().unwrap()
}

fn main() {}
