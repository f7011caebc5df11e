//! Which field comes before which, as the compiler is to know it.
//!
//! Each guarded field is a type, and has a place: its number in three octal digits. Comparing two
//! places is comparing digit by digit, so it costs the compiler the same for the second field and
//! for the five hundredth. (Counting by wrapping a type around a type ends at its recursion limit,
//! with 128 fields.)
//!
//! A session may take a field if it reaches it, and if it has not taken it yet: two traits, because
//! these are two mistakes with a sentence each. A function that is generic over where its session is makes a
//! third one if it does not say what it takes. The impls of these traits for all fields are not recommended, so
//! that the compiler says that sentence and nothing of digits.

use core::marker::PhantomData;

/// A guarded field as a type, such as `bank_fields::accounts`; the derive writes them.
#[doc(hidden)]
pub trait Field {
    /// Its number among the guarded fields of its struct.
    type Place;

    /// The methods that ask for it in a set: an [`AskBy`](super::set::AskBy).
    type AskBy;
}

/// The position of a session that has taken nothing yet.
///
/// [the derive](derive@crate::Guarded#several-locks) has an example.
pub struct Start(PhantomData<()>);

impl Field for Start {
    type Place = BeforeAll;
    type AskBy = ();
}

/// A session at `Self` may still take the field `F`: both are fields of one struct, and `F` is
/// declared after `Self`.
///
/// For functions that go on with their caller's session:
///
/// ```
/// use ironfence::{Guarded, MayLock};
///
/// #[derive(Guarded, Default)]
/// struct Bank {
///     #[guarded(rwlock)]
///     accounts: Vec<i64>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
/// }
///
/// async fn post(session: BankSession<'_, impl MayLock<bank_fields::journal>>, what: &str) {
///     let (mut journal, _) = session.lock_journal().await;
///     journal.push(what.into());
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let bank = Bank::default().into_guarded();
/// let (mut accounts, mut session) = bank.session().write_accounts().await;
/// accounts.push(100);
/// post(session.reborrow(), "opened an account").await;
/// post(session, "and that is all").await;
/// # }
/// ```
pub trait MayLock<F> {}

impl<P, F> MayLock<F> for P where Forwards: Knows<P, F> + Reaches<P, F> + NotYet<P, F> {}

/// Who is asked whether a step goes forwards. (If `P` itself was asked, the compiler would say of [`MayLock`] that
/// it is not implemented, and not why.)
#[doc(hidden)]
pub struct Forwards;

/// It is known which field the session took last: `P` is a field, and no parameter of a function.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "this function does not say that its session may still lock `{F}`",
    label = "the session may be past `{F}`",
    note = "say so in the signature, with a `MayLock` for each field that is locked: `session: BankSession<'_, impl MayLock<bank_fields::journal>>`"
)]
pub trait Knows<P, F> {}

#[diagnostic::do_not_recommend]
impl<P: Field, F> Knows<P, F> for Forwards {}

/// The field `F` is at `P`, or behind it.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` must be locked before `{P}`: it is declared first",
    label = "this session already took `{P}`",
    note = "a session goes forward through the fields, in the order they are declared"
)]
pub trait Reaches<P, F> {}

#[diagnostic::do_not_recommend]
impl<P, F> Reaches<P, F> for Forwards
where
    P: Field<Place: Compare<F::Place, Order: NotGreater>>,
    F: Field,
{
}

/// The field `F` is not at `P`.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{F}` is already taken by this session",
    label = "taken twice",
    note = "a session takes each lock once, reads too: keep the guard, or `reborrow()` the session before"
)]
pub trait NotYet<P, F> {}

#[diagnostic::do_not_recommend]
impl<P, F> NotYet<P, F> for Forwards
where
    P: Field<Place: Compare<F::Place, Order: NotEqual>>,
    F: Field,
{
}

/// Three octal digits.
#[doc(hidden)]
pub struct Place<const HIGH: u8, const MIDDLE: u8, const LOW: u8>;

/// Before all places.
#[doc(hidden)]
pub struct BeforeAll;

/// One octal digit.
#[doc(hidden)]
pub struct Digit<const VALUE: u8>;

#[doc(hidden)]
pub struct Less;
#[doc(hidden)]
pub struct Equal;
#[doc(hidden)]
pub struct Greater;

/// How `Self` compares with `Other`.
#[doc(hidden)]
pub trait Compare<Other> {
    /// [`Less`], [`Equal`] or [`Greater`].
    type Order;
}

/// The order by one digit, and where that is equal, by what `Next` says.
#[doc(hidden)]
pub trait Then<Next> {
    type Order;
}

#[doc(hidden)]
pub trait NotGreater {}
#[doc(hidden)]
pub trait NotEqual {}

impl NotGreater for Less {}
impl NotGreater for Equal {}
impl NotEqual for Less {}
impl NotEqual for Greater {}

impl<Next> Then<Next> for Less {
    type Order = Less;
}

impl<Next> Then<Next> for Equal {
    type Order = Next;
}

impl<Next> Then<Next> for Greater {
    type Order = Greater;
}

impl<Other> Compare<Other> for BeforeAll {
    type Order = Less;
}

impl<
    const H: u8,
    const M: u8,
    const L: u8,
    const OTHER_H: u8,
    const OTHER_M: u8,
    const OTHER_L: u8,
    High,
    Middle,
    Low,
    Rest,
> Compare<Place<OTHER_H, OTHER_M, OTHER_L>> for Place<H, M, L>
where
    Digit<H>: Compare<Digit<OTHER_H>, Order = High>,
    Digit<M>: Compare<Digit<OTHER_M>, Order = Middle>,
    Digit<L>: Compare<Digit<OTHER_L>, Order = Low>,
    Middle: Then<Low, Order = Rest>,
    High: Then<Rest>,
{
    type Order = High::Order;
}

/// Each digit, those below it, and those above it.
macro_rules! digits {
    ($([$($below:literal)*] $digit:literal [$($above:literal)*])+) => {$(
        $(
            impl Compare<Digit<$below>> for Digit<$digit> {
                type Order = Greater;
            }
        )*
        impl Compare<Digit<$digit>> for Digit<$digit> {
            type Order = Equal;
        }
        $(
            impl Compare<Digit<$above>> for Digit<$digit> {
                type Order = Less;
            }
        )*
    )+};
}
digits! {
    [] 0 [1 2 3 4 5 6 7]
    [0] 1 [2 3 4 5 6 7]
    [0 1] 2 [3 4 5 6 7]
    [0 1 2] 3 [4 5 6 7]
    [0 1 2 3] 4 [5 6 7]
    [0 1 2 3 4] 5 [6 7]
    [0 1 2 3 4 5] 6 [7]
    [0 1 2 3 4 5 6] 7 []
}
