//! An `ArcField` may be of a lock that its closure captured, as long as its type says how long that lasts.

#![forbid(unsafe_code)]

use std::sync::Arc;

use ironfence::{ArcField, ExclusiveGuard, Mutex, PartOf};

/// The lock in a box stands for a field of something larger.
type Field<L> = ArcField<Box<L>, L>;

fn a_lock_that_was_captured<'c>(it: &'c Mutex<u32>) -> ArcField<u32, Mutex<u32>> {
    ArcField::new(Arc::new(1), |_| it)
}

fn a_lock_of_a_shorter_lifetime_than_its_owner<'c>(
    it: &'c Mutex<&'c str>,
) -> ArcField<u32, Mutex<&'static str>> {
    ArcField::new(Arc::new(1), |_| it)
}

fn a_lock_of_an_owner_whose_lifetime_gets_longer<'c>(
    it: &'c Mutex<u32>,
) -> ArcField<fn(&'static str), Mutex<u32>> {
    let owner: Arc<fn(&'c str)> = Arc::new(|_| ());
    ArcField::new(owner, |_| it)
}

fn a_field_whose_type_forgets<'c>(
    field: ArcField<fn(&'c str), Mutex<u32>>,
) -> ArcField<fn(&'static str), Mutex<u32>> {
    field
}

fn a_field_whose_type_gets_shorter<'c>(
    field: ArcField<&'static str, Mutex<u32>>,
    _: &'c str,
) -> ArcField<&'c str, Mutex<u32>> {
    field
}

fn a_guard_of_a_field_whose_type_forgets<'c>(
    field: &ArcField<fn(&'c str), Mutex<u32>>,
) -> ExclusiveGuard<ArcField<fn(&'static str), Mutex<u32>>, u32> {
    field.blocking_lock()
}

fn a_part_of_a_field_whose_type_forgets<'c>(
    field: &ArcField<fn(&'c str), Mutex<u32>>,
) -> ExclusiveGuard<PartOf<'c, ArcField<fn(&'static str), Mutex<u32>>>, u32> {
    ExclusiveGuard::map(field.blocking_lock(), |value| value)
}

fn used_when_it_is_gone() {
    let guard;
    {
        let lock = Mutex::new(1);
        guard = ArcField::new(Arc::new(&lock), |lock| *lock).blocking_lock();
    }
    println!("{}", *guard);
}

fn a_reference_to_the_owner(owner: Arc<Mutex<u32>>) -> &'static Mutex<u32> {
    let mut found = None;
    ArcField::new(owner, |lock| {
        found = Some(lock);
        lock
    });
    found.unwrap()
}

fn main() {}
