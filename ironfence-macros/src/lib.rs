//! The derive of [ironfence](https://docs.rs/ironfence); use it from there, as `ironfence::Guarded`.
//!
//! The way of a struct through this crate: `attr` reads its keys, `model` holds what they and its
//! syntax say, `validate` looks for contradictions, `expand` writes the twin. Mistakes are gathered
//! on the way, and `fallback` writes them down beside the likeliest twin.

mod attr;
mod expand;
mod fallback;
#[cfg(test)]
mod golden;
mod model;
mod spelling;
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
/// | `nested` | `f: <T as Guarded>::Twin` | `T` derives `Guarded` too: `twin.f.its_field.lock().await` |
/// | `plain` | `f: T` | never written again: `twin.f`. The default |
///
/// # On the struct
///
/// | `#[guarded(..)]` | |
/// |---|---|
/// | `name = Shared` | what the twin is called; by default the struct's name and `Guarded` |
/// | `default = mutex` | the kind of the fields that name none: `mutex`, `rwlock` or `plain` |
/// | `derive(Debug, Default)` | derives for the twin. Locks are `Debug` and `Default`, but never `Clone` |
/// | `attr(allow(dead_code), ..)` | other attributes for the twin, each without its `#[]` |
/// | `crate = path::to::ironfence` | where this crate is, if it is not `::ironfence` |
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
/// # What is generated
///
/// - The twin, with the struct's docs, visibility and generics, its fields in the same order under
///   the same names. It is `#[repr(C)]`, so the order of the fields is the order of the locks in
///   memory, which is the order in which several of them are taken. Of the struct's attributes it
///   has `allow`, `expect` (as `allow`), `deprecated`, `must_use` and `non_exhaustive`.
/// - `Guarded` for the struct, with `into_guarded`, and `From<Bank> for BankGuarded`.
/// - `into_inner` of the twin, the way back. Nobody can hold a guard then, so nothing is waited for.
/// - `snapshot` of the twin: takes all the locks in the order of the fields, nested ones included,
///   then clones every field and releases them. It asks for `Clone` of the fields when it is called,
///   and no sooner.
///
/// Named, tuple and unit structs have twins. Enums and unions have not: put the whole of one behind
/// a lock. Nor has a struct that implements `Drop`, since it can't be taken apart, or one that ends
/// in a field without a size.
///
/// `nested` is for a field that holds the other struct by value. A `Box`, `Arc` or `Vec` of structs
/// has no twin.
#[proc_macro_derive(Guarded, attributes(guarded))]
pub fn guarded(input: proc_macro::TokenStream) -> proc_macro::TokenStream {
    derive(input.into()).into()
}

/// The derive, on tokens that exist outside the compiler too.
fn derive(input: TokenStream) -> TokenStream {
    let input = match model::parse(input) {
        Ok(input) => input,
        Err(error) => return error.into_compile_error(),
    };
    let mut mistakes = attr::Mistakes::default();
    let model = model::Model::new(input, &mut mistakes);
    validate::check(&model, &mut mistakes);
    match mistakes.into_error() {
        None => expand::expand(&model),
        Some(errors) => fallback::expand_anyway(&model, &errors),
    }
}
