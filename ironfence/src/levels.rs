//! L5: the levels of twins: put there, looked at, and gone up by sessions.
//!
//! That a twin's locks are at the level that its struct declares is seen to by `into_guarded`. But its fields may
//! be visible, and then anybody can write its literal, or exchange a lock. So a session that goes from value to value
//! looks at all their locks when it does so; and a set, or a session of one value, asks no more than that its
//! locks are at one level, or at higher and higher ones: that is enough for its order to be everybody's.

use core::{any::type_name, marker::PhantomData};

use crate::{
    order::{
        level::{AtLeast, Height},
        place::Start,
        request::Within,
        row::Places as _,
        session::{Root, Token},
        set::row,
        taking::{Among, Ascending, Walker},
        together::{Together, lock_all},
    },
    raw::RawLock,
    twin::{Guarded, Twin},
    watch::Site,
};

/// A twin that a session may go on to, from one whose level is lower than `LEAST`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a session can't go on to `{Self}` from here: that has to be at level {LEAST}, or at a higher one",
    label = "not behind the value that the session is in",
    note = "a session goes from one value to another of a higher level: write `#[guarded(level = {LEAST})]` above the struct whose twin this is (a level is 15 at the most)",
    note = "two values of one level are taken by a group: `session.then_all((a.locks().., b.locks()..))`"
)]
pub trait Behind<const LEAST: u8>: Twin {}

#[diagnostic::do_not_recommend]
impl<T: Twin<Level: AtLeast<LEAST>>, const LEAST: u8> Behind<LEAST> for T {}

/// A session that is in no nested struct.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a session goes on to another value from the outermost struct, and this one is in a nested one",
    label = "write `session.leave()` first",
    note = "guards of the nested struct stay held: `session.leave().then(&other)`"
)]
pub trait Outermost {}

impl Outermost for Root {}

/// Whether a struct may be nested: `IS_LEVEL_0`. Of two constants of one name the one that comes with the type goes
/// first: where `T: Guarded` that is the one here. Where it is not, that is an error already, and [`MayBeNested`]'s
/// adds none.
#[doc(hidden)]
pub struct NestedLevel<T>(PhantomData<fn() -> T>);

impl<T: Guarded> NestedLevel<T> {
    pub const IS_LEVEL_0: bool = <<T::Twin as Twin>::Level as Height>::NUMBER == 0;
}

#[doc(hidden)]
pub trait MayBeNested {
    const IS_LEVEL_0: bool = true;
}

impl<T> MayBeNested for NestedLevel<T> {}

/// Puts all the locks of a twin at the level that its struct declares.
#[doc(hidden)]
pub fn put_at_level<T: Twin>(twin: &T) {
    row::<T::ReadAll<'_>>(twin).walk(&mut Put(<T::Level as Height>::NUMBER));
}

struct Put(u8);

impl Walker for Put {
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        raw.set_level(self.0);
        true
    }
}

/// A session of a twin that was entered from no other one.
#[doc(hidden)]
#[inline]
#[track_caller]
pub fn session<T: Twin>(twin: &T) -> T::Session<'_, Start, Root> {
    let is_ascending = row::<T::ReadAll<'_>>(twin).walk(&mut Ascending::default());
    assert!(is_ascending, "{}", Ascending::MESSAGE);
    Site::here().begin_session(twin, <T::Level as Height>::NUMBER);
    T::session(Token::new(twin))
}

/// The session after this one, in another twin.
#[doc(hidden)]
#[track_caller]
pub fn then<'a, T: Twin, P, O, U: Twin>(
    token: Token<&'a T, P, O>,
    next: &'a U,
) -> U::Session<'a, Start, Root> {
    check(token.twin());
    check(next);
    U::session(Token::new(next))
}

/// All of these, after a session.
#[doc(hidden)]
#[track_caller]
pub fn then_all<'a, T: Twin, P, O, R: Within<'a>>(
    token: Token<&'a T, P, O>,
    request: R,
) -> Together<R::Wanted, R::Room> {
    check(token.twin());
    let group = lock_all(request);
    let level = <T::Level as Height>::NUMBER;
    if let Some(first) = group.first_level().filter(|first| *first <= level) {
        panic!(
            "a lock at level {first} is asked for behind a session of `{}`, which is at level {level}: \
             declare a higher one for it, `#[guarded(level = {})]` or `RwLock::at_level(.., {1})`",
            type_name::<T::Plain>(),
            level + 1,
        );
    }
    group
}

/// Panics if a lock of the twin is not at the level that its struct declares.
#[track_caller]
fn check<T: Twin>(twin: &T) {
    let level = <T::Level as Height>::NUMBER;
    let mut stray = Stray { level, found: None };
    row::<T::ReadAll<'_>>(twin).walk(&mut stray);
    if let Some(found) = stray.found {
        let name = type_name::<T::Plain>();
        panic!(
            "a lock of `{name}` is at level {found}, and the struct at level {level}: make its twin by \
             `into_guarded`, or write `RwLock::at_level(.., {level})` for each lock in the twin's literal; a \
             struct that is nested is at the level of the one it is in, where the session is to begin"
        );
    }
}

/// Looks for a lock at another level.
struct Stray {
    level: u8,
    found: Option<u8>,
}

impl Walker for Stray {
    fn come_to<M: Among>(&mut self, raw: &RawLock) -> bool {
        let level = raw.level();
        if level != self.level {
            self.found = Some(level);
        }
        self.found.is_none()
    }
}
