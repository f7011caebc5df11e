//! `derive(..)` and `attr(..)` are for the twin; what silences a lint is kept by itself.
#![deny(warnings)]

use ironfence::Guarded;

#[derive(Guarded)]
#[guarded(
    derive(Debug, Default, std::hash::Hash,),
    attr(doc(alias = "shared"), repr(align(64)),)
)]
#[repr(align(1))]
struct State;

#[derive(Guarded, Clone)]
#[guarded(derive(Debug, ::std::default::Default))]
#[guarded(attr(allow(non_camel_case_types), must_use = "it is state"), name = shared)]
#[expect(non_snake_case)]
#[must_use]
#[non_exhaustive]
struct Counted {
    #[guarded(mutex)]
    COUNT: u8,
    #[deprecated = "count instead"]
    #[guarded(mutex)]
    pub old: u8,
    #[guarded(nested)]
    #[allow(deprecated)]
    inner: Inner,
}

/// With a default the twin's own default is used.
#[derive(Guarded, Clone, Default)]
#[guarded(derive(Debug, Default))]
#[deprecated]
struct Inner(#[guarded(rwlock)] u8);

#[allow(deprecated)]
fn main() {
    let twin = shared::default();
    *twin.COUNT.blocking_lock() += 1;
    assert_eq!(*twin.old.blocking_lock() + *twin.inner.0.blocking_read(), 0);
    _ = twin.snapshot();
    assert!(format!("{twin:?}").starts_with("shared"));
    _ = twin.into_inner();
    let _: Counted = Counted {
        COUNT: 1,
        old: 2,
        inner: Inner(3),
    };
    assert_eq!(align_of::<StateGuarded>(), 64);
    assert_eq!(
        StateGuarded::default()
            .into_inner()
            .into_guarded()
            .to_owned_len(),
        0
    );
}

impl StateGuarded {
    fn to_owned_len(&self) -> usize {
        0
    }
}
