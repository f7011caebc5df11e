//! The derive of [ironfence](https://docs.rs/ironfence); use it from there, as `ironfence::Guarded`.
//!
//! The way of a struct through this crate: `attr` reads its keys, `model` holds what they and its
//! syntax say, `validate` looks for contradictions, `expand` writes the twin. Mistakes are gathered
//! on the way, and `fallback` writes them down beside the likeliest twin.

mod attr;
mod derives;
mod docs;
mod expand;
mod fallback;
#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod golden;
#[cfg(test)]
mod growth;
mod lengths;
mod mistakes;
mod model;
mod names;
mod shown;
mod spelling;
mod testing;
mod validate;

use proc_macro2::TokenStream;

/// Derives the guarded twin of a struct: the same fields, each shared in the way that it asks for.
///
/// The struct itself stays what it is, to be built, compared and serialised like any other;
/// `into_guarded` makes the twin of it, which goes into an `Arc` or a `static`.
///
/// ```
/// use std::{collections::HashMap, sync::Arc};
/// use ironfence::Guarded;
///
/// #[derive(Guarded, Clone)]
/// pub struct Bank {
///     #[guarded(rwlock)]
///     accounts: HashMap<u32, i64>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
///     #[guarded(nested)]
///     risk: Risk,
///     name: String, // nothing asked: shared as it is, to be read
/// }
///
/// #[derive(Guarded, Clone)]
/// pub struct Risk {
///     #[guarded(rwlock)]
///     limits: Vec<i64>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let bank = Bank {
///     accounts: HashMap::new(),
///     journal: Vec::new(),
///     risk: Risk { limits: vec![100] },
///     name: "Fort Knox".into(),
/// };
/// let bank: Arc<BankGuarded> = Arc::new(bank.into_guarded());
///
/// bank.accounts.write().await.insert(7, 50); // an `RwLock`
/// bank.journal.lock().await.push("opened 7".into()); // a `Mutex`
/// assert_eq!(bank.risk.limits.read().await[0], 100); // the twin of `Risk`
/// assert_eq!(bank.name, "Fort Knox"); // a `String`
///
/// let copy: Bank = bank.snapshot().await; // all of it, at one moment
/// assert_eq!(copy.accounts[&7], 50);
/// let back: Bank = Arc::into_inner(bank).unwrap().into_inner();
/// # assert_eq!(back.journal.len(), 1);
/// # }
/// ```
///
/// # On a field
///
/// | `#[guarded(..)]` | a field `f: T` is in the twin | |
/// |---|---|---|
/// | `mutex` | `f: Mutex<T>` | one at a time: `twin.f.lock().await` |
/// | `rwlock` | `f: RwLock<T>` | many read, or one writes: `twin.f.read().await`, `twin.f.write().await` |
/// | `mutex(fifo)`, `rwlock(fifo)` | the same | in a strict order; see [below](#in-a-strict-order) |
/// | `nested` | `f: <T as Guarded>::Twin` | `T` derives `Guarded` too: `twin.f.its_field.lock().await` |
/// | `plain` | `f: T` | never written again: `twin.f`. The default |
/// | `mutex, with = path` | `f: path<T>` | another library's mutex; see [below](#other-peoples-locks) |
/// | `rwlock, with = path` | `f: path<T>` | another library's rwlock |
/// | `mutex, label = "journal"` | the same | what the statistics and the lock checker call it, instead of `Bank.f` |
///
/// # On the struct
///
/// | `#[guarded(..)]` | |
/// |---|---|
/// | `name = Shared` | what the twin is called; by default the struct's name and `Guarded` |
/// | `prefix = MyBank` | what the names beside the twin begin with: `MyBankLocks`, `MyBankHeld`, `MyBankSession`, `my_bank_fields`. By default the struct's name, or that given by `name`. For where you have a `BankSession` already (`E0428`) |
/// | `default = mutex` | the kind of the fields that name none: `mutex`, `rwlock` or `plain`; also `mutex(fifo)` |
/// | `derive(Debug, Default)` | derives for the twin. Locks are `Debug` and `Default`. For `Clone`, `PartialEq`, `Serialize` and such derive them on the struct, and use `snapshot` |
/// | `attr(allow(dead_code), ..)` | other attributes for the twin, each without its `#[]` |
/// | `level = 1` | after structs of a lower level (0, if they say nothing), in groups and sessions; 15 at the most |
/// | `label = "Shop"` | what stands before the field's name where the statistics and the lock checker name a lock: `Shop.accounts`; by default the struct's name |
/// | `with(mutex = path, rwlock = path)` | whose locks the fields get that have no `with` of their own |
/// | `crate = path::to::ironfence` | where this crate is, if it is not `::ironfence` |
///
/// Generated code is safe code, whatever is at the end of that path, and it declares no name that is in the
/// struct.
///
/// ```
/// use ironfence::{Guarded, Mutex, RwLock};
///
/// #[derive(Guarded)]
/// #[guarded(name = Shared, default = mutex, derive(Debug, Default))]
/// struct Pair<T>(T, #[guarded(rwlock)] T);
///
/// static PAIR: Shared<u8> = Shared(Mutex::new(1), RwLock::new(2));
/// assert_eq!(*PAIR.0.blocking_lock() + *PAIR.1.blocking_read(), 3);
/// ```
///
/// # In a strict order
///
/// `into_guarded` makes a `mutex(fifo)` by [`Mutex::fifo`](../ironfence/struct.Mutex.html#method.fifo) and an
/// `rwlock(fifo)` by [`RwLock::fifo`](../ironfence/struct.RwLock.html#method.fifo): nobody passes a waiter. That
/// is for guards held over network calls; where sections are short it costs a wake-up at each change of hands. Sets, sessions and
/// pairs wait for such a lock in the same order. The type is the one of any other lock, so whoever
/// writes the twin's own literal (for a `static`, say) writes `Mutex::fifo(..)` there; and a twin with such fields
/// can't derive `Default`, which would not know of it.
///
/// ```
/// # use ironfence::Guarded;
/// #[derive(Guarded)]
/// struct Client {
///     #[guarded(mutex(fifo))]
///     connection: Vec<u8>,
///     #[guarded(rwlock)]
///     settings: u32,
/// }
///
/// let client = Client { connection: vec![], settings: 1 }.into_guarded();
/// client.connection.blocking_lock().push(7); // the guard of any mutex
/// ```
///
/// # Several locks
///
/// Taken together, the locks of a twin are taken in the order in which the fields are declared,
/// however it is written. So two functions that take the same ones never wait for each other.
///
/// ```
/// # use ironfence::Guarded;
/// #[derive(Guarded, Default)]
/// struct Bank {
///     #[guarded(rwlock)]
///     accounts: Vec<i64>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
///     #[guarded(nested)]
///     risk: Risk,
/// }
///
/// #[derive(Guarded, Default)]
/// struct Risk {
///     #[guarded(rwlock)]
///     limits: Vec<i64>,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let bank = Bank::default().into_guarded();
///
/// // A set: asked for in any order, awaited once. What is held goes by the fields' names.
/// let set = bank.locks().lock_journal().risk(|risk| risk.read_limits()).write_accounts();
/// let mut held = set.await;
/// held.accounts.push(100);
/// held.journal.push(format!("{} limits", held.risk.limits.len()));
/// drop(held);
///
/// // All at once; without waiting; or waiting with a thread.
/// assert_eq!(bank.locks().read_all().await.accounts.len(), 1);
/// assert!(bank.locks().lock_all().try_now().is_some());
/// bank.locks().lock_journal().blocking().journal.clear();
///
/// // A session: one lock after the other, forwards.
/// let (accounts, mut session) = bank.session().read_accounts().await;
/// for account in accounts.iter() {
///     let (mut journal, _) = session.reborrow().lock_journal().await;
///     journal.push(account.to_string());
/// }
/// let (mut limits, session) = session.risk().write_limits().await;
/// limits.extend(accounts.iter());
/// # drop(session.leave());
/// # }
/// ```
///
/// A set has `read_f` and `write_f` for an rwlock `f`, `lock_f` for a mutex, and `f(|f| ..)` for a nested
/// struct, each as visible as the field. A field is asked for once. One that was not asked for is
/// [`NotAsked`](../ironfence/sets/struct.NotAsked.html) in what is held. `read_all` and `lock_all` ask for
/// all, and so are for code that may see the types of all. Instead of awaiting a set, `try_now()` gives
/// `None` if anything would have to be waited for, `blocking()` waits with the thread, and `with(|held| ..)` lends what is held
/// to a closure, which can't await. An rwlock has `upgradable_f` too. Of a twin in an `Arc`,
/// `bank.locks_owned(|bank| bank.write_accounts()).await` has guards that keep the `Arc`, and so may go into another task.
/// A set is a request, too: [`lock_all`](../ironfence/fn.lock_all.html) takes sets of several values. A set's future
/// is one library type, `SetFuture`, of one size. The set itself is no future: where one is asked for, as by
/// `pin!` and `Box::pin`, write `.into_future()`.
///
/// A guard may be moved out of what is held, and dropped or kept by itself; the others stay held until
/// `held` goes out of scope. A function that is given all of it is generic over what it does not use:
/// `fn open<R>(held: &mut BankHeld<RwLockWriteGuard<'_, Vec<i64>>, MutexGuard<'_, Vec<String>>, R>)`.
///
/// A session's steps have the same names, and give the guard and the next session. Taking a field that
/// is declared before one that was taken does not compile, nor does taking one twice.
/// - `reborrow()` is the same session for a while, for loops and calls.
/// - A nested struct is entered by its field's name, and `leave()` comes back to the fields after it.
/// - `both(async |session| .., async |session| ..)` goes on in two branches, which are polled together, and
///   which no guard leaves. (In a task that is spawned, the twin's parameters may have no lifetimes.)
/// - A function takes a `BankSession<'_, impl MayLock<bank_fields::journal>>`; see
///   [`MayLock`](../ironfence/trait.MayLock.html).
///
/// The fields of a tuple struct go by their numbers: `write_0()`, `held.0`, and `_1(|it| ..)` for a nested
/// one.
///
/// # From value to value
///
/// A value may have others in it: an office has a map of its events. Their struct says that it comes after, by its level.
/// Then a session goes on from one to the other: `then`. It does not come back: take what you need of the first one
/// before, or go on with a `reborrow()`.
///
/// ```
/// use std::{collections::HashMap, sync::Arc};
/// use ironfence::Guarded;
///
/// #[derive(Guarded)]
/// struct Office {
///     #[guarded(rwlock)]
///     events: HashMap<u32, Arc<EventGuarded>>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
/// }
///
/// #[derive(Guarded)]
/// #[guarded(level = 1)]
/// struct Event {
///     #[guarded(rwlock)]
///     seats: u32,
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() -> Result<(), ironfence::SameLock> {
/// let event = |seats| Arc::new(Event { seats }.into_guarded());
/// let events = HashMap::from([(1, event(3)), (2, event(5))]);
/// let office = Office { events, journal: Vec::new() }.into_guarded();
///
/// let (events, mut session) = office.session().read_events().await;
/// for event in events.values() {
///     let (mut seats, _) = session.reborrow().then(&**event).write_seats().await; // one after the other
///     *seats += 1;
/// }
/// let (mut journal, session) = session.lock_journal().await;
/// let both = (events[&1].seats.write(), events[&2].locks().read_seats());
/// let (mut one, other) = session.then_all(both).await?; // two of one level: together
/// *one += *other.seats;
/// journal.push(format!("{one} seats"));
/// # Ok(()) }
/// ```
///
/// `then` compiles where the level of the other struct is higher. `then_all` takes any request, as
/// [`lock_all`](../ironfence/fn.lock_all.html) does, of borrowed locks; it panics if one of them is not at a higher level.
/// A nested struct lies in its outer one, and so it is at the level of that; `leave()` it before. `into_guarded` puts all
/// the locks at the struct's level. Who writes the twin's own literal (for a `static`, say) writes
/// `RwLock::at_level(.., 1)` there; a session panics if it comes to a lock at another level.
///
/// Proven free of deadlock are tasks that hold several locks by one set or session, with what that goes on to (or one
/// [`lock_pair`](../ironfence/fn.lock_pair.html) or [`lock_all`](../ironfence/fn.lock_all.html)) at a time, polled to its
/// end or dropped. Not what a task does beside while it holds one: a plain `bank.journal.lock().await` or
/// an `upgrade`, a second session from the root or a set beside a session, waiting for a channel or another task; nor a set that
/// is left half-way without being polled, which keeps the locks that it has.
///
/// # Other people's locks
///
/// A lock takes part if it is an [`AsyncMutex`](../ironfence/foreign/trait.AsyncMutex.html) or
/// [`AsyncRwLock`](../ironfence/foreign/trait.AsyncRwLock.html). The features `tokio` and `async-lock` say so of the locks
/// of these libraries, and anybody may say it of others. `with` takes the lock's path without what is in
/// it, which may also be that of a parameter, such as `L::RwLock`.
///
/// ```
/// # use ironfence::Guarded;
/// #[derive(Guarded, Clone, Default)]
/// #[guarded(with(rwlock = tokio::sync::RwLock))]
/// pub struct Bank {
///     #[guarded(rwlock)]
///     pub accounts: Vec<i64>, // as the container says
///     #[guarded(mutex, with = tokio::sync::Mutex)]
///     pub journal: Vec<String>, // as the field says
///     #[guarded(mutex)]
///     audits: u32, // ours
/// }
///
/// # #[tokio::main(flavor = "current_thread")] async fn main() {
/// let bank = Bank::default().into_guarded();
/// let _: &tokio::sync::RwLock<Vec<i64>> = &bank.accounts;
///
/// let mut held = bank.locks().lock_audits().lock_journal().write_accounts().await;
/// held.accounts.push(100);
/// held.journal.push("opened 0".into());
/// drop(held);
/// let (journal, session) = bank.session().lock_journal().await;
/// let (mut audits, _) = session.lock_audits().await;
/// *audits += journal.len() as u32;
/// drop((journal, audits));
/// assert_eq!(bank.snapshot().await.audits, 1);
/// # }
/// ```
///
/// Sets, sessions and `snapshot` are as above, with the guards of these locks; a set's future is a
/// `ForeignFuture`, which is as large as what it waits for and holds. Such a twin is built by a method
/// `into_guarded` of the struct, which is not `Guarded` as other code may ask it: it can't be `nested`,
/// nor have `nested` fields. Locks and sets of several such twins are taken together by
/// [`foreign::lock_all`](../ironfence/foreign/fn.lock_all.html).
///
/// # What is generated
///
/// - The twin, with the struct's docs (but for the examples, which are the struct's), visibility and generics,
///   its fields in the same order under the same names. It is `#[repr(C)]`, so the order of the fields is the order of the locks in
///   memory, which is the order in which several of them are taken. Of the struct's attributes it
///   has `allow`, `expect` (as `allow`), `deprecated`, `must_use` and `non_exhaustive`.
/// - `Guarded` for the struct, with `into_guarded`, and `From<Bank> for BankGuarded`. `into_guarded` is a method of
///   the struct itself, too, so that nothing has to be imported where a twin is made.
/// - `into_inner` of the twin, the way back. Nobody can hold a guard then, so nothing is waited for.
/// - `locks` and `session` of the twin, see above, with the types that they need: `BankLocks`, `BankHeld`,
///   `BankSession`, and the module `bank_fields` with a type for each guarded field. With `name = Shared`
///   they are `SharedLocks` and so on, and with `prefix = MyBank` they are `MyBankLocks` and so on.
/// - `snapshot` of the twin: takes all the locks in the order of the fields, nested ones included,
///   then clones every field and releases them. It asks for `Clone` of the fields when it is called,
///   and no sooner.
///
/// Named, tuple and unit structs have twins. Enums and unions have not: put the whole of one behind
/// a lock. Nor has a struct that implements `Drop`, since its fields can't be moved out of it: implement `Drop`
/// for the type of one field, or for a struct around the twin. Nor has one that ends in a field without a
/// size.
///
/// `nested` is for a field that holds the other struct by value. A `Box`, `Arc` or `Vec` of structs
/// has no twin.
#[proc_macro_derive(Guarded, attributes(guarded))]
pub fn guarded(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into()).into()
}

