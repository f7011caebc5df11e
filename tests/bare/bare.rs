//! ironfence without `std`, in a program that unwinds: what a waker that panics may keep from others.

// The trait and the derive, which come as one with the feature `derive`.
use ironfence_bare::{self as subject, Guarded};

#[path = "../it/releases.rs"]
mod releases;

/// Without this the tests here would be those of `tests/it` once more.
#[test]
fn the_library_is_built_without_std() {
    /// What the method is if the lock has none of this name.
    trait OfNoLock {
        fn blocking_lock(&self) -> &'static str {
            "no lock's"
        }
    }
    impl<T> OfNoLock for subject::Mutex<T> {}
    assert_eq!(subject::Mutex::new(0).blocking_lock(), "no lock's", "`std` has one");
}
