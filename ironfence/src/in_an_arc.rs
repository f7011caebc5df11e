//! What the compiler finds where an owned guard is asked of a lock that is in no `Arc` of its own.
//!
//! By itself the compiler would suggest `Arc::new(bank.journal)`, which moves the field out of its struct. Now it
//! shows the line of a method below, with what to write. Whoever imports the method's trait, as the compiler
//! says next, gets the sentence of [`InAnArcOfItsOwn`], which nothing is. So nobody can call these methods.
#![allow(missing_docs, reason = "there is nothing to do with any of it")]

use core::future::{Pending, pending};

use crate::{mutex::Mutex, rwlock::RwLock};

type Wait = Pending<()>;

#[rustfmt::skip]
pub trait ArcFieldHasOwnedGuardsOfAMutex {
    fn lock_owned(&self) -> Wait where Self: InAnArcOfItsOwn { pending() } // write `ArcField::new(arc, |it| &it.field).lock()`
    fn try_lock_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).try_lock()`
    fn blocking_lock_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).blocking_lock()`
}

impl<T: ?Sized> ArcFieldHasOwnedGuardsOfAMutex for Mutex<T> {}

#[rustfmt::skip]
pub trait ArcFieldHasOwnedGuardsOfAnRwLock {
    fn read_owned(&self) -> Wait where Self: InAnArcOfItsOwn { pending() } // write `ArcField::new(arc, |it| &it.field).read()`
    fn upgradable_read_owned(&self) -> Wait where Self: InAnArcOfItsOwn { pending() } // write `ArcField::new(arc, |it| &it.field).upgradable_read()`
    fn write_owned(&self) -> Wait where Self: InAnArcOfItsOwn { pending() } // write `ArcField::new(arc, |it| &it.field).write()`
    fn try_read_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).try_read()`
    fn try_upgradable_read_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).try_upgradable_read()`
    fn try_write_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).try_write()`
    fn blocking_read_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).blocking_read()`
    fn blocking_upgradable_read_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).blocking_upgradable_read()`
    fn blocking_write_owned(&self) where Self: InAnArcOfItsOwn {} // write `ArcField::new(arc, |it| &it.field).blocking_write()`
}

impl<T: ?Sized> ArcFieldHasOwnedGuardsOfAnRwLock for RwLock<T> {}

#[diagnostic::on_unimplemented(
    message = "an owned guard keeps its lock alive, and `{Self}` is in no `Arc` of its own",
    label = "not an `Arc` of a lock",
    note = "of a field of what is in an `Arc`, write `ArcField::new(arc, |it| &it.field)`, and `lock`, `read` or `write` of that; else put the lock into an `Arc`"
)]
pub trait InAnArcOfItsOwn {}
