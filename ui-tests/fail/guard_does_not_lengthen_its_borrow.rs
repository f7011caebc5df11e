//! A guard borrows from its lock no longer than it was made for.

use ironfence::MutexGuard;

fn lengthen<'short>(guard: MutexGuard<'short, u32>) -> MutexGuard<'static, u32> {
    guard
}

fn main() {
    _ = lengthen;
}
