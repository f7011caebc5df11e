//! An owner keeps the lock alive, and not what a closure captured.

#![forbid(unsafe_code)]

use std::cell::Cell;
use std::sync::Arc;

use ironfence::{ArcField, OwnedRwLockReadGuard, PartOf, RwLock, SharedGuard};

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

fn a_struct_that_was_captured_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c Foo<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn a_trait_object_that_was_captured_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c (dyn Name + 'c),
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |name| name.name())
}

fn an_option_that_was_captured_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c Option<&'c String>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |it| it.unwrap())
}

fn an_item_of_a_lender_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c <Lender as Lend>::Item<'c>,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockReadGuard::map(guard, |_| it);
    SharedGuard::map(guard, |it| &*it[0])
}

fn a_struct_that_was_captured_of_a_field<'c>(
    guard: SharedGuard<PartOf<'static, Field<RwLock<u32>>>, u32>,
    it: &'c Foo<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let guard = SharedGuard::map(guard, |_| it);
    SharedGuard::map(guard, |foo| &foo.text)
}

fn a_cell_that_was_captured_of_a_field<'c>(
    guard: SharedGuard<PartOf<'static, Field<RwLock<u32>>>, u32>,
    it: &'c Cell<&'c String>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let guard = SharedGuard::map(guard, |_| it);
    SharedGuard::map(guard, |it| it.get())
}

fn a_type_that_is_contravariant_owned<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c Eats<'c>,
) -> OwnedRwLockReadGuard<u32, Eats<'static>> {
    OwnedRwLockReadGuard::map(guard, |_| it)
}

fn a_type_that_is_contravariant_of_a_field<'c>(
    guard: SharedGuard<PartOf<'static, Field<RwLock<u32>>>, u32>,
    it: &'c Eats<'c>,
) -> SharedGuard<PartOf<'static, Field<RwLock<u32>>>, Eats<'static>> {
    SharedGuard::map(guard, |_| it)
}

fn a_value_whose_lifetime_became_shorter<'c>(
    guard: OwnedRwLockReadGuard<u32, &'static str>,
    it: &'c String,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard: OwnedRwLockReadGuard<u32, &'c str> = guard;
    OwnedRwLockReadGuard::map(guard, |_| it)
}

fn a_leaked_cell_that_was_written_to<'c>(
    guard: OwnedRwLockReadGuard<u32>,
    it: &'c String,
) -> OwnedRwLockReadGuard<u32, String> {
    let guard = OwnedRwLockReadGuard::map(guard, |_| &*Box::leak(Box::new(Cell::new(None))));
    guard.set(Some(it));
    SharedGuard::map(guard, |cell| cell.get().unwrap())
}

fn sent_when_it_is_gone(lock: &Arc<RwLock<u32>>, it: &Box<(String, &str)>) {
    let guard = OwnedRwLockReadGuard::map(lock.clone().blocking_read_owned(), |_| it);
    let guard = SharedGuard::map(guard, |it| &it.0);
    std::thread::spawn(move || drop(guard));
}

fn main() {}
