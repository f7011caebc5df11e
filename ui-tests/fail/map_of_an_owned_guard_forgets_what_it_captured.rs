//! An owner keeps the lock alive, and not what a closure captured.

#![forbid(unsafe_code)]

use std::sync::Arc;

use ironfence::{
    ArcField, ExclusiveGuard, Mutex, OwnedMappedMutexGuard, OwnedMutexGuard,
    OwnedRwLockMappedWriteGuard, OwnedRwLockWriteGuard, PartOf, RwLock,
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

fn a_struct_that_was_captured_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_that_was_captured_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut (dyn Name + 'c),
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |name| name.name_mut())
}

fn an_option_that_was_captured_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut Option<&'c mut String>,
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |it| it.as_deref_mut().unwrap())
}

fn a_reference_to_a_reference_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut &'c mut String,
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |it| &mut **it)
}

fn an_item_of_a_lender_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut <Lender as Lend>::Item<'c>,
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |it| &mut *it[0])
}

fn a_type_that_is_contravariant_owned<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut (fn(&'c str), String),
) -> OwnedMappedMutexGuard<u32, String> {
    let guard = OwnedMutexGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |it| &mut it.1)
}

fn a_struct_that_was_captured_of_an_owned_rwlock<'c>(
    guard: OwnedRwLockWriteGuard<u32>,
    it: &'c mut Foo<'c>,
) -> OwnedRwLockMappedWriteGuard<u32, String> {
    let guard = OwnedRwLockWriteGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn a_struct_that_was_captured_of_a_field<'c>(
    guard: ExclusiveGuard<Field<Mutex<u32>>, u32>,
    it: &'c mut Foo<'c>,
) -> ExclusiveGuard<PartOf<'static, Field<Mutex<u32>>>, String> {
    let guard = ExclusiveGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn a_struct_that_was_captured_of_a_field_written<'c>(
    guard: ExclusiveGuard<Field<RwLock<u32>>, u32>,
    it: &'c mut Foo<'c>,
) -> ExclusiveGuard<PartOf<'static, Field<RwLock<u32>>>, String> {
    let guard = ExclusiveGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_that_was_captured_of_a_field<'c>(
    guard: ExclusiveGuard<Field<Mutex<u32>>, u32>,
    it: &'c mut (dyn Name + 'c),
) -> ExclusiveGuard<PartOf<'static, Field<Mutex<u32>>>, String> {
    let guard = ExclusiveGuard::map(guard, |_| it);
    ExclusiveGuard::map(guard, |name| name.name_mut())
}

fn a_place_that_was_leaked_and_written_to<'c>(
    guard: OwnedMutexGuard<u32>,
    it: &'c mut String,
) -> OwnedMappedMutexGuard<u32, String> {
    let mut guard = OwnedMutexGuard::map(guard, |_| Box::leak(Box::new(None)));
    *guard = Some(it);
    ExclusiveGuard::map(guard, |place| place.as_deref_mut().unwrap())
}

fn used_when_it_is_gone(mutex: &Arc<Mutex<u32>>) {
    let guard;
    {
        let mut text = String::from("gone");
        let mut it = &mut text;
        let first = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| &mut it);
        guard = ExclusiveGuard::map(first, |it| it.as_mut_str());
    }
    println!("{}", &*guard);
}

fn sent_when_it_is_gone<'c>(mutex: &Arc<Mutex<u32>>, it: &'c mut Box<(String, &'c str)>) {
    let guard = OwnedMutexGuard::map(mutex.clone().blocking_lock_owned(), |_| it);
    let guard = ExclusiveGuard::map(guard, |it| &mut it.0);
    std::thread::spawn(move || drop(guard));
}

fn main() {}
