//! An upgradable guard becomes a read guard of what the closure captured.

#![forbid(unsafe_code)]

use ironfence::{
    ArcField, OwnedRwLockReadGuard, OwnedRwLockUpgradableReadGuard, PartOf, RwLock,
    RwLockReadGuard, RwLockUpgradableReadGuard, SharedGuard, UpgradableGuard,
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

fn a_struct_that_was_captured<'a, 'c>(
    guard: RwLockUpgradableReadGuard<'a, u32>,
    it: &'c Foo<'c>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockUpgradableReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |foo| &foo.text)
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: RwLockUpgradableReadGuard<'a, u32>,
    it: &'c (dyn Name + 'c),
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockUpgradableReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |name| name.name())
}

fn a_slice_that_was_captured<'a, 'c>(
    guard: RwLockUpgradableReadGuard<'a, u32>,
    it: &'c [&'c String],
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockUpgradableReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| it[0])
}

fn a_struct_that_was_captured_owned<'c>(
    guard: OwnedRwLockUpgradableReadGuard<u32>,
    it: &'c Foo<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockUpgradableReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn an_option_that_was_captured_owned<'c>(
    guard: OwnedRwLockUpgradableReadGuard<u32>,
    it: &'c Option<&'c String>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockUpgradableReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |it| it.unwrap())
}

fn a_struct_that_was_captured_of_a_field<'c>(
    guard: UpgradableGuard<Field<RwLock<u32>>, u32>,
    it: &'c Foo<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let guard = UpgradableGuard::map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: RwLockUpgradableReadGuard<'a, u32>,
    it: &'c Eats<'c>,
) -> RwLockReadGuard<'a, Eats<'static>> {
    RwLockUpgradableReadGuard::map(guard, |_| it)
}

fn a_type_that_is_contravariant_owned<'c>(
    guard: OwnedRwLockUpgradableReadGuard<u32>,
    it: &'c Eats<'c>,
) -> OwnedRwLockReadGuard<u32, Eats<'static>> {
    OwnedRwLockUpgradableReadGuard::map(guard, |_| it)
}

fn a_type_that_is_contravariant_of_a_field<'c>(
    guard: UpgradableGuard<Field<RwLock<u32>>, u32>,
    it: &'c Eats<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, Eats<'static>> {
    UpgradableGuard::map(guard, |_| it)
}

fn main() {}
