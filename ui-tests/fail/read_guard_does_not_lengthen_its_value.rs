//! A read guard may shorten a lifetime in its value, and never lengthens one.

use ironfence::RwLockReadGuard;

fn lengthen<'a, 'short>(
    guard: RwLockReadGuard<'a, &'short str>,
) -> RwLockReadGuard<'a, &'static str> {
    guard
}

fn main() {
    _ = lengthen;
}
