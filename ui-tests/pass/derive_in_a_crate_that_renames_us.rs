//! `crate = path` says where the library is, whatever it is called there.

mod vendored {
    pub use ironfence as fence;
}

/// Nothing here may be taken for the library.
mod ironfence {}

#[derive(vendored::fence::Guarded, Clone)]
#[guarded(crate = crate::vendored::fence)]
struct State {
    #[guarded(mutex)]
    count: u8,
    #[guarded(nested)]
    inner: Inner,
}

mod inside {
    use super::vendored::fence as locks;

    #[derive(locks::Guarded, Clone)]
    #[guarded(crate = locks)]
    pub struct Inner(#[guarded(rwlock)] pub u8);
}
use inside::Inner;

mod by_a_word {
    /// Elsewhere this is a word before an item of an `impl`.
    use super::vendored::fence as default;

    #[derive(default::Guarded)]
    #[guarded(crate = default)]
    pub struct Renamed {
        #[guarded(mutex)]
        pub count: u8,
        #[guarded(rwlock)]
        pub text: String,
    }
}

macro_rules! state {
    ($name:ident) => {
        #[derive($crate::vendored::fence::Guarded)]
        #[guarded(crate = $crate::vendored::fence)]
        struct $name {
            #[guarded(mutex)]
            count: u8,
        }
    };
}
state!(Made);

fn main() {
    let twin = State {
        count: 1,
        inner: Inner(2),
    }
    .into_guarded();
    _ = twin.snapshot();
    *twin.inner.0.try_write().unwrap() += *twin.count.try_lock().unwrap();
    let State {
        count,
        inner: Inner(inner),
    } = twin.into_inner();
    assert_eq!((count, inner), (1, 3));
    let renamed = by_a_word::Renamed {
        count: 1,
        text: String::new(),
    };
    assert!(renamed.into_guarded().text.try_read().unwrap().is_empty());
    assert_eq!(Made { count: 1 }.into_guarded().into_inner().count, 1);
}
