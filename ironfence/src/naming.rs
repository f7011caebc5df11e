//! L5: names for values, for the lock checker: `check::name_value`.

use alloc::{string::ToString as _, sync::Arc};
use core::fmt::Display;

use crate::{
    mutex::Mutex,
    order::{
        row::Places as _,
        set::row,
        taking::{Among, Walker},
    },
    raw::{RawLock, handle::Lockable as _},
    rwlock::RwLock,
    twin::Twin,
    watch::check::values,
};

/// What has locks: a twin, or a lock by itself.
///
/// [`name`](crate::check::name) has an example.
pub trait HasLocks {
    #[doc(hidden)]
    fn each_lock(&self, name: &mut Name);
}

/// A name that is given to locks.
#[doc(hidden)]
#[derive(Debug)]
pub struct Name {
    number: u32,
    name: Arc<str>,
}

impl Name {
    fn give(&self, raw: &RawLock) {
        raw.mark.is_of_value(self.number, &self.name);
    }
}

impl Walker for Name {
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        self.give(raw);
        true
    }
}

impl<T: Twin> HasLocks for T {
    fn each_lock(&self, name: &mut Name) {
        row::<T::ReadAll<'_>>(self).walk(name);
    }
}

impl<T: ?Sized> HasLocks for Mutex<T> {
    fn each_lock(&self, name: &mut Name) {
        name.give(self.raw());
    }
}

impl<T: ?Sized> HasLocks for RwLock<T> {
    fn each_lock(&self, name: &mut Name) {
        name.give(self.raw());
    }
}

/// Says which one of many this value is: reports and tables then say of its locks "`Event.seats` (concert 7)".
///
/// To the order its locks are of the same classes as before. `value` is a twin, with all its locks, or a lock by itself. The
/// name is forgotten when the locks are dropped.
///
/// ```
/// use ironfence::{Guarded, check};
///
/// #[derive(Guarded)]
/// struct Event {
///     #[guarded(rwlock)]
///     seats: u32,
/// }
///
/// let event = Event { seats: 100 }.into_guarded();
/// check::name_value(&event, format_args!("concert {}", 7));
/// ```
pub fn name_value<V: HasLocks + ?Sized>(value: &V, name: impl Display) {
    value.each_lock(&mut Name { number: values::number(), name: name.to_string().into() });
}
