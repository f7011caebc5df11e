//! A lock future that borrows its lock for long serves where a shorter borrow is enough.

use ironfence::futures::{Lock, Read, Write};

fn lock<'short>(future: Lock<'static, u32>, _: &'short str) -> Lock<'short, u32> {
    future
}

fn read<'short>(future: Read<'static, u32>, _: &'short str) -> Read<'short, u32> {
    future
}

fn write<'short>(future: Write<'static, u32>, _: &'short str) -> Write<'short, u32> {
    future
}

fn main() {
    _ = (lock, read, write);
}
