//! A guard that writes does not shorten a lifetime in its value: a short-lived value could be put
//! where a long-lived one is expected.

use ironfence::RwLockWriteGuard;

fn shorten<'a, 'short>(
    guard: RwLockWriteGuard<'a, &'static str>,
) -> RwLockWriteGuard<'a, &'short str> {
    guard
}

fn main() {
    _ = shorten;
}
