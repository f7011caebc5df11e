//! A read guard only reads, so a lifetime in its value may get shorter.

use ironfence::{OwnedRwLockReadGuard, RwLockReadGuard};

fn shorten<'a, 'short>(
    guard: RwLockReadGuard<'a, &'static str>,
    _: &'short str,
) -> RwLockReadGuard<'a, &'short str> {
    guard
}

/// The whole is behind a lock, so it stays as it is; the part may get shorter.
fn shorten_a_part<'short>(
    guard: OwnedRwLockReadGuard<u32, &'static str>,
    _: &'short str,
) -> OwnedRwLockReadGuard<u32, &'short str> {
    guard
}

fn main() {
    _ = (shorten, shorten_a_part);
}
