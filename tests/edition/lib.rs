//! The derive in a crate of the edition 2021: `gen` is a name there, and stays the name of a field, a method, a
//! struct and a parameter. Words of all editions are names if they are raw.
//!
//! Its docs are built with warnings as errors: links of the struct's docs lead somewhere from the twin's too.

use ironfence::Guarded;

/// `gen` as a field of each kind, beside raw ones.
#[derive(Guarded, Default, Clone)]
pub struct Words {
    /// A mutex.
    #[guarded(mutex)]
    pub gen: Vec<u32>,
    /// An rwlock.
    #[guarded(rwlock)]
    pub r#async: Vec<u32>,
    /// A struct with `gen` in it.
    #[guarded(nested)]
    pub r#try: Inner,
    /// A value.
    pub r#dyn: u32,
}

/// The same name, written raw.
#[derive(Guarded, Default, Clone)]
pub struct Inner {
    /// A mutex.
    #[guarded(mutex)]
    pub r#gen: Vec<u32>,
}

/// A nested field of this name is a method of the builder.
#[derive(Guarded, Default, Clone)]
pub struct Outer {
    /// A struct with `gen` in it.
    #[guarded(nested)]
    pub gen: Inner,
}

/// A struct and its parameter may be called so too.
#[allow(non_camel_case_types)]
#[derive(Guarded, Default)]
pub struct gen<r#dyn> {
    /// A mutex.
    #[guarded(mutex)]
    pub gen: r#dyn,
}

/// Other people's locks.
#[derive(Guarded, Default, Clone)]
#[guarded(with(mutex = tokio::sync::Mutex))]
pub struct Foreign {
    /// A mutex.
    #[guarded(mutex)]
    pub gen: u32,
}

/// Opened by [`Self::open`]; as [`Self`] says, [text](Self::open) is as good.
///
/// ```
/// assert!(ironfence_edition::Documented::open().seen.is_empty());
/// ```
#[derive(Guarded, Default, Clone)]
pub struct Documented {
    /// Beside [`Self::unseen`], after [`Self::open`].
    #[guarded(mutex)]
    pub seen: Vec<u32>,
    #[doc(hidden)]
    #[guarded(rwlock)]
    pub unseen: Vec<u32>,
}

impl Documented {
    /// Nothing in it.
    pub fn open() -> Self {
        Self::default()
    }
}

#[cfg(test)]
#[allow(
    clippy::drop_non_drop,
    clippy::redundant_closure_for_method_calls,
    reason = "written as users write it"
)]
mod tests {
    use super::{gen, Foreign, Outer, Words};

    #[tokio::test]
    async fn gen_is_a_name() {
        let words = Words::default().into_guarded();
        let set = words.locks().read_async().r#try(|inner| inner.lock_gen()).lock_gen();
        let mut held = set.await;
        held.gen.push(1);
        held.r#try.gen.extend(held.r#async.iter());
        drop(held);
        let (_, session) = words.session().lock_gen().await;
        let (_, session) = session.r#try().lock_gen().await;
        drop(session.leave());
        assert_eq!(words.snapshot().await.gen, words.into_inner().gen);

        let outer = Outer::default().into_guarded();
        assert!(outer.locks().gen(|inner| inner.lock_gen()).await.gen.gen.is_empty());
        drop(outer.session().gen().lock_gen().await);

        assert_eq!(*gen { gen: 3 }.into_guarded().locks().lock_gen().await.gen, 3);
        assert_eq!(*Foreign::default().into_guarded().locks().lock_gen().await.gen, 0);
    }
}
