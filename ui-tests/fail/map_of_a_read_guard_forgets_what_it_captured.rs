//! A read guard is covariant, and so one map may be enough to forget.

#![forbid(unsafe_code)]

use std::cell::Cell;

use ironfence::{RwLock, RwLockReadGuard, SharedGuard};

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

/// A longer lifetime may take the place of `'c`.
type Eats<'c> = (fn(&'c str), String);

fn a_struct_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Foo<'c>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |foo| &foo.text)
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c (dyn Name + 'c),
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |name| name.name())
}

fn an_option_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Option<&'c String>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| it.unwrap())
}

fn a_reference_to_a_reference<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c &'c String,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| *it)
}

fn an_item_of_a_lender<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c <Lender as Lend>::Item<'c>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| &*it[0])
}

fn a_cell_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Cell<&'c String>,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| it.get())
}

fn a_slice_that_was_captured<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c [&'c String],
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| it);
    RwLockReadGuard::map(guard, |it| it[0])
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c Eats<'c>,
) -> RwLockReadGuard<'a, Eats<'static>> {
    RwLockReadGuard::map(guard, |_| it)
}

fn a_value_whose_lifetime_became_shorter<'a, 'c>(
    guard: RwLockReadGuard<'a, &'static str>,
    it: &'c String,
) -> RwLockReadGuard<'a, String> {
    let guard: SharedGuard<_, &'c str> = guard;
    SharedGuard::map(guard, |_| it)
}

fn a_value_that_was_mapped_to_a_shorter_lifetime<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c String,
) -> RwLockReadGuard<'a, String> {
    let guard: SharedGuard<_, Option<&'c str>> = RwLockReadGuard::map(guard, |_| &None);
    SharedGuard::map(guard, |_| it)
}

fn a_leaked_cell_that_was_written_to<'a, 'c>(
    guard: RwLockReadGuard<'a, u32>,
    it: &'c String,
) -> RwLockReadGuard<'a, String> {
    let guard = RwLockReadGuard::map(guard, |_| &*Box::leak(Box::new(Cell::new(None))));
    guard.set(Some(it));
    RwLockReadGuard::map(guard, |cell| cell.get().unwrap())
}

fn used_when_it_is_gone(lock: &RwLock<u32>) {
    let guard;
    {
        let text = String::from("gone");
        let it = &text;
        let first = RwLockReadGuard::map(lock.blocking_read(), |_| &it);
        guard = RwLockReadGuard::map(first, |it| it.as_str());
    }
    println!("{}", &*guard);
}

fn main() {}
