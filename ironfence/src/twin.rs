//! L5: a struct and its guarded twin, and how generated code shows the twin's locks.
#![allow(unsafe_code)]

use crate::{
    order::{
        session::Token,
        set::{LockAll, ReadAll, Set, Slot},
        taking::Walker,
    },
    raw::handle::Lockable,
    watch::Field,
};

/// A plain struct with a guarded twin. Derive it; see [the derive](derive@crate::Guarded).
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no guarded twin",
    label = "this type does not derive `Guarded`",
    note = "`#[guarded(nested)]` is for fields whose type derives `Guarded`, by value; for any other use `mutex`, `rwlock` or `plain`",
    note = "a struct with locks of other libraries (`with = ..`) has a twin, but can't be nested: its locks are taken in another way"
)]
pub trait Guarded: Sized {
    /// The same struct with its guarded fields behind locks.
    type Twin: Twin<Plain = Self>;

    /// Puts each field behind its lock.
    fn into_guarded(self) -> Self::Twin;
}

/// The guarded twin of a struct; the derive writes it.
///
/// # Safety
/// `ReadAll` and `LockAll` come to every lock of the twin.
pub unsafe trait Twin: Sized {
    /// The struct that it is the twin of.
    type Plain: Guarded<Twin = Self>;

    /// The builder of a set of which nothing is asked yet: what [`locks`](Twin::locks) returns.
    type Locks<'a>
    where
        Self: 'a;

    /// A session that took the field `P` last, of a twin that is nested as `O` says.
    #[doc(hidden)]
    type Session<'a, P, O>
    where
        Self: 'a;

    /// The set of all the locks: rwlocks to be read, mutexes as they are.
    #[doc(hidden)]
    type ReadAll<'a>: Set<Twin = &'a Self>
    where
        Self: 'a;

    /// The set of all the locks, each taken exclusively.
    #[doc(hidden)]
    type LockAll<'a>: Set<Twin = &'a Self>
    where
        Self: 'a;

    /// Takes the values out of the locks again. Nobody can hold a guard here.
    fn into_inner(self) -> Self::Plain;

    /// Begins a set of locks of this twin.
    fn locks(&self) -> Self::Locks<'_>;

    /// A session of a token.
    #[doc(hidden)]
    fn session<P, O>(token: Token<&Self, P, O>) -> Self::Session<'_, P, O>;
}

/// The slots that are a whole nested twin. They name no more than the field, for the twin's type may
/// be private where the set that has them as slots is not.
macro_rules! whole {
    ($($All:ident)+) => {$(
        // SAFETY: `Set` promises it.
        unsafe impl<'a, F, T: Twin> Slot<&'a T> for $All<F> {
            type Guard = <T::$All<'a> as Set>::Held;

            #[inline(always)]
            fn walk<W: Walker>(twin: &'a T, walker: &mut W) -> bool {
                T::$All::<'a>::walk(twin, walker)
            }

            #[inline(always)]
            unsafe fn guard(twin: &'a T) -> Self::Guard {
                // SAFETY: the caller's contract.
                unsafe { T::$All::<'a>::held(twin) }
            }
        }
    )+};
}
whole!(ReadAll LockAll);

/// A twin that can be copied as a whole.
///
/// # Safety
/// `copy` looks at nothing but what is guarded by the locks of the twin, and at what is not guarded
/// at all.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a snapshot: some of its fields are not `Clone`"
)]
pub unsafe trait CopyTwin: Twin {
    /// # Safety
    /// The caller holds all the locks of [`Twin::ReadAll`], in the ways in which it wants them.
    unsafe fn copy(&self) -> Self::Plain;
}

/// A nested twin that can be part of a snapshot: any that is [`CopyTwin`]; see [`CopyField`] for
/// `FIELD`.
///
/// `Plain` is a parameter, and `Twin` no supertrait, because a bound that says `Twin` would keep
/// the compiler from looking into the impl for what `Twin::Plain` is (rust-lang/rust#152409).
///
/// # Safety
/// As for [`CopyTwin`].
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a snapshot: some of its fields are not `Clone`"
)]
pub unsafe trait CopyNested<const FIELD: usize, Plain> {
    /// # Safety
    /// As for [`CopyTwin::copy`].
    unsafe fn copy(&self) -> Plain;
}

// SAFETY: as for the twin.
unsafe impl<T: CopyTwin, const FIELD: usize> CopyNested<FIELD, T::Plain> for T {
    unsafe fn copy(&self) -> T::Plain {
        // SAFETY: the caller's contract.
        unsafe { CopyTwin::copy(self) }
    }
}

/// A value that can be part of a snapshot: any that is `Clone`.
///
/// `FIELD` is the number of the field. It tells bounds on two fields apart whose types differ only
/// by a lifetime, such as `&'a str` and `&'b str`: the compiler takes them for one bound with two
/// answers.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a snapshot: it is not `Clone`",
    label = "`snapshot` copies every field, and this one is not `Clone`",
    note = "make it `Clone`, in generic code by a bound such as `T: Clone`; or lock the fields that you need one by one"
)]
pub trait CopyField<const FIELD: usize>: Sized {
    fn copy(&self) -> Self;
}

#[diagnostic::do_not_recommend]
impl<T: Clone, const FIELD: usize> CopyField<FIELD> for T {
    fn copy(&self) -> Self {
        self.clone()
    }
}

/// Tells the lock checker that `lock` is this field of `twin`: module, struct, field.
#[doc(hidden)]
#[inline(always)]
pub fn name<T: Twin, L: Lockable>(twin: &T, lock: &L, field: Field) {
    lock.raw().mark.is_field(twin, field);
}

/// The value of a lock that the caller of [`CopyTwin::copy`] holds, copied.
///
/// # Safety
/// The lock is held, shared or alone, as long as this runs.
#[doc(hidden)]
pub unsafe fn copy_guarded<const FIELD: usize, L>(lock: &L) -> L::Value
where
    L: Lockable<Value: CopyField<FIELD>>,
{
    // SAFETY: the lock is held, so nobody writes; the reference ends before the hold does.
    unsafe { &*lock.value() }.copy()
}
