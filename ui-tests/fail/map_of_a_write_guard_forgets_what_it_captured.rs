//! A write guard is mapped as the guard of a mutex is.

#![forbid(unsafe_code)]

use ironfence::{RwLockMappedWriteGuard, RwLockWriteGuard};

/// What may borrow from itself, so that nothing else keeps its lifetime.
struct Foo<'c> {
    text: String,
    _other: Option<&'c str>,
}

trait Name {
    fn name(&self) -> &String;
    fn name_mut(&mut self) -> &mut String;
}

fn a_struct_that_was_captured<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> RwLockMappedWriteGuard<'a, String> {
    let guard = RwLockWriteGuard::map(guard, |_| it);
    RwLockMappedWriteGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut (dyn Name + 'c),
) -> RwLockMappedWriteGuard<'a, String> {
    let guard = RwLockWriteGuard::map(guard, |_| it);
    RwLockMappedWriteGuard::map(guard, |name| name.name_mut())
}

fn an_option_that_was_captured<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut Option<&'c mut String>,
) -> RwLockMappedWriteGuard<'a, String> {
    let guard = RwLockWriteGuard::map(guard, |_| it);
    RwLockMappedWriteGuard::map(guard, |it| it.as_deref_mut().unwrap())
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: RwLockWriteGuard<'a, u32>,
    it: &'c mut (fn(&'c str), String),
) -> RwLockMappedWriteGuard<'a, String> {
    let guard = RwLockWriteGuard::map(guard, |_| it);
    RwLockMappedWriteGuard::map(guard, |it| &mut it.1)
}

fn main() {}
