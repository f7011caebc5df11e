//! L5: a struct and its guarded twin, and how generated code shows the twin's locks.

use core::marker::PhantomData;

use crate::{
    order::{
        level::Height,
        session::Token,
        set::{LockAll, Nested, ReadAll, Set, Slot},
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
    ///
    /// [the derive](derive@crate::Guarded) has an example.
    fn into_guarded(self) -> Self::Twin;
}

/// The guarded twin of a struct; the derive writes it.
///
/// [the derive](derive@crate::Guarded) has an example.
pub trait Twin: Sized {
    /// The struct that it is the twin of.
    type Plain: Guarded<Twin = Self>;

    /// At which level the struct is.
    #[doc(hidden)]
    type Level: Height;

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
    ///
    /// The other way is [`into_guarded`](Guarded::into_guarded).
    fn into_inner(self) -> Self::Plain;

    /// Begins a set of locks of this twin.
    ///
    /// [the derive](derive@crate::Guarded#several-locks) has an example.
    fn locks(&self) -> Self::Locks<'_>;

    /// A session of a token.
    #[doc(hidden)]
    fn session<P, O>(token: Token<&Self, P, O>) -> Self::Session<'_, P, O>;
}

/// The slots that are a whole nested twin. They name no more than the field, for the twin's type may
/// be private where the set that has them as slots is not.
macro_rules! whole {
    ($($All:ident)+) => {$(
        impl<'a, F, T: Twin> Slot<&'a T> for $All<F> {
            type Place = Nested<T::$All<'a>>;

            #[inline(always)]
            fn of(twin: &'a T) -> Self::Place {
                Nested::new(twin)
            }
        }
    )+};
}
whole!(ReadAll LockAll);

/// A twin that can be copied as a whole, to a `Plain`, while `H` is held: all of it.
///
/// `Plain` is a parameter, and `Twin` no supertrait, because a bound that says `Twin` would keep
/// the compiler from looking into the impl for what `Twin::Plain` is (rust-lang/rust#152409).
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be part of a snapshot: some of its fields are not `Clone`"
)]
pub trait CopyTwin<H, Plain> {
    fn copy(&self, held: &H) -> Plain;
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

/// A struct that is taken apart, to be its twin or to be itself again: `check` asks whether it can be.
///
/// A type with `Drop` can't. The compiler would say so of each field, and not where else to put the `Drop`. There is
/// no bound for "no `Drop`", but of two functions of one name the one that comes with the type goes first: where
/// `T: Drop` that is the one here, which asks for what no type is, and else [`ComesApart`]'s.
#[doc(hidden)]
pub struct Apart<T>(PhantomData<fn() -> T>);

#[allow(drop_bounds, reason = "the bound is the question")]
impl<T: Drop> Apart<T> {
    pub fn check()
    where
        T: WithoutDrop,
    {
    }
}

/// See [`Apart`].
#[doc(hidden)]
pub trait ComesApart {
    #[inline(always)]
    fn check() {}
}

impl<T> ComesApart for Apart<T> {}

/// Nothing: what [`Apart`] asks of a type with `Drop`, so that it is an error that says what to write.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` implements `Drop`, so its fields can't be moved out of it",
    label = "`into_guarded` moves the fields of a struct into its twin, and `into_inner` moves them back",
    note = "implement `Drop` for the type of one field, which is dropped with the others; or for a struct around the twin, such as `struct Server {{ bank: BankGuarded }}`"
)]
pub trait WithoutDrop {}

/// Tells the listeners that `lock` is this field of `twin`: module, struct, field, and perhaps a label.
#[doc(hidden)]
#[inline(always)]
pub fn name<T, L: Lockable>(twin: &T, lock: &L, field: impl Into<Field>) {
    lock.raw().mark.is_field(twin, field.into());
}