/// The derive, on tokens that exist outside the compiler too.
fn derive(input: TokenStream) -> TokenStream {
    let names = names::Names::avoiding(input.clone());
    let input = match model::parse(input) {
        Ok(input) => input,
        Err(error) => return mistakes::unread(&error),
    };
    let mut mistakes = mistakes::Mistakes::default();
    let model = model::Model::new(input, names, &mut mistakes);
    validate::check(&model, &mut mistakes);
    match mistakes.into_error() {
        None => expand::expand(&model),
        Some(errors) => fallback::expand_anyway(&model, &errors),
    }
}

/// Puts an async test under the lock checker: `ironfence::test`.
///
/// It goes above the attribute that runs the test, and leaves that one alone:
///
/// ```
/// # // Tests are left out of examples: here it is a function that runs.
/// # mod tokio { pub use ::tokio::{main as test, *}; }
/// use ironfence::{Guarded, task};
/// use std::sync::Arc;
///
/// #[derive(Guarded, Default)]
/// struct Bank {
///     #[guarded(rwlock)]
///     accounts: Vec<i64>,
///     #[guarded(mutex)]
///     journal: Vec<String>,
/// }
///
/// #[ironfence::test]
/// #[tokio::test]
/// async fn an_account_is_opened() {
///     let bank = Arc::new(Bank::default().into_guarded());
///     let opened = tokio::spawn(task::named("open", {
///         let bank = bank.clone();
///         async move {
///             let mut accounts = bank.accounts.write().await;
///             accounts.push(0);
///             bank.journal.lock().await.push("opened".into());
///         }
///     }));
///     opened.await.unwrap();
///     assert_eq!(bank.snapshot().await.accounts, [0]);
/// }
/// # an_account_is_opened();
/// ```
///
/// With the feature `check` of ironfence the test is a task of its name, and fails
///
/// - with the reports of the lock checker about it and about what it has begun: at once if tasks wait for each other for
///   ever, else at its end. The reports of other tests are none of its own;
/// - if a task without a name has taken a lock while it held another one: that can't be checked, so a green test would
///   mean nothing. Wrap what you spawn in `task::named`;
/// - with the table of who waits for whom, if it has not ended within 60 s. `#[ironfence::test(limit = 5)]` says how many
///   seconds it may take.
///
/// Without the feature it does nothing, so it can stay where it is.
///
/// Alone, without another test attribute, it runs the test on the thread that waits for it, without any
/// runtime: enough for tests that only lock.
///
/// ```
/// #[ironfence::test(limit = 5)]
/// async fn it_counts() -> Result<(), std::num::ParseIntError> {
///     let count = ironfence::Mutex::new("1".parse::<u32>()?);
///     *count.lock().await += 1;
///     assert_eq!(*count.lock().await, 2);
///     Ok(())
/// }
/// ```
///
/// Arguments, and what the test returns, are kept. With `crate = path` it finds the library there, as the derive does.
#[proc_macro_attribute]
pub fn test(
    keys: proc_macro::TokenStream,
    item: proc_macro::TokenStream,
) -> proc_macro::TokenStream {
    testing::expand(keys.into(), item.into()).into()
}

/// For the library's own macros alone.
#[doc(hidden)]
#[proc_macro]
pub fn shown(tokens: proc_macro::TokenStream) -> proc_macro::TokenStream {
    shown::expand(tokens.into()).into()
}
