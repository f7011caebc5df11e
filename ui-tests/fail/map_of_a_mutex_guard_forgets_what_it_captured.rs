//! A part may be what the closure captured; the next map must not forget how long that lasts.

#![forbid(unsafe_code)]

use ironfence::{MappedMutexGuard, Mutex, MutexGuard};

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

fn a_struct_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Foo<'c>,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |foo| &mut foo.text)
}

fn a_trait_object_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut (dyn Name + 'c),
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |name| name.name_mut())
}

fn an_option_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Option<&'c mut String>,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| it.as_deref_mut().unwrap())
}

fn a_reference_to_a_reference<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut &'c mut String,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| &mut **it)
}

fn an_item_of_a_lender<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut <Lender as Lend>::Item<'c>,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| &mut *it[0])
}

fn a_type_that_is_contravariant<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut (fn(&'c str), String),
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| &mut it.1)
}

fn a_slice_that_was_captured<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut [&'c mut String],
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| &mut *it[0])
}

fn a_box_by_deref_coercion<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut Box<(String, &'c str)>,
) -> MappedMutexGuard<'a, String> {
    let guard = MutexGuard::map(guard, |_| it);
    MappedMutexGuard::map(guard, |it| &mut it.0)
}

fn a_place_that_was_leaked_and_written_to<'a, 'c>(
    guard: MutexGuard<'a, u32>,
    it: &'c mut String,
) -> MappedMutexGuard<'a, String> {
    let mut guard = MutexGuard::map(guard, |_| Box::leak(Box::new(None)));
    *guard = Some(it);
    MappedMutexGuard::map(guard, |place| place.as_deref_mut().unwrap())
}

fn three_maps<'a, 'c>(guard: MutexGuard<'a, u32>, it: &'c mut Foo<'c>) -> MappedMutexGuard<'a, u8> {
    let guard = MutexGuard::map(guard, |_| it);
    let guard = MappedMutexGuard::map(guard, |foo| &mut foo.text);
    MappedMutexGuard::map(guard, |_| Box::leak(Box::new(0)))
}

fn used_when_it_is_gone(mutex: &Mutex<u32>) {
    let guard;
    {
        let mut text = String::from("gone");
        let mut it = &mut text;
        let first = MutexGuard::map(mutex.blocking_lock(), |_| &mut it);
        guard = MappedMutexGuard::map(first, |it| it.as_mut_str());
    }
    println!("{}", &*guard);
}

fn main() {}
