//! A write guard becomes a read guard of what the closure captured.

#![forbid(unsafe_code)]

use std::cell::Cell;

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

/// The lock in a box stands for a field of something larger.
type Field<L> = ArcField<Box<L>, L>;

/// A longer lifetime may take the place of `'c`.
type Eats<'c> = (fn(&'c str), String);

fn a_struct_that_was_captured_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c Foo<'c>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockWriteGuard::downgrade_map(guard, |_| it);
    RwLockReadGuard::map(guard, |foo| &foo.text)
}

fn a_trait_object_that_was_captured_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c (dyn Name + 'c),
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockWriteGuard::downgrade_map(guard, |_| it);
    RwLockReadGuard::map(guard, |name| name.name())
}

fn a_cell_that_was_captured_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c Cell<&'c String>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockWriteGuard::downgrade_map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| it.get())
}

fn a_struct_that_was_captured_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c Foo<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockWriteGuard::downgrade_map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn a_reference_to_a_reference_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c &'c String,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockWriteGuard::downgrade_map(guard, |_| it);
    SharedGuard::map(guard, |it| *it)
}

fn a_struct_that_was_captured_of_a_field_written<'c>(
    guard: ExclusiveGuard<Field<RwLock<u32>>, u32>,
    it: &'c Foo<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let guard = ExclusiveGuard::downgrade_map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn a_type_that_is_contravariant_of_an_rwlock<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c Eats<'c>,
) -> RwLockReadGuard<'a, Eats<'static>> {
    RwLockWriteGuard::downgrade_map(guard, |_| it)
}

fn a_type_that_is_contravariant_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c Eats<'c>,
) -> OwnedRwLockReadGuard<u32, Eats<'static>> {
    OwnedRwLockWriteGuard::downgrade_map(guard, |_| it)
}

fn a_type_that_is_contravariant_of_a_field_written<'c>(
    guard: ExclusiveGuard<Field<RwLock<u32>>, u32>,
    it: &'c Eats<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, Eats<'static>> {
    ExclusiveGuard::downgrade_map(guard, |_| it)
}

fn main() {}
